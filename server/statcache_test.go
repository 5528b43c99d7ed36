package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// old is the time of files whose content counts as settled.
var old = time.Unix(1609556645, 0)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, c *statCache, path string, now int64) *StatEntry {
	t.Helper()
	e, err := c.get(path, now)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestStatCacheHoldsForOneSecond(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	write(t, path, "one")
	c := newStatCache("simple")
	first := look(t, c, path, 100)
	if got := string(first.small(true)); got != "one" {
		t.Fatalf("content %q", got)
	}
	write(t, path, "twenty")
	if e := look(t, c, path, 100); e.Size != 3 || string(e.small(true)) != "one" {
		t.Errorf("within the second: size %d, content %q", e.Size, e.small(true))
	}
	if e := look(t, c, path, 101); e.Size != 6 || string(e.small(true)) != "twenty" {
		t.Errorf("a second later: size %d, content %q", e.Size, e.small(true))
	}
	os.Remove(path)
	look(t, c, path, 101)
	if _, err := c.get(path, 102); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed file: %v", err)
	}
	if n := c.bytes.Load(); n != 0 {
		t.Errorf("%d bytes of content are still counted", n)
	}
}

func TestStatCacheDoesNotKeepContentThatMayHaveChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	write(t, path, "one")
	c := newStatCache("simple")
	look(t, c, path, 100).small(true)
	// The inode change time is now, so a second write could have followed
	// the read within the same tick of the file system's clock.
	e := look(t, c, path, 101)
	if e.content != nil {
		t.Error("content of a file that was just changed is kept for another second")
	}
	e.small(true)
	e.settled = true
	if look(t, c, path, 102).content == nil {
		t.Error("settled content is dropped although nothing changed")
	}
}

func TestStatCacheDisabled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	write(t, path, "one")
	for _, engine := range []string{"disable", "none"} {
		c := newStatCache(engine)
		e := look(t, c, path, 100)
		if e.small(true) != nil {
			t.Errorf("%s: content is kept", engine)
		}
		_, f, err := e.open(true)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		if f.File.Fd() != ^uintptr(0) {
			t.Errorf("%s: descriptor stays open", engine)
		}
		if c.find([]byte(path)) != nil {
			t.Errorf("%s: path is kept", engine)
		}
	}
}

func TestStatCacheErrors(t *testing.T) {
	c := newStatCache("simple")
	for path, want := range map[string]error{
		"":                             syscall.EINVAL,
		"relative":                     syscall.EINVAL,
		"/nul\x00":                     syscall.ENOENT,
		"/dev/null/x":                  syscall.ENOTDIR,
		"/" + strings.Repeat("x", 300): syscall.ENAMETOOLONG,
	} {
		if _, err := c.get(path, 1); !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", path, err, want)
		}
	}
}

func TestOpenFilesAreShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	write(t, path, strings.Repeat("x", maxCached+1))
	c := newStatCache("simple")
	_, a, err := look(t, c, path, 100).open(true)
	if err != nil {
		t.Fatal(err)
	}
	_, b, err := look(t, c, path, 100).open(true)
	if err != nil || a != b {
		t.Fatalf("second open: %v, %v", b, err)
	}
	a.Close()
	c.trigger(100 + statKeep + 1) // the entry goes, a response is still under way
	if _, err := b.Stat(); err != nil {
		t.Errorf("closed while in use: %v", err)
	}
	b.Close()
	if _, err := b.Stat(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("still open after the last use: %v", err)
	}
	if n := c.files.Load(); n != 0 {
		t.Errorf("%d open files are counted", n)
	}
	if n := c.entries.Load(); n != 0 {
		t.Errorf("%d entries are counted", n)
	}
}

func TestOpenSeesAChangedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	write(t, path, strings.Repeat("x", maxCached+1))
	c := newStatCache("simple")
	e := look(t, c, path, 100)
	write(t, path, strings.Repeat("y", maxCached+2))
	now, f, err := e.open(true)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if now.Size != maxCached+2 {
		t.Errorf("size %d of a file that was replaced before it was opened", now.Size)
	}
	if e.file != nil {
		t.Error("descriptor is kept with the entry of the file before")
	}
}

func TestOpenRefusesSymlinkOnRequest(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "f"), "x")
	link := filepath.Join(dir, "link")
	if err := os.Symlink("f", link); err != nil {
		t.Fatal(err)
	}
	if _, _, err := openRead(link, false); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("opened a link: %v", err)
	}
}

func TestStatCacheIsBounded(t *testing.T) {
	dir := t.TempDir()
	c := newStatCache("simple")
	c.entries.Store(maxStatEntries - 1)
	for i := range 3 {
		path := filepath.Join(dir, fmt.Sprint(i))
		write(t, path, "x")
		if e := look(t, c, path, 100); (e.cache != nil) != (i == 0) {
			t.Errorf("entry %d: kept is %v", i, e.cache != nil)
		}
	}
	c.bytes.Store(maxCacheBytes)
	path := filepath.Join(dir, "0")
	if look(t, c, path, 100).small(true) != nil {
		t.Error("content beyond the bound is kept")
	}
}

func TestStatCacheConcurrently(t *testing.T) {
	dir := t.TempDir()
	paths := make([]string, 4)
	for i := range paths {
		paths[i] = filepath.Join(dir, fmt.Sprint(i))
		write(t, paths[i], strings.Repeat("x", i*maxCached))
	}
	c := newStatCache("simple")
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 400 {
				path := paths[(i+g)%len(paths)]
				e, err := c.get(path, int64(i/10))
				if err != nil {
					t.Error(err)
					return
				}
				e.small(true)
				if _, f, err := e.open(true); err == nil {
					f.Close()
				}
				if i%50 == 0 {
					c.trigger(int64(i))
					c.forget(path)
				}
			}
		}()
	}
	wg.Wait()
	c.clear()
	if n := c.files.Load() + c.entries.Load() + c.bytes.Load(); n != 0 {
		t.Errorf("files %d, entries %d, bytes %d after all was dropped", c.files.Load(), c.entries.Load(), c.bytes.Load())
	}
}
