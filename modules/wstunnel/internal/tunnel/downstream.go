package tunnel

import "github.com/lighttpd-go/lighttpd-go/modules/wstunnel/internal/frame"

// toClient frames what the backend sends until the tunnel ends: one frame for
// each read, header and payload in one write.
func (t *Tunnel) toClient() {
	in := newInbox(frame.Room)
	defer in.release()
	for t.ended() == None {
		buf := in.buffer()
		n, err := t.backend.Read(buf[frame.Room:])
		if n > 0 {
			t.marks.backendRead.Store(t.set.now())
			in.used(n)
			if t.sendFrame(buf[:frame.Room+n]) != nil {
				t.end(ClientLost)
				return
			}
			t.marks.backendRead.Store(t.set.now())
		}
		if err != nil {
			t.backendFailed(err)
			return
		}
	}
}

// sendFrame frames the payload behind the room in buf and writes it.
func (t *Tunnel) sendFrame(buf []byte) error {
	t.debugf(4, "send to client, frame type=%s, payload size=%d", typeNames[t.Type], len(buf)-frame.Room)
	return t.out.data(frame.Wrap(buf, t.Type))
}

// backendFailed decides about an error of reading from the backend.
func (t *Tunnel) backendFailed(err error) {
	switch {
	case t.ended() != None:
	case eof(err):
		t.end(BackendClosed)
	case timeout(err) && !t.marks.backendShut.Load():
		t.backendTimedOut("read")
	default:
		t.Logf("read() from backend failed: %s; socket: %s", strerror(err), t.Address)
		t.end(BackendLost)
	}
}

// backendTimedOut ends the tunnel by read-timeout or write-timeout.
func (t *Tunnel) backendTimedOut(direction string) {
	t.Logf("%s timeout on socket: %s (fd: %d)", direction, t.Address, descriptor(t.backend))
	t.end(BackendTimeout)
}
