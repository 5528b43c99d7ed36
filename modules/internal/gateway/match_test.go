package gateway

import (
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// keys makes backends of the given keys; they are never dialled.
func keys(t *testing.T, names ...string) *Backends {
	t.Helper()
	var kv []any
	for _, n := range names {
		kv = append(kv, n, array(hostAt("127.0.0.1:1")))
	}
	b := Parse(Kind{Directive: "test.server"}, reporter{new(recorder)}, Resolve, parser.Range{}, dict(kv...))
	if b == nil {
		t.Fatal("keys do not parse")
	}
	return b
}

func TestMatch(t *testing.T) {
	tunnel := keys(t, ".ws", "/a/b", "/a")
	proxy := keys(t, ".php", "/first", "/first/second", "cgi")
	extensions := []Pair{{Key: ".php3", Value: ".php"}, {Key: ".x", Value: ".none"}, {Key: ".y", Value: "/first"}}
	for _, tt := range []struct {
		b          *Backends
		path, want string
	}{
		{tunnel, "/a", "/a"}, {tunnel, "/a/b", "/a/b"}, {tunnel, "/a/b.ws", ".ws"},
		{tunnel, "/a.ws", ".ws"}, {tunnel, "/ax", "/a"}, {tunnel, "/x.ws/y", "-"}, {tunnel, "/A", "-"},
		{proxy, "/a.php", ".php"}, {proxy, "/first/second", "/first"}, {proxy, "/first.cgi", "/first"},
		{proxy, "/acgi", "cgi"}, {proxy, "/a.php3", ".php"}, {proxy, "/a.y", "/first"},
		{proxy, "/a.x", "-"}, {proxy, "/a.php/x", "-"},
		{keys(t, ""), "/anything", ""},
	} {
		got := "-"
		if k := tt.b.Match(Responder, tt.path, tt.path, extensions); k != nil {
			got = k.Key
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.path, got, tt.want)
		}
	}
	if k := proxy.Match(Responder, "/a.php/x", "/a.php", nil); k == nil || k.Key != ".php" {
		t.Error("a suffix key must match the file name in the subrequest phase")
	}
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		key, path, script, info string
		root                    bool
	}{
		{"/f", "/f/p/i", "/f", "/p/i", false}, {"/f", "/fx/y", "/fx", "/y", false},
		{"/dir/", "/dir/s/x/y", "/dir/s", "/x/y", false}, {"/dir/", "/dir/", "/dir/", "", false},
		{"/", "/a/b/c", "/a", "/b/c", false}, {"/", "/a.txt", "/a.txt", "", false},
		{"/", "/a/b/c", "", "/a/b/c", true}, {"/fixroot", "/fixroot/a", "/fixroot", "/a", true},
		{".fcg", "/s.fcg", "/s.fcg", "", false},
	} {
		k := Backend{Key: tt.key}
		if s, i := k.Split(tt.path, tt.root); s != tt.script || i != tt.info {
			t.Errorf("%s with key %s: %q %q, want %q %q", tt.path, tt.key, s, i, tt.script, tt.info)
		}
	}
}
