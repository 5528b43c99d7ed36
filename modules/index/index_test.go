package index_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/index"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func TestIndex(t *testing.T) {
	for _, c := range []struct {
		names, target string
		status        int
		body          string
	}{
		{`"index.html"`, "/d/", 200, "d index"},
		{`"index.html"`, "/d/?q", 200, "d index"},
		{`"index.html"`, "/d", 301, ""},
		{`"index.html"`, "/empty/", 403, ""},
		{`"nope", "two.txt"`, "/d/", 200, "two"},
		{`"two.txt", "index.html"`, "/d/", 200, "two"},
		{`"/top.txt"`, "/empty/", 200, "top"},
		{`"/missing", "two.txt"`, "/d/", 200, "two"},
		{`"../top.txt"`, "/d/", 200, "top"},
		{`"sub/deep.txt"`, "/d/", 200, "deep"},
		{`"two.txt/"`, "/d/", 403, ""},
		{`"sub"`, "/d/", 403, ""},
		{`"dangling", "two.txt"`, "/d/", 200, "two"},
		{`""`, "/d/", 403, ""},
	} {
		s := servertest.New(t, `
server.document-root = env.ROOT
index-file.names = ( `+c.names+` )
`, index.Module, static.Module)
		s.Write(map[string]string{
			"d/index.html": "d index", "d/two.txt": "two", "d/sub/deep.txt": "deep",
			"top.txt": "top", "empty/": "",
		})
		if err := os.Symlink("nowhere", filepath.Join(s.Root, "d/dangling")); err != nil {
			t.Fatal(err)
		}
		r := s.Get(c.target)
		if r.Status != c.status || c.body != "" && r.Body != c.body {
			t.Errorf("%s, %s: %d %q", c.names, c.target, r.Status, r.Body)
		}
	}
}

func TestMethods(t *testing.T) {
	s := servertest.New(t, `
server.document-root = env.ROOT
index-file.names = ( "index.html" )
`, index.Module, static.Module)
	s.Write(map[string]string{"index.html": "x"})
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "PUT": 501, "OPTIONS": 200} {
		if r := s.Do(method + " / HTTP/1.1\nHost: h\n\n"); r.Status != want {
			t.Errorf("%s: %d, want %d", method, r.Status, want)
		}
	}
}

func TestOlderNameCounts(t *testing.T) {
	s := servertest.New(t, `
server.document-root = env.ROOT
server.indexfiles = ( "old.txt" )
index-file.names = ( "new.txt" )
`, index.Module, static.Module)
	s.Write(map[string]string{"old.txt": "old", "new.txt": "new"})
	if r := s.Get("/"); r.Body != "old" {
		t.Errorf("%s", r.Raw)
	}
}

// A name with a slash in front is a program that serves every directory; it
// learns which one from the environment.
func TestDirectoryOfAnAbsoluteIndex(t *testing.T) {
	var got, path string
	look := server.Define("mod_look", server.Table[struct{}]{}, func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
		return server.Hooks{SubrequestStart: func(r *server.Request) server.Result {
			got, path = r.Env.Get("PATH_TRANSLATED_DIRINDEX"), r.URI.Path
			return server.GoOn
		}}, nil
	})
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_indexfile", "mod_look" )
index-file.names = ( "/gen.txt" )
`, index.Module, static.Module, look)
	s.Write(map[string]string{"d/": "", "gen.txt": "x"})
	s.Get("/d/")
	if got != s.Root+"/d/" || path != "/gen.txt" {
		t.Errorf("PATH_TRANSLATED_DIRINDEX %q, path %q", got, path)
	}
}
