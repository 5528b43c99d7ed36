package server

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// Body is a request body as a handler reads it: unframed, from memory, from
// temporary files, or with server.stream-request-body from the client. It may
// be read by another goroutine than the request's; Read fails once the
// request is over.
type Body struct {
	conn *Conn
	n    int64 // length, -1 while it is not known

	mu       sync.Mutex // held while reading
	src      io.Reader  // from the client; nil when collected
	over     bool       // the request has ended
	err      error      // what src ended with
	complete atomic.Bool

	sp   *spool
	file int   // of sp that is being read
	pos  int64 // in sp's memory or file
}

// errBodyOver is what Read returns after the end of the request.
var errBodyOver = errors.New("request is over")

// errClientGone wraps what ended a body whose client stopped sending it.
type errClientGone struct{ err error }

func (e *errClientGone) Error() string { return "reading request body: " + e.err.Error() }
func (e *errClientGone) Unwrap() error { return e.err }

// CollectBody gives a handler the request body. By default it waits for all of
// it and keeps it in memory or in server.upload-dirs; with
// server.stream-request-body it returns at once and Read waits for the client.
// A client that waits for 100 Continue gets it. Pass an error to FailBody.
func (r *Request) CollectBody() (*Body, error) {
	c := r.Conn
	if r.ContentLength == h1.NoLength {
		// Error handlers run as GET, whatever the client has sent.
		return &Body{conn: c}, nil
	}
	if c.body != nil {
		c.body.rewind()
		return c.body, nil
	}
	b := &Body{conn: c, n: max(c.head.ContentLength, 0)}
	c.body = b
	src := c.unframe(r)
	if src == nil {
		b.complete.Store(true)
		return b, nil
	}
	if c.head.ContentLength == h1.Chunked {
		b.n = -1
	}
	c.wire.readIdle = c.limits(r).read
	b.src = src
	if err := b.proceed(); err != nil {
		b.err = &errClientGone{err}
		return b, b.err
	}
	if r.Core.StreamRequestBody != 0 {
		return b, nil
	}
	return b, b.collect(r)
}

// unframe reads the body's bytes from the connection; nil if there are none.
func (c *Conn) unframe(r *Request) io.Reader {
	switch n := c.head.ContentLength; {
	case n == h1.Chunked:
		return h1.NewChunkedReader(c.br, h1.ChunkOptions{
			MaxTrailer: c.server.Opts.Policy.MaxHead,
			MaxBody:    int64(r.Core.MaxRequestSize) << 10,
			Trailer:    c.head.Get("Trailer"),
		})
	case n > 0:
		return h1.NewCountedReader(c.br, n)
	}
	return nil
}

// collect reads the whole body.
func (b *Body) collect(r *Request) error {
	sp := r.newSpool()
	b.sp = sp
	r.Conn.enter(StateReadPost)
	if err := sp.readFrom(b); err != nil {
		return err
	}
	r.Conn.enter(StateHandle)
	b.mergeTrailers(r)
	b.src, b.n = nil, sp.size
	return nil
}

// mergeTrailers adds the trailers that the feature flag
// request.trailer-whitelist names to the request's fields.
func (b *Body) mergeTrailers(r *Request) {
	chunked, ok := b.src.(*h1.ChunkedReader)
	if !ok {
		return
	}
	for _, f := range chunked.Trailers() {
		if slices.ContainsFunc(r.server.Opts.Features.TrailerWhitelist, func(name string) bool {
			return strings.EqualFold(name, f.Name)
		}) {
			r.Header.Append(f.Name, f.Value)
		}
	}
}

// rewind lets a second handler read a collected body from its start, as far
// as it still exists.
func (b *Body) rewind() {
	if b.file == 0 {
		b.pos = 0
	}
}

// Len is the length of the body in bytes, or -1 while a chunked one is still
// arriving.
func (b *Body) Len() int64 { return b.n }

// Read implements io.Reader.
func (b *Body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.over:
		return 0, errBodyOver
	case b.src == nil:
		return b.readSpool(p)
	case b.err != nil:
		return 0, b.err
	}
	n, err := b.src.Read(p)
	if err != nil {
		b.ended(err)
	}
	return n, b.err
}

// ended notes why there is no more.
func (b *Body) ended(err error) {
	var bad *h1.BodyError
	switch {
	case err == io.EOF:
		b.complete.Store(true)
		b.err = err
	case errors.As(err, &bad):
		b.conn.req.Errorf("%s", bad.Reason)
		b.err = err
	default:
		b.err = &errClientGone{err}
	}
}

// proceed sends 100 Continue to a client that waits for it and has not sent
// any of the body. It writes, and so belongs to the request's goroutine.
func (b *Body) proceed() error {
	c := b.conn
	if !c.head.Expect100 || !c.head.HTTP11 || c.br.Buffered() > 0 {
		return nil
	}
	c.wire.writeIdle = c.limits(c.req).write
	return c.writeAll(nil, []byte("HTTP/1.1 100 Continue\r\n\r\n"), false)
}

// readSpool reads what was collected. A file is removed when it has been read.
func (b *Body) readSpool(p []byte) (int, error) {
	if b.sp == nil {
		return 0, io.EOF
	}
	if b.sp.mem != nil {
		n := copy(p, b.sp.mem[b.pos:])
		b.pos += int64(n)
		if n == 0 && len(p) > 0 {
			return 0, io.EOF
		}
		return n, nil
	}
	for b.file < len(b.sp.files) {
		t := &b.sp.files[b.file]
		if b.pos < t.n {
			n, err := t.f.ReadAt(p[:min(int64(len(p)), t.n-b.pos)], b.pos)
			b.pos += int64(n)
			return n, err
		}
		removal{t.f}.Close()
		b.file, b.pos = b.file+1, 0
	}
	return 0, io.EOF
}

// bodyUnread reports that the current request has a body that was not read to
// its end.
func (c *Conn) bodyUnread() bool {
	if n := c.head.ContentLength; n == 0 || n == h1.NoLength {
		return false
	}
	return c.body == nil || !c.body.complete.Load()
}

// endBody stops a goroutine that still reads the body and removes its files.
func (c *Conn) endBody() {
	b := c.body
	if b == nil {
		return
	}
	c.body = nil
	if !b.complete.Load() {
		c.wire.stopReads()
		defer c.wire.allowReads()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	if b.sp != nil {
		b.sp.files = b.sp.files[min(b.file, len(b.sp.files)):]
		b.sp.close()
	}
}

// FailBody decides the response to an error from CollectBody or Read: 400 or
// 413 for a bad body, 500 without a place to keep it, and none for a client
// that has gone or fell silent. The connection closes in every case.
func (r *Request) FailBody(err error) Result {
	r.KeepAlive = false
	var bad *h1.BodyError
	var gone *errClientGone
	switch {
	case errors.As(err, &bad):
		return r.Fail(bad.Status)
	case errors.As(err, &gone):
		if errors.Is(err, os.ErrDeadlineExceeded) && r.Core.Debug.Timeouts {
			r.Debugf("connection closed - read timeout: %d", r.Conn.ID)
		}
		return Failed
	}
	r.Errorf("%v", err)
	return r.Fail(500)
}

// Interim sends an informational response such as 103 Early Hints while the
// final one is not decided yet. HTTP/1.0 clients do not get it.
func (r *Request) Interim(status int, h *Header) error {
	if r.Version == HTTP10 {
		return nil
	}
	c := r.Conn
	c.wire.writeIdle = c.limits(r).write
	b := h1.AppendStatusLine(nil, true, status)
	for name, value := range h.All() {
		b = h1.AppendField(b, name, value)
	}
	return c.writeAll(nil, append(b, "\r\n"...), false)
}
