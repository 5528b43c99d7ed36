package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// testConf is the configuration of engine tests; what a test adds follows it.
const testConf = `
server.document-root = "/nonexistent"
server.modules = ( "mod_test" )
server.compat-module-load = "disable"
server.range-requests = "disable"
`

// noDirectives is the configuration of a test module.
type noDirectives struct{}

// handlerModule lets f answer every request.
func handlerModule(f func(*Request) Result) Module {
	return hooksModule(Hooks{URIRaw: func(r *Request) Result {
		if r.Handler == nil {
			r.Handler, r.HandlerName = f, "mod_test"
		}
		return GoOn
	}})
}

func hooksModule(h Hooks) Module {
	return Define("mod_test", Table[noDirectives]{}, func(*Loader, *Settings[noDirectives]) (Hooks, error) {
		return h, nil
	})
}

// logLinesSink keeps the lines of an error log.
type logLinesSink struct {
	mu    sync.Mutex
	lines []string
}

func (s *logLinesSink) WriteLine(_ Priority, line []byte) {
	s.mu.Lock()
	s.lines = append(s.lines, string(line))
	s.mu.Unlock()
}
func (s *logLinesSink) Reopen() error { return nil }
func (s *logLinesSink) Close() error  { return nil }
func (s *logLinesSink) Stamped() bool { return true }

// has reports whether a line contains text.
func (s *logLinesSink) has(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lines {
		if strings.Contains(l, text) {
			return true
		}
	}
	return false
}

// rig is a server behind a loopback listener.
type rig struct {
	*Server
	t    *testing.T
	log  *logLinesSink
	ln   net.Listener
	sock *Socket
	wg   sync.WaitGroup
	live sync.WaitGroup
}

// newRig also fails the test if anything is left over. Tests that wait for
// limits run in parallel, where that cannot be told, and use startRig.
func newRig(t *testing.T, conf string, m Module) *rig {
	t.Helper()
	checkLeaks(t)
	return startRig(t, conf, m)
}

func startRig(t *testing.T, conf string, m Module) *rig {
	t.Helper()
	env := eval.OSEnv()
	env.ReadFile = func(string) ([]byte, error) { return []byte(testConf + conf), nil }
	cfg, diags := eval.Load("lighttpd.conf", env)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	sink := &logLinesSink{}
	s, diags := New(cfg, []Module{m}, Options{Log: NewLog(sink)})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &rig{Server: s, t: t, log: sink, ln: ln}
	g.sock = &Socket{Token: ln.Addr().String(), Addr: ln.Addr(), Ended: func() { g.live.Done() }}
	g.wg.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			g.live.Add(1)
			g.wg.Go(func() { s.ServeConn(nc, g.sock) })
		}
	})
	t.Cleanup(g.stop)
	return g
}

func (g *rig) stop() {
	g.ln.Close()
	g.Cut()
	g.wg.Wait()
	g.live.Wait()
	if n := g.Connections(); n != 0 {
		g.t.Errorf("%d connections are still counted", n)
	}
}

// client is a raw connection to the rig.
type client struct {
	net.Conn
	t  *testing.T
	br *bufio.Reader
}

func (g *rig) dial() *client {
	g.t.Helper()
	c, err := net.Dial("tcp4", g.ln.Addr().String())
	if err != nil {
		g.t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(20 * time.Second))
	g.t.Cleanup(func() { c.Close() })
	return &client{c, g.t, bufio.NewReader(c)}
}

func (c *client) send(format string, a ...any) *client {
	c.t.Helper()
	if _, err := fmt.Fprintf(c, format, a...); err != nil {
		c.t.Fatal(err)
	}
	return c
}

// head reads a response head, Date and Server left out.
func (c *client) head() string {
	c.t.Helper()
	var b strings.Builder
	for {
		line, err := c.br.ReadString('\n')
		if err != nil {
			c.t.Fatalf("after %q: %v", b.String(), err)
		}
		switch {
		case line == "\r\n":
			return b.String()
		case strings.HasPrefix(line, "Date: "), strings.HasPrefix(line, "Server: "):
			continue
		}
		b.WriteString(strings.TrimSuffix(line, "\r\n") + "\n")
	}
}

func (c *client) body(n int) string {
	c.t.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(c.br, b); err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

// rest reads to the end; a reset is an error.
func (c *client) rest() string {
	c.t.Helper()
	b, err := io.ReadAll(c.br)
	if err != nil {
		c.t.Fatalf("after %q: %v", b, err)
	}
	return string(b)
}

// want compares.
func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// checkLeaks fails the test if goroutines or descriptors are left over.
func checkLeaks(t *testing.T) {
	t.Helper()
	goroutines, fds := runtime.NumGoroutine(), openFDs(t)
	t.Cleanup(func() {
		for range 100 {
			if runtime.NumGoroutine() <= goroutines && openFDs(t) <= fds {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		buf := make([]byte, 64<<10)
		t.Errorf("goroutines %d → %d, descriptors %d → %d\n%s", goroutines, runtime.NumGoroutine(),
			fds, openFDs(t), buf[:runtime.Stack(buf, true)])
	})
}

func openFDs(t *testing.T) int {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}
