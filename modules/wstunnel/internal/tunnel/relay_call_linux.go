package tunnel

import "golang.org/x/sys/unix"

// clientCall makes system calls on a client's descriptor through its
// syscall.RawConn without allocating: the functions are made once and find
// their arguments here. It is used with relay.mu held.
type clientCall struct {
	p     []byte
	epoll int
	op    int
	event *unix.EpollEvent
	n     int
	err   error

	read, write func(fd uintptr) bool
	control     func(fd uintptr)
}

func (c *clientCall) init() {
	c.read = func(fd uintptr) bool {
		c.n, c.err = unix.Read(int(fd), c.p)
		return true
	}
	c.write = func(fd uintptr) bool {
		c.n, c.err = unix.Write(int(fd), c.p)
		return true
	}
	c.control = func(fd uintptr) {
		c.err = nil
		if c.event != nil {
			c.err = unix.EpollCtl(c.epoll, c.op, int(fd), c.event)
		}
	}
}

// read reads from a side.
func (l *relay) read(s *side, p []byte) (int, error) {
	if s.raw == nil {
		return unix.Read(s.fd, p)
	}
	c := &l.call
	c.p = p
	if err := s.raw.Read(c.read); err != nil {
		return 0, err
	}
	return c.n, c.err
}

// write writes to a side.
func (l *relay) write(s *side, p []byte) (int, error) {
	if s.raw == nil {
		return unix.Write(s.fd, p)
	}
	c := &l.call
	c.p = p
	if err := s.raw.Write(c.write); err != nil {
		return 0, err
	}
	return c.n, c.err
}

// control is epoll_ctl on a side; without an event it only reports whether
// the descriptor still exists.
func (l *relay) control(s *side, op int, event *unix.EpollEvent) error {
	if s.raw == nil {
		return unix.EpollCtl(l.epoll, op, s.fd, event)
	}
	c := &l.call
	c.epoll, c.op, c.event = l.epoll, op, event
	if err := s.raw.Control(c.control); err != nil {
		return err
	}
	return c.err
}
