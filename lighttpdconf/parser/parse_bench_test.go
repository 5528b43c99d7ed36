package parser

import (
	"fmt"
	"strings"
	"testing"
)

// vhosts is a configuration of n virtual hosts.
func vhosts(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `$HTTP["host"] == "www%[1]d.example.org" {
	server.document-root = "/srv/www/vhosts/www%[1]d/htdocs"
	accesslog.filename = "/var/log/lighttpd/www%[1]d-access.log"
	url.rewrite-once = ( "^/(.*)$" => "/index.php?q=$1", "^/x" => "/y" )
	fastcgi.server = ( ".php" => (( "socket" => "/run/php.sock", "check-local" => "enable" )) )
}
`, i)
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	src := vhosts(2000)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, ds := Parse("bench.conf", src); len(ds) > 0 {
			b.Fatal(ds)
		}
	}
}

func BenchmarkTokens(b *testing.B) {
	src := string(vhosts(2000))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		tk := newTokenizer(src)
		for {
			if t, err := tk.next(); err != nil || t.kind == kEOF {
				break
			}
		}
	}
}
