package evhost

import (
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func TestExpand(t *testing.T) {
	for _, c := range []struct{ pattern, host, want string }{
		{"/a/%%", "www.example.org:80", "/a/%"},
		{"/a/%_/b", "www.example.org:80", "/a/www.example.org/b"},
		{"%0", "www.example.org:80", "example.org"},
		{"%1,%2,%3,%4,%9", "www.example.org:80", "org,example,www,,"},
		{"%{1},%{2.0},%{0.1}", "www.example.org", "org,example,e"},
		{"%{2.1}%{2.2}%{2.7}%{2.8}|", "www.example.org", "exe|"},
		{"%{4.1}|", "www.example.org", "|"},
		{"%10", "example.org", "org0"},
		{"%0 %1 %2|", "single", "single single |"},
		{"%0 %1 %4", "127.0.0.1:81", "0.1 1 127"},
		{"%0|%1|%2|", "[::1]:80", "[::1]|||"},
		{"none", "h", "none"},
		{"", "h", ""},
	} {
		p, err := compile(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
		} else if got := p.expand(c.host); got != c.want {
			t.Errorf("%s with %s is %q, want %q", c.pattern, c.host, got, c.want)
		}
	}
}

func TestBadPatterns(t *testing.T) {
	for _, text := range []string{"/a/%", "%x", "%{10}", "%{1.10}", "%{1", "%{1.", "%{1.2", "%{}", "%{", "%{_}", "%{1.}", "%{x}", "%{1x}", "%%%"} {
		if _, err := compile(text); err == nil || err.Error() != "invalid evhost.path-pattern: "+text {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("/a/%{1.2}%0%_%%", "www.example.org:80")
	f.Fuzz(func(_ *testing.T, text, host string) {
		if p, err := compile(text); err == nil {
			p.expand(host)
		}
	})
}

func TestEvhost(t *testing.T) {
	s := servertest.New(t, `
server.document-root = env.ROOT + "/www"
server.modules = ( "mod_evhost" )
server.http-parseopts = ( "host-strict" => "disable" )
evhost.path-pattern = env.ROOT + "/ev/%_"
$HTTP["url"] == "/y" { evhost.path-pattern = "" }
`, Module, static.Module)
	s.Write(map[string]string{"www/x": "www", "ev/a.test/x": "a", "ev/a.test/y": "a", "ev/file": "", "x": "outside", "ev/x": "all"})
	for _, c := range []struct{ target, host, want, log string }{
		{"/x", "a.test:80", "a", ""},
		{"/y", "a.test", "a", ""},
		{"/x", "b.test", "www", s.Root + "/ev/b.test/: No such file or directory\n"},
		{"/x", "file", "www", s.Root + "/ev/file/: Not a directory\n"},
		{"/x", "..", "www", ""},
		{"/x", "a.test/../..", "www", ""},
	} {
		r := s.Do("GET " + c.target + " HTTP/1.1\nHost: " + c.host + "\n\n")
		if log := s.Log(); r.Body != c.want || log != c.log {
			t.Errorf("%s%s: %d %q, log %s", c.host, c.target, r.Status, r.Body, log)
		}
	}
	if r := s.Do("GET /x HTTP/1.0\n\n"); r.Body != "www" {
		t.Errorf("without a host: %q", r.Body)
	}
}
