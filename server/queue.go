package server

import (
	"io"
	"os"
)

// Queue is a response body (chunkqueue): bytes, sections of files, and at
// most one reader, at the end, that a backend still feeds. The engine pulls
// it after the response hooks have run. The zero value is an empty body.
type Queue struct {
	chunks []chunk
	reader io.ReadCloser
	filter []func(io.Reader) io.Reader
	whole  bool // the body is one file of the site, unchanged
}

// chunk is bytes or, where file is set, a section of it.
type chunk struct {
	bytes   []byte
	file    *os.File
	off, n  int64
	release io.Closer // told when the file section is no longer needed
}

// AppendBytes adds p, which the queue owns from now on.
func (q *Queue) AppendBytes(p []byte) {
	if len(p) > 0 {
		q.chunks = append(q.chunks, chunk{bytes: p, n: int64(len(p))})
	}
}

// appendShared adds bytes that others hold, too: they are only read.
func (q *Queue) appendShared(p []byte) {
	q.chunks = append(q.chunks, chunk{bytes: p, n: int64(len(p))})
}

// AppendFile adds n bytes of f from offset off; on HTTP/1 they are sent with
// sendfile. release, if not nil, is closed when they are sent or dropped.
func (q *Queue) AppendFile(f *os.File, off, n int64, release io.Closer) {
	q.chunks = append(q.chunks, chunk{file: f, off: off, n: n, release: release})
}

// AppendReader adds a backend that is still talking. It must be the last
// piece; it is closed when the response ends, however it ends.
func (q *Queue) AppendReader(rc io.ReadCloser) { q.reader = rc }

// Filter wraps the whole body, as mod_deflate does. Filters apply in the
// order they were added.
func (q *Queue) Filter(f func(io.Reader) io.Reader) { q.filter = append(q.filter, f) }

// Len is the number of bytes in the body, or -1 while a reader or a filter
// leaves it open.
func (q *Queue) Len() int64 {
	if q.reader != nil || len(q.filter) > 0 {
		return -1
	}
	var n int64
	for i := range q.chunks {
		n += q.chunks[i].n
	}
	return n
}

// Empty reports whether nothing was appended.
func (q *Queue) Empty() bool { return len(q.chunks) == 0 && q.reader == nil }

// WholeFile reports whether the body is exactly one file of the site, as
// SendFile appends it.
func (q *Queue) WholeFile() bool { return q.whole && len(q.chunks) == 1 && !q.open() }

// Reset drops the body and releases what it holds.
func (q *Queue) Reset() {
	for i := range q.chunks {
		if c := q.chunks[i].release; c != nil {
			c.Close()
		}
	}
	if q.reader != nil {
		q.reader.Close()
	}
	clear(q.chunks)
	clear(q.filter)
	q.chunks, q.reader, q.filter, q.whole = q.chunks[:0], nil, q.filter[:0], false
}
