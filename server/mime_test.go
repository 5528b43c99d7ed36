package server

import (
	"fmt"
	"testing"
)

// few and many are the same entries below and above the number at which the
// look-up changes.
func fewTypes() []Pair {
	return []Pair{
		{".gz", "gz"}, {".tar.gz", "targz"}, {"txt", "t1"}, {".txt", "t2"},
		{"readme", "rm"}, {"/m/x.y.z", "path"}, {".html", "h"},
	}
}

func manyTypes(n int) []Pair {
	pairs := fewTypes()
	for i := 0; len(pairs) < n; i++ {
		pairs = append(pairs, Pair{fmt.Sprintf(".q%d", i), "q"})
	}
	return pairs
}

func TestMimeTypeLookup(t *testing.T) {
	few, many := NewMimeTable(manyTypes(15), false), NewMimeTable(manyTypes(16), false)
	for _, c := range []struct{ path, few, many string }{
		{"/m/x.tar.gz", "gz", "targz"},
		{"/m/x.gz", "gz", "gz"},
		{"/m/a.TXT", "t1", "t2"},
		{"/m/xtxt", "t1", ""},
		{"/m/README", "rm", "rm"},
		{"/m/x.README", "rm", "rm"},
		{"/m/.txt", "t1", "t2"},
		{"/m/x.y.z", "path", ""},
		{"/m/a.txt.bak", "", ""},
		{"/m/x.", "", ""},
		{"/m/a.b.c.txt", "t1", "t2"},
		{"/m/x.Tar.Gz", "gz", "targz"},
		{"/m/html", "", ""},
		{"/txt/none", "", ""},
	} {
		if got := few.Type(c.path); got != c.few {
			t.Errorf("15 entries: %s is %q, want %q", c.path, got, c.few)
		}
		if got := many.Type(c.path); got != c.many {
			t.Errorf("16 entries: %s is %q, want %q", c.path, got, c.many)
		}
	}
}

func TestMimeTypeCatchAll(t *testing.T) {
	few := NewMimeTable([]Pair{{".a", "a"}, {"", "any"}, {".b", "b"}}, false)
	many := NewMimeTable(append(manyTypes(20), Pair{"", "any"}, Pair{".b", "b"}), false)
	for _, c := range []struct{ path, few, many string }{
		{"/x.a", "a", "any"},
		{"/x.b", "any", "b"},
		{"/x", "any", "any"},
	} {
		if got := few.Type(c.path); got != c.few {
			t.Errorf("few: %s is %q, want %q", c.path, got, c.few)
		}
		if got := many.Type(c.path); got != c.many {
			t.Errorf("many: %s is %q, want %q", c.path, got, c.many)
		}
	}
}

func TestBuiltinMimeTypes(t *testing.T) {
	table := NewMimeTable(nil, true)
	for path, want := range map[string]string{
		"/index.html": "text/html",
		"/a.txt":      "text/plain;charset=utf-8",
		"/README":     "text/plain;charset=utf-8",
		"/x.js":       "text/javascript",
		"/x.tar.gz":   "application/x-gtar-compressed",
		"/x.gz":       "application/gzip",
		"/x.unknown":  "application/octet-stream",
		"/x":          "application/octet-stream",
	} {
		if got := table.Type(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

func TestMimeTableRewritesOldJavaScriptType(t *testing.T) {
	table := NewMimeTable([]Pair{{".js", "application/javascript"}, {".mjs", "application/javascript"}}, false)
	if got := table.Type("/a.js"); got != "text/javascript" {
		t.Errorf(".js is %q", got)
	}
	if got := table.Type("/a.mjs"); got != "application/javascript" {
		t.Errorf(".mjs is %q: only .js is rewritten", got)
	}
}

func TestHasSuffixFold(t *testing.T) {
	for _, c := range []struct {
		s, suffix string
		want      bool
	}{
		{"a.TXT", ".txt", true}, {"a.txt", ".TXT", true}, {"a", "aa", false}, {"x", "", true},
		{"a[", "{", false}, {"a@", "`", false}, {"a\xe4", "\xc4", false},
	} {
		if got := HasSuffixFold(c.s, c.suffix); got != c.want {
			t.Errorf("HasSuffixFold(%q, %q) = %v", c.s, c.suffix, got)
		}
	}
}
