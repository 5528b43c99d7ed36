package tunnel

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// side is one socket of a tunnel. The backend's descriptor is the relay's own.
// The client's belongs to the engine, which may close it at any time, so it is
// only used through raw, which knows.
type side struct {
	fd   int
	raw  syscall.RawConn
	id   int32 // names it in events
	want uint32
	out  []byte  // waits until the socket takes it
	held *buffer // the memory of out, if it came from the pool
}

// send writes p to a side, or keeps what the socket does not take.
func (l *relay) send(t *relayed, s *side, p []byte) error {
	if len(s.out) == 0 {
		n, err := l.write(s, p)
		if err != nil && !again(err) {
			return err
		}
		if n > 0 {
			l.wrote(t, s, n)
			p = p[n:]
		}
	}
	s.keep(p)
	return nil
}

// wrote takes note of n bytes written to a side.
func (l *relay) wrote(t *relayed, s *side, n int) {
	now := l.set.now()
	if s == &t.client {
		t.sent.Add(int64(n))
		t.marks.write.Store(now)
		return
	}
	t.marks.backendWrite.Store(now)
}

// flush writes what waits for a side.
func (l *relay) flush(t *relayed, s *side) {
	if len(s.out) == 0 {
		return
	}
	n, err := l.write(s, s.out)
	switch {
	case n > 0:
		l.wrote(t, s, n)
		s.out = s.out[n:]
	case again(err):
		return
	case s == &t.client:
		s.drop()
		l.end(t, ClientLost)
		return
	default:
		l.backendBroken(t, err)
		return
	}
	if len(s.out) > 0 {
		return
	}
	s.drop()
	now := l.set.now()
	if s == &t.client {
		t.marks.backendRead.Store(now) // it was not read meanwhile
		return
	}
	t.marks.read.Store(now)
	if t.stop.Load() || t.marks.gone.Load() != 0 {
		l.shutBackend(t)
	}
}

// keep adds p to what waits.
func (s *side) keep(p []byte) {
	if len(p) == 0 {
		return
	}
	if s.held == nil && len(s.out) == 0 {
		s.held = large.get()
		s.out = s.held.b[:0]
	}
	s.out = append(s.out, p...)
}

// drop forgets what waits.
func (s *side) drop() {
	if s.held != nil {
		large.put(s.held)
	}
	s.out, s.held = nil, nil
}

// again reports that a socket has nothing to do for now.
func again(err error) bool { return err == unix.EAGAIN || err == unix.EINTR }

// watch sets what a descriptor waits for. Without anything it is taken out:
// an error on it would be told again and again.
func (l *relay) watch(s *side, want uint32) {
	if want == s.want {
		return
	}
	op := unix.EPOLL_CTL_MOD
	switch {
	case want == 0:
		op = unix.EPOLL_CTL_DEL
	case s.want == 0:
		op = unix.EPOLL_CTL_ADD
	}
	// It fails for lack of memory only; then the limits end the tunnel.
	if l.control(s, op, &unix.EpollEvent{Events: want, Fd: s.id}) == nil {
		s.want = want
	}
}
