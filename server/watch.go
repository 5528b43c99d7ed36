package server

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Watch tells what a client does while a backend works for it and nobody
// reads from the connection.
type Watch struct {
	conn    *Conn
	raw     syscall.RawConn
	quit    chan struct{}
	ended   chan struct{} // nil if the connection cannot be watched
	shut    atomic.Bool   // the client has half-closed
	stopped bool          // guarded by the wire's mu, like waiting
	waiting bool
}

// WatchClient begins to watch when after is closed, which must be when the
// last read of the request body has returned. reset is called, from another
// goroutine, when the client has reset the connection: nobody can be answered
// any more. shut, if not nil, is called when the client has half-closed; it
// may still wait for the answer. Each is called at most once.
func (r *Request) WatchClient(after <-chan struct{}, reset, shut func()) *Watch {
	w := &Watch{conn: r.Conn}
	if r.Version == HTTP2 {
		return w
	}
	if w.raw = rawConn(r.Conn.net); w.raw == nil {
		return w
	}
	w.quit, w.ended = make(chan struct{}), make(chan struct{})
	go w.run(after, reset, shut)
	return w
}

// rawConn is the descriptor of a connection, below TLS, or nil.
func rawConn(nc net.Conn) syscall.RawConn {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	var raw syscall.RawConn
	switch nc := nc.(type) {
	case *net.TCPConn:
		raw, _ = nc.SyscallConn()
	case *net.UnixConn:
		raw, _ = nc.SyscallConn()
	}
	return raw
}

func (w *Watch) run(after <-chan struct{}, reset, shut func()) {
	defer close(w.ended)
	select {
	case <-after:
	case <-w.quit:
		return
	}
	if !w.begin() {
		return
	}
	err := w.raw.Read(func(fd uintptr) bool { return w.look(int32(fd), shut) })
	if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) {
		reset()
	}
}

// look asks for the state of the connection. It reports true when the
// connection is gone; false waits for the next event.
func (w *Watch) look(fd int32, shut func()) bool {
	p := []unix.PollFd{{Fd: fd, Events: unix.POLLRDHUP}}
	for {
		if _, err := unix.Poll(p, 0); err != unix.EINTR {
			break
		}
	}
	if p[0].Revents&unix.POLLRDHUP != 0 && !w.shut.Swap(true) && shut != nil {
		shut()
	}
	return p[0].Revents&(unix.POLLERR|unix.POLLHUP|unix.POLLNVAL) != 0
}

// Stop ends the watch; none of its functions is running or called afterwards.
// It reports whether the client has half-closed. It may be called again, and
// from any goroutine but those of the functions.
func (w *Watch) Stop() (shut bool) {
	if w.ended == nil {
		return false
	}
	w.end()
	<-w.ended
	return w.shut.Load()
}

// begin lets a read wait without limit, unless the watch has been stopped.
func (w *Watch) begin() bool {
	wire := &w.conn.wire
	wire.mu.Lock()
	defer wire.mu.Unlock()
	if wire.stopped || w.stopped {
		return false
	}
	w.waiting = true
	wire.readBy = time.Time{}
	return wire.net.SetReadDeadline(time.Time{}) == nil
}

// end ends the wait. The next read of the connection arms its limit anew.
func (w *Watch) end() {
	wire := &w.conn.wire
	wire.mu.Lock()
	defer wire.mu.Unlock()
	if w.stopped {
		return
	}
	w.stopped = true
	close(w.quit)
	if w.waiting {
		wire.readBy = time.Time{}
		wire.net.SetReadDeadline(time.Unix(1, 0))
	}
}
