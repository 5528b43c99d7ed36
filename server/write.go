package server

import "os"

// smallBody is the size up to which a body is copied behind its head and
// leaves in the same system call.
const smallBody = 16 << 10

// writeStep is the most that one sendfile call is asked to do. Its progress
// renews the idle limit.
const writeStep = 1 << 20

// send frames and sends the response of r and says how the connection goes on.
func (c *Conn) send(r *Request) next {
	c.wire.writeIdle = c.limits(r).write
	fr, err := c.frame(r)
	if err != nil {
		c.aborted = true
		r.Errorf("%v", err)
		return drop
	}
	if err := c.sendFramed(r, &fr); err != nil {
		c.aborted = true
		return drop
	}
	switch {
	case r.Tunnel != nil:
		return c.tunnel(r)
	case !r.KeepAlive:
		return linger
	}
	return again
}

// sendFramed sends head and body.
func (c *Conn) sendFramed(r *Request, fr *framing) error {
	out := outBuffers.get()
	defer outBuffers.put(out)
	out.b = c.appendHead(out.b[:0], r, fr)
	c.headSent = int64(len(out.b))
	if c.sight != nil {
		c.sight.answers(r, c.headSent+max(r.Queue.Len(), 0))
	}
	c.logResponseHead(r, out.b)
	return c.sendBody(r, fr, out)
}

// logResponseHead writes the head for debug.log-response-header.
func (c *Conn) logResponseHead(r *Request, head []byte) {
	if r.Core != nil && r.Core.Debug.ResponseHeader {
		logLines(r.log(), "fd:"+itoa(c.ID)+" resp: ", string(head))
	}
}

// sendBody sends the head in out and the body behind it.
func (c *Conn) sendBody(r *Request, fr *framing, out *buffer) error {
	t := c.throttleFor(r)
	switch {
	case fr.none:
		return c.writeAll(t, out.b, false)
	case fr.length < 0 || r.Queue.open():
		return c.stream(r, fr, t, out)
	case fr.length <= smallBody:
		return c.sendSmall(r, t, out)
	}
	if err := c.writeAll(t, out.b, true); err != nil {
		return err
	}
	for i := range r.Queue.chunks {
		if err := c.sendChunk(t, &r.Queue.chunks[i], i+1 < len(r.Queue.chunks)); err != nil {
			return err
		}
	}
	return nil
}

// sendSmall sends head and body in one write.
func (c *Conn) sendSmall(r *Request, t *throttle, out *buffer) error {
	for i := range r.Queue.chunks {
		var err error
		if out.b, err = r.Queue.chunks[i].appendTo(out.b); err != nil {
			return err
		}
	}
	return c.writeAll(t, out.b, false)
}

func (c *Conn) sendChunk(t *throttle, k *chunk, more bool) error {
	switch {
	case k.file == nil:
		return c.writeAll(t, k.bytes, more)
	case c.wire.raw == nil:
		return c.copyFile(t, k)
	}
	return c.sendFile(t, k.file, k.off, k.n)
}

// sendFile sends a file section with sendfile. A file that has become shorter
// is an error: the length was promised.
func (c *Conn) sendFile(t *throttle, f *os.File, off, n int64) error {
	fd := int(f.Fd())
	for n > 0 {
		step := int(min(n, writeStep))
		if t != nil {
			step = c.pace(t, step)
		}
		done, err := c.wire.sendFile(fd, off, step)
		if t != nil {
			t.giveBack(step - done)
		}
		if err != nil {
			return err
		}
		off, n = off+int64(done), n-int64(done)
	}
	return nil
}

// copyFile sends a file section through memory, for TLS.
func (c *Conn) copyFile(t *throttle, k *chunk) error {
	buf := copyBuffers.get()
	defer copyBuffers.put(buf)
	for off, left := k.off, k.n; left > 0; {
		p := buf.b[:min(left, int64(len(buf.b)))]
		n, err := k.file.ReadAt(p, off)
		if n == 0 && err != nil {
			return errTruncated
		}
		if err := c.writeAll(t, p[:n], false); err != nil {
			return err
		}
		off, left = off+int64(n), left-int64(n)
	}
	return nil
}

// writeAll writes p. Every part that goes out renews the idle limit, so that
// a slow but steady reader is never cut.
func (c *Conn) writeAll(t *throttle, p []byte, more bool) error {
	for len(p) > 0 {
		q := p
		if t != nil {
			q = p[:c.pace(t, len(p))]
		}
		n, err := c.wire.write(q, more || len(q) < len(p))
		if t != nil {
			t.giveBack(len(q) - n)
		}
		if err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}
