package userfile

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// maxFile is the size of the largest file that is read.
	maxFile = 64 << 20
	// maxLine is the length of the longest line that counts.
	maxLine = 1024
	// settle is how old a change must be for the file to be taken as read. A
	// younger one may be followed by another that has the same time stamp.
	settle = 2 * time.Second
)

// file is one file, parsed into a T. It may be used from many goroutines.
type file[T any] struct {
	path  string
	parse func(path, text string) (T, error)

	mu     sync.Mutex
	seen   version
	parsed bool // and not to be read again while it is this version
	value  T
}

// version tells states of a file apart.
type version struct {
	dev, inode   uint64
	size         int64
	mtime, ctime unix.Timespec
}

func versionOf(st *unix.Stat_t) version {
	return version{uint64(st.Dev), st.Ino, st.Size, st.Mtim, st.Ctim}
}

// newest is the time of the last change.
func (v version) newest() time.Time {
	m, c := time.Unix(v.mtime.Unix()), time.Unix(v.ctime.Unix())
	if m.After(c) {
		return m
	}
	return c
}

// get returns what the file says now. An error with a value tells of lines
// that were skipped when the file was read.
func (f *file[T]) get() (T, error) {
	var st unix.Stat_t
	if err := unix.Stat(f.path, &st); err != nil {
		var none T
		return none, fmt.Errorf("%s: %w", f.path, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.parsed && f.seen == versionOf(&st) {
		return f.value, nil
	}
	return f.read()
}

// read parses the file anew.
func (f *file[T]) read() (value T, err error) {
	f.parsed = false
	now := time.Now()
	text, seen, err := readAll(f.path)
	if err != nil {
		return value, err
	}
	value, err = f.parse(f.path, text)
	f.value, f.seen = value, seen
	f.parsed = now.Sub(seen.newest()) > settle
	return value, err
}

// readAll reads a file and tells which version of it that was.
func readAll(path string) (string, version, error) {
	in, err := os.Open(path)
	if err != nil {
		return "", version{}, err
	}
	defer in.Close()
	var st unix.Stat_t
	if err := unix.Fstat(int(in.Fd()), &st); err != nil {
		return "", version{}, fmt.Errorf("%s: %w", path, err)
	}
	var text strings.Builder
	n, err := io.Copy(&text, io.LimitReader(in, maxFile+1))
	switch {
	case err != nil:
		return "", version{}, err
	case n > maxFile:
		return "", version{}, fmt.Errorf("%s: file is larger than %d MiB", path, maxFile>>20)
	}
	return text.String(), versionOf(&st), nil
}
