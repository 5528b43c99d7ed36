package server

import (
	"errors"
	"io"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// streaming is the effective server.stream-response-body: 0 collects the
// answer of a backend, 1 and 2 send it as it comes.
func (r *Request) streaming() bool {
	return r.Core != nil && r.Core.StreamResponseBody != 0
}

// collectResponse reads a backend's answer to its end where the client is to
// get nothing before that (server.stream-response-body = 0). An answer that
// breaks off keeps a reader that fails, so that the client can see it.
func (r *Request) collectResponse() error {
	if r.Queue.reader == nil || r.streaming() || r.Tunnel != nil {
		return nil
	}
	rd := r.Queue.reader
	sp := r.newSpool()
	err := sp.readFrom(rd)
	if isSpoolError(err) {
		sp.close()
		return err
	}
	rd.Close()
	r.Queue.reader = nil
	var worthless *BackendError
	if errors.As(err, &worthless) {
		sp.close()
		r.Queue.Reset()
		r.Resp.Reset()
		r.Fail(worthless.Status)
		return nil
	}
	sp.moveTo(&r.Queue)
	if err != nil {
		r.Queue.reader = brokenReader{err}
		r.KeepAlive = false
	}
	return nil
}

// collectFiltered runs filters such as mod_deflate's over a body that is
// complete, to learn its length.
func (r *Request) collectFiltered() error {
	q := &r.Queue
	if len(q.filter) == 0 || q.reader != nil {
		return nil
	}
	sp := r.newSpool()
	if err := sp.readFrom(q.source()); err != nil {
		sp.close()
		return err
	}
	q.Reset()
	sp.moveTo(q)
	return nil
}

// collectFailed answers 500 because there was no place to collect a response.
func (s *Server) collectFailed(r *Request, err error) {
	r.Errorf("%v", err)
	r.Queue.Reset()
	r.Resp.Reset()
	r.Fail(500)
}

// brokenReader is the rest of an answer that will never come.
type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }
func (b brokenReader) Close() error             { return nil }

// stream sends a body as its parts come: each read of the source leaves in one
// write, as one chunk where chunks tell the length.
func (c *Conn) stream(r *Request, fr *framing, t *throttle, out *buffer) error {
	if err := c.writeAll(t, out.b, false); err != nil {
		return err
	}
	src := r.Queue.source()
	if idle := c.wire.writeIdle; r.Queue.reader != nil && idle > 0 {
		// A backend that falls silent counts as a client that does not read
		// (server.max-write-idle).
		watch := watchdog{idle: idle, timer: time.AfterFunc(idle+slack, func() { r.Queue.reader.Close() })}
		defer watch.timer.Stop()
		src = &watchedReader{src, &watch}
	}
	buf := copyBuffers.get()
	defer copyBuffers.put(buf)
	return c.pump(fr, t, src, buf.b)
}

// pump copies src to the client.
func (c *Conn) pump(fr *framing, t *throttle, src io.Reader, buf []byte) error {
	const room = 18 // for the size line
	left := fr.length
	for left != 0 {
		end := len(buf) - len(h1.ChunkEnd)
		if left > 0 {
			end = int(min(int64(end), room+left))
		}
		n, err := src.Read(buf[room:end])
		if n > 0 {
			p := buf[room : room+n]
			if fr.chunked {
				p = frameChunk(buf, room, n)
			}
			if werr := c.writeAll(t, p, false); werr != nil {
				return werr
			}
		}
		if left > 0 {
			left -= int64(n)
		}
		switch {
		case err == io.EOF && left <= 0:
			left = 0
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
	}
	if fr.chunked {
		return c.writeAll(t, []byte(h1.LastChunk), false)
	}
	return nil
}

// frameChunk puts the size line in front of n bytes at buf[room:], and the end
// behind them.
func frameChunk(buf []byte, room, n int) []byte {
	var line [20]byte
	head := h1.AppendChunkHead(line[:0], n)
	start := room - len(head)
	copy(buf[start:], head)
	return append(buf[start:room+n], h1.ChunkEnd...)
}

// watchdog ends a wait for a backend.
type watchdog struct {
	idle  time.Duration
	timer *time.Timer
}

// watchedReader restarts the watchdog at each read.
type watchedReader struct {
	r io.Reader
	w *watchdog
}

func (s *watchedReader) Read(p []byte) (int, error) {
	s.w.timer.Reset(s.w.idle + slack)
	return s.r.Read(p)
}
