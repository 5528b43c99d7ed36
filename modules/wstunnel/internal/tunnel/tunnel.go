package tunnel

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"

	"github.com/lighttpd-go/lighttpd-go/modules/wstunnel/internal/frame"
)

// Tunnel is one established tunnel.
type Tunnel struct {
	Options
	set     *Set
	stream  Client
	client  wire
	backend halfCloser
	decoder frame.Decoder
	out     sender
	cause   atomic.Int32
	stop    atomic.Bool // graceful stop: half-close the backend
	marks   marks
	watch   sync.Mutex // held while the Set looks at the tunnel
	removed bool       // nobody may look at it any more; guarded by watch

	socket         net.Conn // the client's, if the stream gave it away
	early          []byte   // what came with it
	received, sent atomic.Int64
	told           struct{ in, out int64 } // to the stream; guarded as the limits are
	begun          int64
}

// past is a deadline that has passed.
var past = time.Unix(1, 0)

// start makes a tunnel that has just been established.
func (s *Set) start(o Options, c Client, backend net.Conn) *Tunnel {
	t := &Tunnel{Options: o, set: s, stream: c, client: c, backend: backend.(halfCloser)}
	if !o.Paced {
		t.socket, t.early = c.Detach()
	}
	if t.socket != nil {
		t.client = t.socket
	}
	t.told.in = int64(len(t.early)) // the stream has counted them
	t.out.init(t)
	if o.Debug >= 4 {
		t.decoder.Trace = t.traceFrame
	}
	if s.now() == 0 {
		s.tick(time.Now())
	}
	t.marks.begin(s.now())
	t.begun = s.now()
	return t
}

// Start is a tunnel until it ends, or gives it to a relay and returns at once:
// then detached is true, and done is called when it has ended. The tunnel
// closes the backend, and neither closes nor half-closes the client.
func (s *Set) Start(o Options, c Client, backend net.Conn, done func(Cause)) (cause Cause, detached bool) {
	t := s.start(o, c, backend)
	s.await(c.Closing())
	if !s.NoRelay && s.attach(t, done) {
		if stopping(c.Closing()) {
			s.stop()
		}
		return None, true
	}
	return t.run(), false
}

// run is the tunnel with two goroutines.
func (t *Tunnel) run() Cause {
	t.set.add(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.toClient()
	}()
	t.toBackend()
	if t.ended() == None { // the client has half-closed; the backend may go on
		<-done
	}
	if t.out.close(t.ended().Code()) != nil {
		t.end(ClientLost)
	}
	<-done
	t.hangUp(nil)
	t.logEnd()
	t.set.remove(t)
	t.tell()
	return t.ended()
}

// tell brings the stream's counters up to date, which do not see what goes
// through a socket that was given away.
func (t *Tunnel) tell() {
	if t.socket == nil {
		return
	}
	in, out := t.received.Load(), t.sent.Load()
	if in != t.told.in || out != t.told.out {
		t.stream.Count(in-t.told.in, out-t.told.out)
		t.told.in, t.told.out = in, out
	}
}

// logEnd tells why the tunnel ended, at wstunnel.debug 1.
func (t *Tunnel) logEnd() {
	t.debugf(1, "tunnel ended: %s; after %d s, %d bytes in, %d bytes out; backend: %s",
		t.ended(), t.set.now()-t.begun, t.received.Load(), t.sent.Load(), t.Address)
}

// end gives the tunnel its cause, if it has none yet, and wakes both
// goroutines up.
func (t *Tunnel) end(c Cause) {
	if !t.cause.CompareAndSwap(int32(None), int32(c)) {
		return
	}
	t.client.SetReadDeadline(past)
	t.backend.SetDeadline(past)
	if c.Code() == 0 {
		t.client.SetWriteDeadline(past)
	}
}

// ended is why the tunnel is over, or None.
func (t *Tunnel) ended() Cause { return Cause(t.cause.Load()) }

// lingerTime is how long a backend may take to close after the tunnel has.
const lingerTime = 5 * time.Second

// hangUp closes the backend, which is still to get rest. Closing a connection
// with unread bytes would reset it, and the backend could lose what it was
// sent last: so as long as it has not taken everything, what it still says is
// read and thrown away for a while, in the background.
func (t *Tunnel) hangUp(rest []byte) {
	b := t.backend
	switch t.ended() {
	case BackendClosed, BackendLost, BackendTimeout:
		b.Close()
		return
	}
	if len(rest) == 0 && (b.CloseWrite() != nil || drained(b)) {
		b.Close()
		return
	}
	go func() {
		defer b.Close()
		b.SetDeadline(time.Now().Add(lingerTime))
		if len(rest) > 0 {
			b.Write(rest)
			b.CloseWrite()
		}
		buf := small.get()
		defer small.put(buf)
		for {
			if _, err := b.Read(buf.b); err != nil {
				return
			}
		}
	}()
}

// timeout reports whether err is a deadline that has passed.
func timeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// eof reports an orderly end.
func eof(err error) bool { return errors.Is(err, io.EOF) }

// debugf writes a log line from a debug level on.
func (t *Tunnel) debugf(level int, format string, a ...any) {
	if t.Debug >= level {
		t.Logf(format, a...)
	}
}

// typeNames are lighttpd's words for opcodes in debug lines.
var typeNames = map[ws.OpCode]string{
	ws.OpContinuation: "continuation", ws.OpText: "text", ws.OpBinary: "binary",
	ws.OpPing: "ping", ws.OpPong: "pong", ws.OpClose: "close",
}

func (t *Tunnel) traceFrame(op ws.OpCode, size int64) {
	t.Logf("frame type=%s, specified payload size=%d", typeNames[op], size)
}
