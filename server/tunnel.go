package server

import (
	"errors"
	"io"
	"net"
	"time"
)

// tunnel hands the connection to r.Tunnel, after the head was sent.
func (c *Conn) tunnel(r *Request) next {
	r.KeepAlive = false
	// Deadlines are the tunnel's from here on.
	c.net.SetDeadline(time.Time{})
	c.server.figures.opened.Add(1)
	s := &connStream{conn: c, limits: c.throttleFor(r)}
	err := r.Tunnel(s)
	if errors.Is(err, ErrDetached) {
		return detached
	}
	return c.tunnelOver(err)
}

// tunnelOver is the end of a tunnel: half-close, discard, close.
func (c *Conn) tunnelOver(err error) next {
	c.net.SetDeadline(time.Time{})
	reason, lost := tunnelOutcome(err)
	c.server.figures.tunnelEnded(reason)
	if lost {
		c.aborted = true
	}
	return linger
}

// connStream is a Stream over an HTTP/1 connection.
type connStream struct {
	conn   *Conn
	limits *throttle // kbytes-per-second; nil is none
}

// Read returns what came with the request head first.
func (s *connStream) Read(p []byte) (int, error) {
	if br := s.conn.br; br != nil {
		if n := br.Buffered(); n > 0 {
			n, err := br.Read(p[:min(len(p), n)])
			s.conn.server.figures.tunnelIn.Add(int64(n))
			return n, err
		}
		s.conn.releaseBuffers() // a tunnel may be silent for long
	}
	n, err := s.conn.net.Read(p)
	s.received(int64(n))
	return n, err
}

// Write implements io.Writer. It keeps to the limits on the rate.
func (s *connStream) Write(p []byte) (int, error) {
	total := 0
	for {
		q := p[total:]
		if s.limits != nil && len(q) > 0 {
			q = q[:s.conn.pace(s.limits, len(q))]
		}
		n, err := s.conn.net.Write(q)
		s.sent(int64(n))
		total += n
		if err != nil || total == len(p) {
			return total, err
		}
	}
}

// CloseWrite implements Stream.
func (s *connStream) CloseWrite() error { return s.conn.closeWrite() }

// SetReadDeadline implements Stream.
func (s *connStream) SetReadDeadline(t time.Time) error { return s.conn.net.SetReadDeadline(t) }

// SetWriteDeadline implements Stream.
func (s *connStream) SetWriteDeadline(t time.Time) error { return s.conn.net.SetWriteDeadline(t) }

// Closing implements Stream.
func (s *connStream) Closing() <-chan struct{} { return s.conn.server.engine.closing }

// Detach implements Stream. The connection keeps no buffer afterwards.
func (s *connStream) Detach() (net.Conn, []byte) {
	c := s.conn
	if c.wire.raw == nil {
		return nil, nil
	}
	var early []byte
	if c.br != nil {
		if n := c.br.Buffered(); n > 0 {
			early = make([]byte, n)
			io.ReadFull(c.br, early)
			c.server.figures.tunnelIn.Add(int64(n))
		}
		c.releaseBuffers()
	}
	return c.net, early
}

// Count implements Stream.
func (s *connStream) Count(in, out int64) {
	s.received(in)
	s.sent(out)
}

func (s *connStream) received(n int64) {
	s.conn.wire.received(int(n))
	s.conn.server.figures.tunnelIn.Add(n)
}

func (s *connStream) sent(n int64) {
	s.conn.wire.sent(int(n))
	s.conn.server.figures.tunnelOut.Add(n)
}

// Finish implements Stream.
func (s *connStream) Finish(err error) { go s.conn.resume(err) }

// resume goes on behind a tunnel that had left its goroutine.
func (c *Conn) resume(err error) {
	what := c.tunnelOver(err)
	func() {
		defer func() {
			if v := recover(); v != nil {
				c.server.logPanic(c.req.HandlerName, v)
				what = drop
			}
		}()
		what = c.finish(c.req, what)
	}()
	c.end(what)
}
