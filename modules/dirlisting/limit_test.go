package dirlisting

import (
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func TestSizeText(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0.0K", 1: "0.1K", 100: "0.1K", 999: "0.9K", 1023: "0.9K", 1024: "1.0K", 1500: "1.4K",
		999 << 10: "999.0K", 1000 << 10: "0.9M", 1047552: "0.9M", 1 << 20: "1.0M", 1 << 30: "1.0G",
		1<<63 - 1: "7.9E", 1000 << 50: "0.9E",
	} {
		if got := sizeText(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

// A directory of more than one batch counts as large while it is read.
func TestLargeDirectoriesAreCounted(t *testing.T) {
	dir := t.TempDir()
	for i := range 3 * batch {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := module{large: &atomic.Int32{}, limit: 1}
	w, err := m.open(dir, &config{hideDotfiles: true})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := w.all()
	if err != nil || len(entries) != 3*batch {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	if n := m.large.Load(); n != 1 {
		t.Errorf("%d large listings are counted while one is made", n)
	}
	w.Close()
	if n := m.large.Load(); n != 0 {
		t.Errorf("%d large listings are counted when none is made", n)
	}
}

func TestBusy(t *testing.T) {
	for conf, limit := range map[string]int32{``: 1, `server.max-connections = 15`: 1, `server.max-connections = 33`: 2} {
		var large *atomic.Int32
		mod := server.Define("mod_dirlisting", directives, func(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
			m := newModule(l, conf)
			large = m.large
			return server.Hooks{SubrequestStart: m.list}, nil
		})
		s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_dirlisting" )
dir-listing.activate = "enable"
`+conf, mod)
		large.Store(limit - 1)
		if r := s.Get("/"); r.Status != 200 {
			t.Errorf("%s, %d large listings: %d", conf, limit-1, r.Status)
		}
		large.Store(limit)
		if r := s.Get("/"); r.Status != 503 || r.Has("Retry-After") {
			t.Errorf("%s, %d large listings: %s", conf, limit, r.Raw)
		}
	}
}
