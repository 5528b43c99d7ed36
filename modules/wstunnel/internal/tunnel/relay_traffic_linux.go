package tunnel

import (
	"errors"
	"net"
	"os"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/modules/wstunnel/internal/frame"
)

// readClient moves bytes of the client to the backend.
func (l *relay) readClient(t *relayed) {
	n, err := l.read(&t.client, l.in)
	switch {
	case n > 0:
		t.marks.read.Store(l.set.now())
		l.take(t, l.in[:n])
	case err == nil:
		t.marks.gone.Store(l.set.now())
		l.shutBackend(t)
	case !again(err):
		l.end(t, ClientLost)
	}
}

// take works on bytes of the client.
func (l *relay) take(t *relayed, p []byte) {
	if !t.account(len(p)) {
		l.end(t, TooLarge)
		return
	}
	payload, replies, verdict := t.decoder.Decode(p, l.replies[:0])
	if cap(replies) <= maxControls {
		l.replies = replies
	}
	l.sendPayload(t, payload)
	if len(replies) > 0 && l.send(t, &t.client, replies) != nil {
		l.end(t, ClientLost)
		return
	}
	switch {
	case verdict.Violation():
		t.debugf(1, "%s", verdict)
		l.closeWith(t, ProtocolError)
	case verdict == frame.Closed:
		l.closeWith(t, ClientClosed)
	}
}

func (l *relay) sendPayload(t *relayed, p []byte) {
	if len(p) == 0 || t.marks.backendShut.Load() {
		return
	}
	t.debugf(4, "send to backend, size=%d", len(p))
	t.marks.backendWrite.Store(l.set.now())
	if err := l.send(t, &t.backend, p); err != nil {
		l.backendBroken(t, err)
	}
}

// backendBroken notes that the backend takes nothing any more. Its last data
// and its end are still read.
func (l *relay) backendBroken(t *relayed, err error) {
	t.debugf(1, "write to backend failed: %s", strerror(err))
	t.marks.backendShut.Store(true)
	t.broken = l.set.now()
	t.backend.drop()
}

// readBackend moves bytes of the backend to the client, in one frame.
func (l *relay) readBackend(t *relayed) {
	n, err := l.read(&t.backend, l.in[frame.Room:])
	switch {
	case n > 0:
		t.marks.backendRead.Store(l.set.now())
		t.debugf(4, "send to client, frame type=%s, payload size=%d", typeNames[t.Type], n)
		if l.send(t, &t.client, frame.Wrap(l.in[:frame.Room+n], t.Type)) != nil {
			l.end(t, ClientLost)
		}
	case err == nil:
		l.end(t, BackendClosed)
	case !again(err):
		t.Logf("read() from backend failed: %s; socket: %s", strerror(err), t.Address)
		l.end(t, BackendLost)
	}
}

// shutBackend tells the backend that no more will come, once it has taken
// what there is.
func (l *relay) shutBackend(t *relayed) {
	if len(t.backend.out) > 0 || t.marks.backendShut.Swap(true) {
		return
	}
	if err := unix.Shutdown(t.backend.fd, unix.SHUT_WR); err != nil && !errors.Is(err, unix.ENOTCONN) {
		t.broken = l.set.now()
	}
}

// closeWith ends a tunnel whose CLOSE is on its way already.
func (l *relay) closeWith(t *relayed, c Cause) {
	if t.cause.CompareAndSwap(int32(None), int32(c)) {
		t.closing = true
	}
}

// end ends a tunnel.
func (l *relay) end(t *relayed, c Cause) {
	if !t.cause.CompareAndSwap(int32(None), int32(c)) {
		return
	}
	t.closing = true
	if code := c.Code(); code == 0 || l.send(t, &t.client, frame.AppendClose(nil, code)) != nil {
		t.client.drop()
	}
}

// settle makes the descriptors wait for what the tunnel can go on with, or
// lets go of a tunnel that is over.
func (l *relay) settle(t *relayed) {
	if t.closing && len(t.client.out) == 0 {
		l.remove(t)
		return
	}
	var client, backend uint32
	if len(t.client.out) > 0 {
		client = unix.EPOLLOUT
	} else if !t.closing {
		backend = unix.EPOLLIN
	}
	if len(t.backend.out) > 0 && !t.closing {
		backend |= unix.EPOLLOUT
	}
	if !t.closing && len(t.backend.out) == 0 && t.marks.gone.Load() == 0 && len(t.client.out) <= largeSize+maxControls {
		client |= unix.EPOLLIN
	}
	l.watch(&t.client, client)
	l.watch(&t.backend, backend)
}

// remove lets go of a tunnel that is over.
func (l *relay) remove(t *relayed) {
	l.watch(&t.client, 0)
	l.watch(&t.backend, 0)
	l.tunnels[t.slot] = nil
	l.freed = append(l.freed, t.slot)
	l.hangUp(t)
	t.client.drop()
	t.backend.drop()
	t.tell()
	t.logEnd()
	t.done(t.ended())
}

// hangUp closes the backend, as Tunnel.hangUp does. Only one that has not
// taken everything needs the runtime's help.
func (l *relay) hangUp(t *relayed) {
	fd, rest := t.backend.fd, t.backend.out
	lost := t.ended() == BackendClosed || t.ended() == BackendLost || t.ended() == BackendTimeout
	if lost || len(rest) == 0 && (unix.Shutdown(fd, unix.SHUT_WR) != nil || drainedFD(fd, l.in)) {
		unix.Close(fd)
		return
	}
	f := os.NewFile(uintptr(fd), t.Address)
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return // without descriptors to spare there is no farewell
	}
	t.Tunnel.backend = c.(halfCloser)
	t.Tunnel.hangUp(append([]byte(nil), rest...))
}
