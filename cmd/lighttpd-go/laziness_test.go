package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// TestLaziness is the experiment with real modules: mod_indexfile changes the
// path of "GET /", and mod_expire asks for its settings after that. Once the
// block also sets something that the core asks for at the start, the answer
// is the one for "/".
func TestLaziness(t *testing.T) {
	const conf = `
server.document-root = env.ROOT
server.modules = ( "mod_expire" )
index-file.names = ( "index.html" )
$HTTP["url"] == "/index.html" {
	expire.url = ( "" => "access plus 1 hours" )
	%s
}
`
	for core, want := range map[string]bool{"": true, `server.tag = "x"`: false} {
		s := servertest.New(t, fmt.Sprintf(conf, core), modules...)
		s.Write(map[string]string{"index.html": "hello"})
		got := s.Do("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		if got.Status != 200 {
			t.Fatalf("status %d", got.Status)
		}
		if expires := strings.Contains(got.Get("Cache-Control"), "max-age=3600"); expires != want {
			t.Errorf("with %q in the block: expires %v, want %v", core, expires, want)
		}
	}
}
