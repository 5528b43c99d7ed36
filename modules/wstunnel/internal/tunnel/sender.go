package tunnel

import (
	"sync"

	"github.com/gobwas/ws"

	"github.com/lighttpd-go/lighttpd-go/modules/wstunnel/internal/frame"
)

// maxControls bounds the replies that wait for a client that does not read;
// then its bytes are not read either.
const maxControls = 64 << 10

// sender serialises what goes to the client: data frames, replies to control
// frames, PINGs, and at the end one CLOSE that nothing follows.
type sender struct {
	t        *Tunnel
	mu       sync.Mutex
	free     sync.Cond // busy has ended, or controls has become shorter
	busy     bool      // a goroutine is writing; it also writes controls
	closing  bool      // a CLOSE is in controls or sent: nothing more is taken
	err      error     // of a write; final
	controls []byte    // waiting for the writer
}

func (s *sender) init(t *Tunnel) {
	s.t = t
	s.free.L = &s.mu
}

// data writes a whole data frame. It returns when the client has taken it.
func (s *sender) data(p []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.busy {
		s.free.Wait()
	}
	if s.closing || s.err != nil {
		return s.err
	}
	return s.write(p)
}

// control sends control frames: at once, or behind what is being written by
// another goroutine.
func (s *sender) control(p []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.busy && len(s.controls) > maxControls && s.err == nil {
		s.free.Wait()
	}
	if s.closing || s.err != nil {
		return s.err
	}
	if s.busy {
		s.controls = append(s.controls, p...)
		return nil
	}
	return s.write(p)
}

// ping sends a PING without making the caller wait for the client.
func (s *sender) ping() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closing || s.err != nil || len(s.controls) > maxControls:
	case s.busy:
		s.controls = frame.AppendPing(s.controls)
	default:
		go s.control(frame.AppendPing(nil))
	}
}

// close sends a CLOSE with the code, or none for 0, waits until everything is
// written, and lets nothing follow.
func (s *sender) close(code ws.StatusCode) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing && code != 0 && s.err == nil {
		s.controls = frame.AppendClose(s.controls, code)
	}
	return s.shut()
}

// closeWith is close with the replies that end in the CLOSE.
func (s *sender) closeWith(p []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing && s.err == nil {
		s.controls = append(s.controls, p...)
	}
	return s.shut()
}

func (s *sender) shut() error {
	s.closing = true
	for s.busy {
		s.free.Wait()
	}
	if len(s.controls) > 0 && s.err == nil {
		return s.write(nil)
	}
	return s.err
}

// write writes p and then the controls that have come up. s.mu is held, and
// released while writing.
func (s *sender) write(p []byte) error {
	s.busy = true
	for {
		s.mu.Unlock()
		err := s.t.writeClient(p)
		s.mu.Lock()
		if err != nil {
			s.err = err
		}
		if s.err != nil || len(s.controls) == 0 {
			break
		}
		p, s.controls = s.controls, nil
		s.free.Broadcast()
	}
	s.busy = false
	s.free.Broadcast()
	return s.err
}

// writeClient writes all of p. It is never called by two goroutines at once.
func (t *Tunnel) writeClient(p []byte) error {
	t.marks.writing.Store(true)
	defer t.marks.writing.Store(false)
	for len(p) > 0 {
		n, err := t.client.Write(p)
		p = p[n:]
		if n > 0 {
			t.sent.Add(int64(n))
			t.marks.write.Store(t.set.now())
		}
		if err != nil && !t.resumeWriting(err) {
			return err
		}
	}
	return nil
}

// resumeWriting decides about an error of writing to the client. A deadline
// that has passed is the watch's, which wants to know whether the client takes
// anything; or it is the end of the tunnel.
func (t *Tunnel) resumeWriting(err error) bool {
	c := t.ended()
	if !timeout(err) || c != None && c.Code() == 0 {
		return false
	}
	if over(t.writeLimit(), t.set.now(), t.marks.write.Load()) {
		t.debugf(3, "timeout client")
		t.end(WriteIdle)
		return false
	}
	t.client.SetWriteDeadline(time0)
	c = t.ended()
	return c == None || c.Code() != 0
}

// closingLimit is how long a client may take nothing of what is left of a
// tunnel that has ended, where server.max-write-idle sets no limit.
const closingLimit = 360

// writeLimit is how long the client may take nothing; 0 is no limit.
func (t *Tunnel) writeLimit() int64 {
	if t.WriteIdle == 0 && t.ended() != None {
		return closingLimit
	}
	return t.WriteIdle
}
