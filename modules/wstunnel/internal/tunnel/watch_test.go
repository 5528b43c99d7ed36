package tunnel

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// settled waits until a tunnel has seen what it was sent: a limit is only
// looked at by the next Trigger.
func (r *rig) settled() {
	r.t.Helper()
	send(r.t, r.client, masked(ws.OpPing, []byte("s")))
	expect(r.t, r.client, plain(ws.OpPong, "s"))
}

func TestReadIdle(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.ReadIdle = 10
		r.open()
		r.settled()
		r.pass(10)
		send(t, r.backend, []byte("x")) // does not count
		expect(t, r.client, plain(ws.OpBinary, "x"))
		send(t, r.client, masked(ws.OpPong, nil)) // does
		r.settled()
		r.pass(10)
		r.settled()
		r.pass(11)
		expectEnd(t, r.client, closing(1001))
		expectEnd(t, r.backend, nil)
		r.expectCause(ClientIdle)
	})
}

func TestWriteIdle(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.WriteIdle = 10
		r.open()
		r.pass(10)
		send(t, r.client, text("x")) // does not count
		expect(t, r.backend, []byte("x"))
		r.pass(1)
		expectEnd(t, r.client, nil)
		expectEnd(t, r.backend, nil)
		r.expectCause(WriteIdle)
	})
}

func TestPingInterval(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.Ping, r.opts.WriteIdle = 3, 10
		r.open()
		for range 5 {
			r.pass(3)
			select {
			case c := <-r.over:
				t.Fatalf("ended: %v", c)
			default:
			}
			r.pass(1)
			expect(t, r.client, plain(ws.OpPing, "ping"))
			r.settled()
		}
	})
}

func TestBackendReadTimeout(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.BackendRead = 4
		r.open()
		r.pass(4)
		send(t, r.backend, []byte("x"))
		expect(t, r.client, plain(ws.OpBinary, "x"))
		r.settled()
		r.pass(4)
		r.settled() // client traffic does not count
		r.pass(1)
		expectEnd(t, r.client, closing(1011))
		expectEnd(t, r.backend, nil)
		r.expectCause(BackendTimeout)
		if !strings.Contains(r.logged(), "read timeout on socket: tcp:backend (fd: ") {
			t.Errorf("log: %s", r.logged())
		}
	})
}

// flood writes frames to the tunnel until it takes no more.
func (r *rig) flood() (sent int) {
	r.t.Helper()
	f := masked(ws.OpBinary, make([]byte, 60000))
	for {
		r.client.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
		n, err := r.client.Write(f)
		sent += n
		if err != nil {
			return sent
		}
	}
}

// shrink makes socket buffers small, so that they fill quickly.
func shrink(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		tcp.SetReadBuffer(16 << 10)
		tcp.SetWriteBuffer(16 << 10)
	}
}

func TestBackendWriteTimeout(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.BackendWrite, r.opts.ReadIdle = 4, 3
		r.smallBackend = true
		r.open()
		r.flood()
		r.passSlowly(4)
		if len(r.over) > 0 {
			t.Fatal("ended too early")
		}
		r.passUntilEnd(60)
		r.client.SetWriteDeadline(time.Time{})
		expectEnd(t, r.client, closing(1011))
		r.expectCause(BackendTimeout)
		if !strings.Contains(r.logged(), "write timeout on socket: ") {
			t.Errorf("log: %s", r.logged())
		}
	})
}

// TestStalledClient checks that a client that takes nothing ends the tunnel
// by max-write-idle, and that one that takes a little does not.
func TestStalledClient(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.WriteIdle, r.opts.BackendRead = 4, 2
		r.smallClient = true
		r.open()
		go func() {
			for {
				if _, err := r.backend.Write(make([]byte, 60000)); err != nil {
					return
				}
			}
		}()
		buf := make([]byte, 1<<20)
		for range 4 {
			time.Sleep(300 * time.Millisecond)
			r.passSlowly(4)
			r.client.SetReadDeadline(time.Now().Add(5 * time.Second))
			if _, err := io.ReadFull(r.client, buf); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(50 * time.Millisecond)
		r.passUntilEnd(60)
		r.expectCause(WriteIdle)
	})
}

// TestCloseToStalledClient ends a tunnel whose client takes nothing: the
// CLOSE waits for max-write-idle.
func TestCloseToStalledClient(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.WriteIdle = 4
		r.smallClient = true
		r.open()
		go func() {
			for {
				if _, err := r.backend.Write(make([]byte, 60000)); err != nil {
					return
				}
			}
		}()
		time.Sleep(100 * time.Millisecond)
		send(t, r.client, masked(ws.OpClose, nil))
		time.Sleep(50 * time.Millisecond)
		if len(r.over) > 0 {
			t.Fatal("ended before the client had a chance to take what is left")
		}
		r.passUntilEnd(60)
		r.expectCause(ClientClosed)
	})
}
