package accesslog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func line(s string) func([]byte) []byte {
	return func(dst []byte) []byte { return append(dst, s...) }
}

func contents(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFileFlushes(t *testing.T) {
	name := filepath.Join(t.TempDir(), "access.log")
	f := &file{name: name}
	if err := f.open(); err != nil {
		t.Fatal(err)
	}
	begin := time.Unix(1700000000, 0)
	f.write(begin, line("one\n"))
	if got := contents(t, name); got != "" {
		t.Errorf("written at once: %q", got)
	}
	f.write(begin.Add(time.Second), line("two\n"))
	if got := contents(t, name); got != "one\n" {
		t.Errorf("after the second changed: %q", got)
	}
	f.flushOld(begin.Add(2 * time.Second))
	if got := contents(t, name); got != "one\n" {
		t.Errorf("flushed too early: %q", got)
	}
	f.flushOld(begin.Add(time.Second + maxDelay))
	if got := contents(t, name); got != "one\ntwo\n" {
		t.Errorf("after the delay: %q", got)
	}
	f.write(begin, line(strings.Repeat("x", fullBuffer)))
	if got := contents(t, name); len(got) != 8+fullBuffer {
		t.Errorf("a full buffer left %d bytes in the file", len(got))
	}
}

func TestReopenFollowsTheName(t *testing.T) {
	name := filepath.Join(t.TempDir(), "access.log")
	f := &file{name: name}
	if err := f.open(); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	f.write(now, line("old\n"))
	if err := os.Rename(name, name+".1"); err != nil {
		t.Fatal(err)
	}
	if err := f.reopen(); err != nil {
		t.Fatal(err)
	}
	f.write(now, line("new\n"))
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	if old, young := contents(t, name+".1"), contents(t, name); old != "old\n" || young != "new\n" {
		t.Errorf("old file %q, new file %q", old, young)
	}
}

func TestFailedReopenKeepsTheOldFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "sub", "access.log")
	os.Mkdir(filepath.Dir(name), 0o755)
	f := &file{name: name}
	if err := f.open(); err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(dir, "moved")
	if err := os.Rename(filepath.Dir(name), moved); err != nil {
		t.Fatal(err)
	}
	if err := f.reopen(); err == nil {
		t.Error("no error for a directory that is gone")
	}
	f.write(time.Now(), line("kept\n"))
	f.close()
	if got := contents(t, filepath.Join(moved, "access.log")); got != "kept\n" {
		t.Errorf("old file holds %q", got)
	}
}
