package static_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// FuzzTarget asks for files with any target: nothing outside the document
// root may be sent, no hook may panic, and there is an answer to everything
// that ends like a head.
func FuzzTarget(f *testing.F) {
	for _, target := range []string{
		"/", "/a.txt", "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/d/../../secret.txt", "/a.txt/../../secret.txt",
		"//../secret.txt", "/.%00./secret.txt", "/%252e%252e/secret.txt", "/d%5c..%5c..%5csecret.txt", "http://h/../secret.txt",
		"*", "/a.txt/%2e%2e/x?y#z", "/d", "/?", "/%", "/\xff",
	} {
		f.Add(target)
	}
	const secret = "not for everybody"
	s := servertest.NewAt(f, f.TempDir(), `
server.document-root = env.ROOT + "/www"
server.http-parseopts = ( "url-normalize" => "disable", "header-strict" => "disable", "host-strict" => "disable" )
static-file.disable-pathinfo = "disable"
`, static.Module)
	s.Write(map[string]string{"secret.txt": secret, "www/a.txt": "a", "www/d/b.txt": "b"})
	if err := os.Symlink("d", filepath.Join(s.Root, "www/link")); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, target string) {
		for _, method := range []string{"GET", "OPTIONS", "CONNECT", "PUT"} {
			out := s.In(t).Bytes(method + " " + target + " HTTP/1.1\r\nHost: h\r\nRange: bytes=0-\r\n\r\n")
			if strings.Contains(out, secret) {
				t.Errorf("%s %q leaves the document root", method, target)
			}
			if !strings.HasPrefix(out, "HTTP/1.") && !strings.Contains(target, "\n") {
				t.Errorf("%s %q: %q", method, target, out)
			}
		}
		if log := s.Log(); strings.Contains(log, "panic") {
			t.Errorf("%q: %s", target, log)
		}
	})
}
