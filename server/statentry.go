package server

import (
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server/internal/httpdate"
	"golang.org/x/sys/unix"
)

// StatEntry is what is known of a file (stat_cache_entry). It does not
// change, except that header values made for it are kept.
type StatEntry struct {
	Path    string
	Size    int64 // bytes
	ModTime time.Time

	mode    uint32
	ino     uint64
	dev     uint64
	changed time.Time

	cache   *statCache   // nil for an entry that is not kept
	checked atomic.Int64 // wall-clock second of the last look; 0 when it was dropped

	texts atomic.Pointer[fileTexts]
	tag   atomic.Pointer[fileTag]
	typ   atomic.Pointer[fileType]

	mu      sync.Mutex
	dropped bool // no longer in the cache
	file    *openFile
	content []byte
	settled bool // content is older than any change that could still go unseen
}

// fileTexts are header values that depend on nothing but the file.
type fileTexts struct{ length, lastModified string }

// fileTag is the ETag of the file as settings want it.
type fileTag struct {
	parts etagParts
	value string
}

// fileType is the type of the file by a table.
type fileType struct {
	table *MimeTable
	xattr bool
	value string
}

func newStatEntry(path string, st *unix.Stat_t) *StatEntry {
	return &StatEntry{
		Path:    strings.Clone(path),
		Size:    st.Size,
		ModTime: time.Unix(st.Mtim.Unix()),
		mode:    uint32(st.Mode),
		ino:     uint64(st.Ino),
		dev:     uint64(st.Dev),
		changed: time.Unix(st.Ctim.Unix()),
	}
}

// IsRegular reports a regular file.
func (e *StatEntry) IsRegular() bool { return e.mode&unix.S_IFMT == unix.S_IFREG }

// IsDir reports a directory.
func (e *StatEntry) IsDir() bool { return e.mode&unix.S_IFMT == unix.S_IFDIR }

// Executable reports a file that its owner may execute.
func (e *StatEntry) Executable() bool { return e.mode&0o111 != 0 }

// same reports whether two looks saw the same file unchanged.
func (e *StatEntry) same(o *StatEntry) bool {
	return e.ino == o.ino && e.dev == o.dev && e.Size == o.Size && e.mode == o.mode &&
		e.ModTime.Equal(o.ModTime) && e.changed.Equal(o.changed)
}

// text returns the values of Content-Length and Last-Modified.
func (e *StatEntry) text() *fileTexts {
	if t := e.texts.Load(); t != nil {
		return t
	}
	t := &fileTexts{strconv.FormatInt(e.Size, 10), httpdate.Format(e.ModTime)}
	e.texts.Store(t)
	return t
}

// LastModified is the value of Last-Modified for the file.
func (e *StatEntry) LastModified() string { return e.text().lastModified }

// ETag is the file's entity tag with quotes, "" if the settings of the core
// want none (etag.use-inode, etag.use-mtime, etag.use-size).
func (e *StatEntry) ETag(core *Core) string {
	parts := core.etagParts()
	if t := e.tag.Load(); t != nil && t.parts == parts {
		return t.value
	}
	t := &fileTag{parts, etag(parts, e.ino, e.Size, e.ModTime.Unix(), int64(e.ModTime.Nanosecond()))}
	e.tag.Store(t)
	return t.value
}

// contentType is the file's type, "" if none is known.
func (e *StatEntry) contentType(r *Request) string {
	core := r.Core
	if t := e.typ.Load(); t != nil && t.table == core.MimeTypes && t.xattr == core.UseXattr {
		return t.value
	}
	t := &fileType{table: core.MimeTypes, xattr: core.UseXattr}
	if t.xattr {
		t.value = xattrType(e.Path, r.server.Opts.XattrName)
	}
	if t.value == "" {
		t.value = core.MimeTypes.Type(e.Path)
	}
	e.typ.Store(t)
	return t.value
}

// openFile is a descriptor shared by the cache and running responses. Close
// gives one share back.
type openFile struct {
	*os.File
	shares atomic.Int32
}

func (f *openFile) Close() error {
	if f.shares.Add(-1) == 0 {
		return f.File.Close()
	}
	return nil
}

// recheck is called when another second has borne the entry out. Content
// that was read while the file may have been in the middle of a change that
// leaves no other trace is dropped.
func (e *StatEntry) recheck() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.settled {
		e.dropContent()
	}
}

// drop lets go of what the entry holds, when it leaves the cache. Responses
// on their way keep their shares.
func (e *StatEntry) drop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dropped = true
	e.checked.Store(0)
	e.dropContent()
	if e.file != nil {
		e.cache.files.Add(-1)
		e.file.Close()
		e.file = nil
	}
}

func (e *StatEntry) dropContent() {
	if e.content != nil {
		e.cache.bytes.Add(-int64(len(e.content)))
		e.content = nil
	}
}

// keeps reports whether the entry may hold on to things.
func (e *StatEntry) keeps() bool { return e.cache != nil && !e.dropped }

// open returns a share of the file's descriptor, and the file as it was when
// it was opened: e, or another entry if it has changed since.
func (e *StatEntry) open(follow bool) (*StatEntry, *openFile, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.file != nil {
		e.file.shares.Add(1)
		return e, e.file, nil
	}
	f, now, err := openRead(e.Path, follow)
	if err != nil {
		return nil, nil, err
	}
	file := &openFile{File: f}
	file.shares.Store(1)
	if !e.same(now) {
		return now, file, nil
	}
	if e.keeps() && e.cache.files.Load() < maxOpenFiles {
		e.cache.files.Add(1)
		file.shares.Add(1)
		e.file = file
	}
	return e, file, nil
}

// small returns the content of a small file, nil if it has to be opened.
// Nobody writes to it.
func (e *StatEntry) small(follow bool) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.content != nil {
		return e.content
	}
	if e.Size == 0 || e.Size > maxCached || !e.keeps() || e.cache.bytes.Load()+e.Size > maxCacheBytes {
		return nil
	}
	f, now, err := openRead(e.Path, follow)
	if err != nil {
		return nil
	}
	defer f.Close()
	if !e.same(now) {
		return nil
	}
	content := make([]byte, e.Size)
	if _, err := io.ReadFull(f, content); err != nil {
		return nil
	}
	e.settled = time.Since(e.changed) > 2*time.Second && time.Since(e.ModTime) > 2*time.Second
	e.content = content
	e.cache.bytes.Add(e.Size)
	return content
}

// openRead opens a file and looks at what was opened. It does not wait for
// the other end of a fifo.
func openRead(path string, follow bool) (*os.File, *StatEntry, error) {
	flags := unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOCTTY
	if !follow {
		flags |= unix.O_NOFOLLOW
	}
	fd, err := unix.Open(path, flags, 0)
	for err == unix.EINTR {
		fd, err = unix.Open(path, flags, 0)
	}
	if err != nil {
		return nil, nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Close(fd)
		return nil, nil, err
	}
	unix.SetNonblock(fd, false) // else os.File would try to poll it
	return os.NewFile(uintptr(fd), path), newStatEntry(path, &st), nil
}
