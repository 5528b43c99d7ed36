package backend

import (
	"bytes"
	"errors"
	"io"
	"os"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// body decides how the end of the body is found, and leaves the body to the
// engine.
func (x *exchange) body(a *answer) server.Result {
	r := x.r
	noBody := r.Status == 204 || r.Status == 205 || r.Status == 304
	isHead := r.Method == "HEAD"
	if r.Status == 204 || r.Status == 205 {
		r.Resp.Del("Content-Length")
	}
	switch {
	case noBody, isHead && (a.length >= 0 || a.chunked):
		if isHead && a.chunked {
			r.KeepAlive = false
		}
		x.finish()
		return server.Finished
	case a.length >= 0 && int64(len(x.buf)) >= a.length:
		r.Queue.AppendBytes(x.buf[:a.length])
		x.finish()
		return server.Finished
	}
	b := &bodyReader{x: x, collect: !r.Streaming()}
	in := io.MultiReader(bytes.NewReader(x.buf), x.src)
	switch {
	case a.chunked:
		if !b.collect {
			r.Resp.Del("Trailer") // trailers are not passed on
		}
		b.chunks = server.NewDechunker(in, a.trailer)
		in = b.chunks
	case a.length >= 0:
		in = io.LimitReader(in, a.length)
	}
	b.in, b.left, b.counted = in, a.length, a.length >= 0
	r.Queue.AppendReader(b)
	return server.Finished
}

// finish ends the exchange before the head is sent.
func (x *exchange) finish() {
	if x.end() {
		x.r.KeepAlive = false // nothing more comes from this client
	}
}

// bodyReader is the body as the engine pulls it.
type bodyReader struct {
	x       *exchange
	in      io.Reader
	chunks  *server.Dechunker // if the body is chunked
	left    int64             // of a body whose length is told
	counted bool
	collect bool // all of it is read before the head is sent
}

// Read implements io.Reader.
func (b *bodyReader) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	b.left -= int64(n)
	if err == nil && b.counted && b.left <= 0 {
		err = io.EOF
	}
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF:
		b.complete()
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = &server.BackendError{Status: 504, Err: err}
	}
	return n, err
}

// complete lets go of the backend. While the head is not sent yet, trailers
// join it.
func (b *bodyReader) complete() {
	if !b.collect {
		b.x.end()
		return
	}
	if b.chunks != nil {
		b.x.r.Resp.Del("Trailer")
		for _, f := range b.chunks.Trailers() {
			b.x.r.Resp.Append(f.Name, f.Value)
		}
	}
	b.x.finish()
}

// Close implements io.Closer. The engine may call it from another goroutine
// to end a Read that waits too long.
func (b *bodyReader) Close() error {
	b.x.src.Abort()
	b.x.end()
	return nil
}
