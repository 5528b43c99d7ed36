package tunnel

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// TestMain checks that no test leaves goroutines or descriptors behind.
func TestMain(m *testing.M) {
	code := m.Run()
	for range 600 {
		if !strings.Contains(stacks(), "wstunnel/internal/tunnel.(") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if s := stacks(); code == 0 && strings.Contains(s, "wstunnel/internal/tunnel.(") {
		fmt.Fprintln(os.Stderr, "goroutines left:\n"+s)
		code = 1
	}
	os.Exit(code)
}

func stacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}

// pumps are the ways to run a tunnel; every test of behaviour runs with each.
var pumps = []struct {
	name string
	run  func(s *Set, o Options, c *serverEnd, backend net.Conn) Cause
}{
	{"stream", func(s *Set, o Options, c *serverEnd, b net.Conn) Cause {
		c.opaque = true
		return run(s, o, c, b)
	}},
	{"goroutines", func(s *Set, o Options, c *serverEnd, b net.Conn) Cause {
		s.NoRelay = true
		return run(s, o, c, b)
	}},
	{"relay", run},
}

// run is a tunnel until it ends.
func run(s *Set, o Options, c *serverEnd, b net.Conn) Cause {
	over := make(chan Cause, 1)
	if cause, detached := s.Start(o, c, b, func(c Cause) { over <- c }); !detached {
		return cause
	}
	return <-over
}

// eachPump runs a test with every pump.
func eachPump(t *testing.T, f func(t *testing.T, r *rig)) {
	for _, p := range pumps {
		t.Run(p.name, func(t *testing.T) { f(t, &rig{t: t, run: p.run, network: "tcp"}) })
	}
}

// rig is a tunnel with the test at both ends.
type rig struct {
	t       *testing.T
	run     func(s *Set, o Options, c *serverEnd, backend net.Conn) Cause
	network string
	opts    Options
	set     Set
	clock   time.Time
	early   []byte

	client, backend net.Conn // the test's ends
	server          *serverEnd
	smallClient     bool // socket buffers, so that they fill quickly
	smallBackend    bool
	closing         chan struct{}
	over            chan Cause

	mu  sync.Mutex
	log []string
}

// serverEnd is the client as the server sees it.
type serverEnd struct {
	net.Conn
	closing chan struct{}
	opaque  bool   // as with TLS: there is no socket to give away
	early   []byte // what came with the request head
	in, out int64
}

func (s *serverEnd) Detach() (net.Conn, []byte) {
	if s.opaque {
		return nil, nil
	}
	return s.Conn, s.early
}

func (s *serverEnd) Count(in, out int64) { s.in, s.out = s.in+in, s.out+out }

// Read returns the early bytes first.
func (s *serverEnd) Read(p []byte) (int, error) {
	if len(s.early) > 0 {
		n := copy(p, s.early)
		s.early = s.early[n:]
		return n, nil
	}
	return s.Conn.Read(p)
}

func (s *serverEnd) Closing() <-chan struct{} { return s.closing }

// open establishes the tunnel.
func (r *rig) open() *rig {
	r.t.Helper()
	r.clock = time.Unix(1e9, 0)
	r.set.Trigger(r.clock)
	r.closing = make(chan struct{})
	r.over = make(chan Cause, 1)
	var nc, b net.Conn
	r.client, nc = r.pair("tcp")
	r.backend, b = r.pair(r.network)
	if r.smallClient {
		shrink(r.client)
		shrink(nc)
	}
	if r.smallBackend {
		shrink(r.backend)
		shrink(b)
	}
	if r.opts.Type == 0 {
		r.opts.Type = ws.OpBinary
	}
	r.opts.Address = r.network + ":backend"
	r.opts.Logf = r.logf
	r.server = &serverEnd{Conn: nc, closing: r.closing, early: r.early}
	go func() {
		cause := r.run(&r.set, r.opts, r.server, b)
		r.linger(nc)
		r.over <- cause
	}()
	eventually(r.t, "the tunnel begins", func() bool { return r.set.Len() == 1 || len(r.over) > 0 })
	r.t.Cleanup(func() {
		r.client.Close()
		r.backend.Close()
		r.cause()
		r.set.Close()
	})
	return r
}

// linger is what the engine does behind a tunnel.
func (r *rig) linger(nc net.Conn) {
	nc.SetDeadline(time.Time{})
	nc.(halfCloser).CloseWrite()
	nc.SetReadDeadline(time.Now().Add(30 * time.Millisecond))
	io.Copy(io.Discard, nc)
	nc.Close()
}

// pair is two ends of a connection.
func (r *rig) pair(network string) (a, b net.Conn) {
	r.t.Helper()
	addr := "127.0.0.1:0"
	if network == "unix" {
		addr = filepath.Join(r.t.TempDir(), "s")
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		r.t.Fatal(err)
	}
	defer l.Close()
	if a, err = net.Dial(network, l.Addr().String()); err == nil {
		b, err = l.Accept()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return a, b
}

func (r *rig) logf(format string, a ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = append(r.log, fmt.Sprintf(format, a...))
}

func (r *rig) logged() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.log, "\n")
}

// pass lets seconds pass, one Trigger each.
func (r *rig) pass(seconds int) {
	for range seconds {
		r.clock = r.clock.Add(time.Second)
		r.set.Trigger(r.clock)
	}
}

// passSlowly is pass with time for the tunnel to react to each second.
func (r *rig) passSlowly(seconds int) {
	for range seconds {
		r.pass(1)
		time.Sleep(20 * time.Millisecond)
	}
}

// passUntilEnd lets seconds pass until the tunnel ends.
func (r *rig) passUntilEnd(most int) {
	for i := 0; i < most && len(r.over) == 0; i++ {
		r.passSlowly(1)
	}
}

// cause waits for the end of the tunnel.
func (r *rig) cause() Cause {
	r.t.Helper()
	select {
	case c := <-r.over:
		r.over <- c
		return c
	case <-time.After(20 * time.Second):
		r.t.Error("the tunnel does not end\n" + stacks())
		return None
	}
}

// send writes to one end.
func send(t *testing.T, c net.Conn, p []byte) {
	t.Helper()
	c.SetWriteDeadline(time.Now().Add(20 * time.Second))
	if _, err := c.Write(p); err != nil {
		t.Fatal(err)
	}
}

// expect reads exactly want from one end.
func expect(t *testing.T, c net.Conn, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	n, err := io.ReadFull(c, got)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("got %x (%v), want %x", got[:n], err, want)
	}
}

// expectEnd reads exactly want and then the end.
func expectEnd(t *testing.T, c net.Conn, want []byte) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("got %x (%v), want %x and the end", got, err, want)
	}
}

// text is a client's text frame.
func text(s string) []byte { return masked(ws.OpText, []byte(s)) }

func masked(op ws.OpCode, p []byte) []byte {
	f := ws.NewFrame(op, true, bytes.Clone(p))
	return ws.MustCompileFrame(ws.MaskFrameWith(f, [4]byte{1, 2, 3, 4}))
}

// plain is a frame of the server.
func plain(op ws.OpCode, p string) []byte {
	return ws.MustCompileFrame(ws.NewFrame(op, true, []byte(p)))
}

// closing is the server's CLOSE.
func closing(code ws.StatusCode) []byte {
	return plain(ws.OpClose, string([]byte{byte(code >> 8), byte(code)}))
}

// reset makes the next Close of c send RST.
func reset(c net.Conn) {
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// eventually waits for a condition that other goroutines bring about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 2000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("not in time: " + what)
}
