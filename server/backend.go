package server

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// BackendError is what the reader of a backend's body returns when the whole
// answer is worth nothing: while nothing of it was sent, the client gets
// Status instead. Once it is being sent, the response is cut short as after
// any other error.
type BackendError struct {
	Status int
	Err    error
}

// Error implements error.
func (e *BackendError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *BackendError) Unwrap() error { return e.Err }

// HeaderStrict reports whether header fields are to be checked
// (server.http-parseopts, header-strict).
func (r *Request) HeaderStrict() bool { return r.server.Opts.Policy.HeaderStrict }

// ForwardInterim sends a backend's informational response, unless the feature
// flag server.discard-backend-1xx says otherwise.
func (r *Request) ForwardInterim(status int, h *Header) error {
	f := &r.server.Opts.Features
	if r.Version == HTTP2 && f.DiscardBackend1xxH2 || r.Version != HTTP2 && f.DiscardBackend1xx {
		return nil
	}
	return r.Interim(status, h)
}

// maxLoops is how often one request may be sent on by local redirects.
const maxLoops = 5

// LocalRedirect has the request processed anew for another target: as GET and
// without a body (RFC 3875, 6.2.2). The answer decided so far is dropped, and
// modules see a new request.
func (r *Request) LocalRedirect(target string) Result {
	if r.loops++; r.loops > maxLoops {
		r.Errorf("too many internal loops while processing request: %s", r.TargetOrig)
		return r.Fail(500)
	}
	r.run(r.server.pipe.reset)
	clear(r.values)
	if r.Conn.bodyUnread() {
		r.KeepAlive = false
	}
	r.Method, r.Target = "GET", target
	r.ContentLength = h1.NoLength
	r.Handler, r.HandlerName = nil, ""
	r.dropAnswer()
	r.Status = 0
	return Comeback
}

// HasBody reports whether the request came with a body that is not empty, or
// with one whose end is not known.
func (r *Request) HasBody() bool {
	return r.ContentLength != h1.NoLength && r.ContentLength != 0
}

// CollectCounted is CollectBody for backends that are told the length before
// the body. A chunked body that would be streamed is an error that stands for
// 411, unless all of it has arrived already. Pass an error to FailBody.
func (r *Request) CollectCounted() (*Body, error) {
	c := r.Conn
	if r.ContentLength != h1.Chunked || r.Core.StreamRequestBody == 0 || c.body != nil {
		return r.CollectBody()
	}
	if !c.chunksArrived(r) {
		return nil, &h1.BodyError{Status: 411, Reason: "chunked request body, and the backend needs its length -> 411"}
	}
	b, err := r.CollectBody()
	if err != nil {
		return b, err
	}
	return b, b.collect(r)
}

// chunksArrived reports whether a chunked body has arrived to its end, or to a
// mistake in it.
func (c *Conn) chunksArrived(r *Request) bool {
	buffered, _ := c.br.Peek(c.br.Buffered())
	br := bufio.NewReaderSize(bytes.NewReader(buffered), max(c.br.Size(), 4096))
	_, err := io.Copy(io.Discard, h1.NewChunkedReader(br, h1.ChunkOptions{
		MaxTrailer: c.server.Opts.Policy.MaxHead,
		MaxBody:    int64(r.Core.MaxRequestSize) << 10,
		Trailer:    c.head.Get("Trailer"),
	}))
	return err != io.ErrUnexpectedEOF
}

// File is the temporary file of a body that was collected and is too large
// for memory, for a program that gets it as standard input; nil for any other
// body. It is removed when the request ends.
func (b *Body) File() (*os.File, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.src != nil || b.sp == nil || len(b.sp.files) == 0 || b.file > 0 {
		return nil, nil
	}
	if err := b.sp.join(); err != nil {
		return nil, err
	}
	f := b.sp.files[0].f
	_, err := f.Seek(0, io.SeekStart)
	return f, err
}

// join makes one file of all. server.upload-temp-file-size does not apply to
// what a program reads. A directory that is full is left for the next one.
func (s *spool) join() error {
	var full error
	for len(s.files) > 1 {
		if s.files[0].dir < s.dir {
			if err := s.next(full); err != nil {
				return err
			}
			last := len(s.files) - 1
			s.files = slices.Insert(s.files[:last:last], 0, s.files[last])
		}
		err := s.absorb()
		switch {
		case errors.Is(err, syscall.ENOSPC):
			full = fmt.Errorf("write() temp-file %s failed: %s", s.files[0].f.Name(), Strerror(err))
			s.dir = s.files[0].dir + 1
		case err != nil:
			return err
		}
	}
	return nil
}

// absorb appends the second file to the first and removes it.
func (s *spool) absorb() error {
	first, second := &s.files[0], s.files[1]
	if _, err := first.f.Seek(first.n, io.SeekStart); err != nil {
		return err
	}
	n, err := io.Copy(first.f, io.NewSectionReader(second.f, 0, second.n))
	if err != nil {
		return err
	}
	first.n += n
	removal{second.f}.Close()
	s.files = slices.Delete(s.files, 1, 2)
	return nil
}

// Streaming reports whether the response is sent while the backend is still
// talking (server.stream-response-body).
func (r *Request) Streaming() bool { return r.streaming() }

// StreamResponse makes the response stream although nobody has configured
// it, for an answer that says Incremental. It is false if the administrator
// wants answers collected.
func (r *Request) StreamResponse() bool { return r.stream(responseStream) }

// StreamRequest is StreamResponse for the request body.
func (r *Request) StreamRequest() bool { return r.stream(requestStream) }

func (r *Request) stream(field streamed) bool {
	bits, written := field(r.Core)
	if *bits != 0 || *written {
		return *bits != 0
	}
	own := *r.Core // the settings are shared
	bits, _ = field(&own)
	*bits = 3
	r.Core = &own
	return true
}
