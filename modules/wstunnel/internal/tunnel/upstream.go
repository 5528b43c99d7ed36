package tunnel

import (
	"time"

	"github.com/lighttpd-go/lighttpd-go/modules/wstunnel/internal/frame"
)

// time0 is no deadline.
var time0 time.Time

// toBackend unframes what the client sends until the tunnel ends.
func (t *Tunnel) toBackend() {
	in := newInbox(0)
	defer in.release()
	replies := t.feed(t.early, nil)
	t.early = nil
	for t.ended() == None {
		buf := in.buffer()
		n, err := t.client.Read(buf)
		if n > 0 {
			t.marks.read.Store(t.set.now())
			in.used(n)
			if cap(replies) > maxControls {
				replies = nil
			}
			replies = t.feed(buf[:n], replies[:0])
		}
		if err != nil && !t.readFailed(err) {
			return
		}
	}
}

// feed takes bytes from the client. It returns the buffer of replies for
// further use.
func (t *Tunnel) feed(p, replies []byte) []byte {
	if !t.account(len(p)) {
		t.end(TooLarge)
		return replies
	}
	payload, replies, verdict := t.decoder.Decode(p, replies)
	t.sendPayload(payload)
	switch {
	case verdict.Violation():
		t.debugf(1, "%s", verdict)
		t.end(ProtocolError)
		t.out.closeWith(replies)
	case verdict == frame.Closed:
		t.end(ClientClosed)
		t.out.closeWith(replies)
	case len(replies) > 0:
		if t.out.control(replies) != nil {
			t.end(ClientLost)
		}
	}
	return replies
}

// account counts bytes from the client; it is false for more than may come.
func (t *Tunnel) account(n int) bool {
	if n == 0 {
		return true
	}
	sum := t.received.Add(int64(n))
	t.debugf(4, "recv data from client, size=%d", n)
	if t.MaxBytes > 0 && sum > t.MaxBytes {
		t.Logf("request-size too long: %d -> 413", sum)
		return false
	}
	return true
}

// sendPayload writes payload to the backend. After a graceful stop has
// half-closed the backend, or when the backend is not there any more, there is
// nowhere to write to: what the backend still says decides about the end.
func (t *Tunnel) sendPayload(p []byte) {
	if len(p) == 0 || t.marks.backendShut.Load() {
		return
	}
	t.debugf(4, "send to backend, size=%d", len(p))
	t.marks.send(t.set.now())
	for len(p) > 0 {
		n, err := t.backend.Write(p)
		p = p[n:]
		if n > 0 {
			t.marks.backendWrite.Store(t.set.now())
		}
		if err != nil && !t.resumeSending(err) {
			break
		}
	}
	t.marks.sent(t.set.now())
}

// resumeSending decides about an error of writing to the backend. A deadline
// that has passed is the watch's, which wants to know whether the backend
// takes anything.
func (t *Tunnel) resumeSending(err error) bool {
	if !timeout(err) {
		t.marks.backendShut.Store(true)
		t.debugf(1, "write to backend failed: %s", strerror(err))
		// The connection is broken. Its last data and its end are read by
		// the other goroutine, which must not wait for long.
		t.backend.SetReadDeadline(time.Now().Add(time.Second))
	}
	switch {
	case t.ended() != None:
		t.backend.SetReadDeadline(past)
		return false
	case !timeout(err):
		return false
	case over(t.BackendWrite, t.set.now(), t.marks.backendWrite.Load()):
		t.backendTimedOut("write")
		return false
	}
	t.backend.SetWriteDeadline(time0)
	return t.ended() == None
}

// readFailed decides about an error of reading from the client. It reports
// whether reading goes on.
func (t *Tunnel) readFailed(err error) bool {
	switch {
	case t.ended() != None:
		return false
	case t.stop.Load() && timeout(err):
		t.shutBackend()
		t.client.SetReadDeadline(time0)
		return t.ended() == None
	case eof(err):
		t.marks.gone.Store(t.set.now())
		t.shutBackend()
		return false
	}
	t.end(ClientLost)
	return false
}

// shutBackend tells the backend that no more will come.
func (t *Tunnel) shutBackend() {
	if t.marks.backendShut.Swap(true) {
		return
	}
	if t.backend.CloseWrite() != nil {
		t.end(BackendLost)
	}
}
