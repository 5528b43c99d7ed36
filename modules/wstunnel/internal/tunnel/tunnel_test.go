package tunnel

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

func (r *rig) expectCause(want Cause) {
	r.t.Helper()
	if got := r.cause(); got != want {
		r.t.Errorf("ended by %q, want %q\n%s", got, want, r.logged())
	}
}

func TestBothWays(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.Type = ws.OpText
		r.open()
		send(t, r.client, text("hello"))
		expect(t, r.backend, []byte("hello"))
		send(t, r.backend, []byte("world"))
		expect(t, r.client, plain(ws.OpText, "world"))
	})
}

func TestUnixBackend(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.network = "unix"
		r.open()
		send(t, r.client, text("hello"))
		expect(t, r.backend, []byte("hello"))
		send(t, r.backend, []byte("world"))
		expect(t, r.client, plain(ws.OpBinary, "world"))
		r.backend.Close()
		expectEnd(t, r.client, closing(1001))
		r.expectCause(BackendClosed)
	})
}

func TestPartialFramesAreForwarded(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		f := text("hello")
		send(t, r.client, f[:8])
		expect(t, r.backend, []byte("he"))
		send(t, r.client, f[8:])
		expect(t, r.backend, []byte("llo"))
	})
}

func TestClientCloses(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		send(t, r.client, append(text("last"), masked(ws.OpClose, []byte{0x0f, 0xa1})...))
		expectEnd(t, r.client, closing(1000))
		expectEnd(t, r.backend, []byte("last"))
		r.expectCause(ClientClosed)
		if r.logged() != "" {
			t.Errorf("a normal tunnel leaves log lines: %s", r.logged())
		}
	})
}

func TestProtocolError(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.Debug = 1
		r.open()
		send(t, r.client, append(append(text("good"), 0x83, 0x80, 0, 0, 0, 0), text("bad")...))
		expectEnd(t, r.client, closing(1002))
		expectEnd(t, r.backend, []byte("good"))
		r.expectCause(ProtocolError)
		if !strings.Contains(r.logged(), "frame type invalid") ||
			!strings.Contains(r.logged(), "tunnel ended: protocol error; after 0 s, 25 bytes in, 4 bytes out; backend: tcp:backend") {
			t.Errorf("log: %s", r.logged())
		}
	})
}

func TestPong(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		send(t, r.client, append(masked(ws.OpPing, []byte("p")), text("x")...))
		expect(t, r.client, plain(ws.OpPong, "p"))
		expect(t, r.backend, []byte("x"))
	})
}

func TestBackendCloses(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		send(t, r.backend, []byte("bye"))
		expect(t, r.client, plain(ws.OpBinary, "bye"))
		r.backend.Close()
		expectEnd(t, r.client, closing(1001))
		r.expectCause(BackendClosed)
	})
}

func TestBackendHalfCloses(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		r.backend.(halfCloser).CloseWrite()
		expectEnd(t, r.client, closing(1001))
		r.expectCause(BackendClosed)
	})
}

func TestBackendResets(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		send(t, r.backend, []byte("some"))
		expect(t, r.client, plain(ws.OpBinary, "some"))
		reset(r.backend)
		expectEnd(t, r.client, closing(1011))
		r.expectCause(BackendLost)
		if !strings.Contains(r.logged(), "read() ") || !strings.Contains(r.logged(), "Connection reset by peer") {
			t.Errorf("log: %s", r.logged())
		}
	})
}

func TestClientResets(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		send(t, r.client, text("some"))
		expect(t, r.backend, []byte("some"))
		reset(r.client)
		expectEnd(t, r.backend, nil)
		r.expectCause(ClientLost)
	})
}

func TestClientHalfCloses(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		send(t, r.client, text("question"))
		r.client.(halfCloser).CloseWrite()
		expectEnd(t, r.backend, []byte("question"))
		send(t, r.backend, []byte("answer"))
		r.backend.Close()
		expectEnd(t, r.client, append(plain(ws.OpBinary, "answer"), closing(1001)...))
		r.expectCause(BackendClosed)
	})
}

func TestClientGone(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		r.client.(halfCloser).CloseWrite()
		expectEnd(t, r.backend, nil)
		r.pass(goneLimit + 1)
		expectEnd(t, r.client, nil)
		r.expectCause(ClientGone)
	})
}

func TestGracefulStop(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		send(t, r.client, text("before"))
		expect(t, r.backend, []byte("before"))
		close(r.closing)
		expectEnd(t, r.backend, nil)
		send(t, r.client, append(text("after"), masked(ws.OpPing, []byte("still"))...))
		expect(t, r.client, plain(ws.OpPong, "still"))
		send(t, r.backend, []byte("last words"))
		expect(t, r.client, plain(ws.OpBinary, "last words"))
		r.backend.Close()
		expectEnd(t, r.client, closing(1001))
		r.expectCause(BackendClosed)
	})
}

func TestStopBeforeStart(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		closed := make(chan struct{})
		close(closed)
		inner := r.run
		r.run = func(s *Set, o Options, c *serverEnd, b net.Conn) Cause {
			c.closing = closed
			return inner(s, o, c, b)
		}
		r.open()
		expectEnd(t, r.backend, nil)
		r.backend.Close()
		expectEnd(t, r.client, closing(1001))
	})
}

func TestMaxBytes(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		f := text("0123456789")
		r.opts.MaxBytes = int64(len(f))
		r.open()
		send(t, r.client, f)
		expect(t, r.backend, []byte("0123456789"))
		send(t, r.client, []byte{0x81})
		expectEnd(t, r.client, nil)
		expectEnd(t, r.backend, nil)
		r.expectCause(TooLarge)
		if !strings.Contains(r.logged(), "request-size too long: 17 -> 413") {
			t.Errorf("log: %s", r.logged())
		}
	})
}

func TestDebugLines(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.opts.Debug = 4
		r.open()
		send(t, r.client, text("hello"))
		expect(t, r.backend, []byte("hello"))
		send(t, r.backend, []byte("worlds"))
		expect(t, r.client, plain(ws.OpBinary, "worlds"))
		for _, want := range []string{"frame type=text, specified payload size=5", "size=11", "frame type=binary, payload size=6"} {
			eventually(t, want, func() bool { return strings.Contains(r.logged(), want) })
		}
	})
}

// TestEarlyEnd ends tunnels that have hardly begun, from all sides at once.
func TestEarlyEnd(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		for i := range 40 {
			x := &rig{t: t, run: r.run, network: "tcp"}
			x.open()
			switch i % 4 {
			case 0:
				go x.backend.Close()
				x.client.Write(masked(ws.OpClose, nil))
			case 1:
				go reset(x.client)
				reset(x.backend)
			case 2:
				go x.client.Close()
				x.backend.Write([]byte("x"))
				x.backend.Close()
			case 3:
				close(x.closing)
				x.client.Write([]byte{0xff, 0xff})
			}
			x.client.SetDeadline(time.Now().Add(5 * time.Second))
			x.cause()
			x.client.Close()
			x.backend.Close()
		}
	})
}

func TestEarlyBytes(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.early = append(text("early"), masked(ws.OpPing, []byte("p"))...)
		r.open()
		expect(t, r.backend, []byte("early"))
		expect(t, r.client, plain(ws.OpPong, "p"))
		send(t, r.client, masked(ws.OpClose, nil))
		expectEnd(t, r.client, closing(1000))
		r.expectCause(ClientClosed)
		if !r.server.opaque && (r.server.in != 6 || r.server.out != 7) { // the engine has counted the early bytes
			t.Errorf("counted %d in and %d out, want 6 and 7", r.server.in, r.server.out)
		}
	})
}

func TestEarlyClose(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.early = masked(ws.OpClose, nil)
		r.open()
		expectEnd(t, r.client, closing(1000))
		expectEnd(t, r.backend, nil)
		r.expectCause(ClientClosed)
	})
}
