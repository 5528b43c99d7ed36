package gateway

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// TestMain lets the test binary be its own bin-path backend.
func TestMain(m *testing.M) {
	if os.Getenv("GATEWAY_TEST_CHILD") != "" {
		child()
		return
	}
	os.Exit(m.Run())
}

// child answers every connection with its pid and what it sees.
func child() {
	if os.Getenv("GATEWAY_TEST_CHILD") == "dies" {
		os.Exit(3)
	}
	l, err := net.FileListener(os.NewFile(0, "listener"))
	if err != nil {
		os.Exit(4)
	}
	dir, _ := os.Getwd()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		fmt.Fprintf(c, "%d %s %s %s\n", os.Getpid(), dir, os.Getenv("GATEWAY_TEST_SEEN"), os.Getenv("PHP_FCGI_CHILDREN"))
		c.Close()
	}
}

// recorder is a Log and a Reporter that keeps lines.
type recorder struct {
	mu    sync.Mutex
	lines []string
}

func (r *recorder) add(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
}

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.lines, "\n")
}

func (r *recorder) count(phrase string) int { return strings.Count(r.text(), phrase) }

type logger struct{ *recorder }

func (l logger) Errorf(format string, a ...any) { l.add(fmt.Sprintf(format, a...)) }

type reporter struct{ *recorder }

func (r reporter) Errorf(_ parser.Range, format string, a ...any) {
	r.add("error: " + fmt.Sprintf(format, a...))
}

func (r reporter) Warnf(_ parser.Range, format string, a ...any) {
	r.add("warning: " + fmt.Sprintf(format, a...))
}

// text, num, list and dict write configuration values.
func text(s string) eval.Value { return eval.Value{Kind: eval.String, Str: s} }
func num(n int32) eval.Value   { return eval.Value{Kind: eval.Integer, Int: n} }

func array(vs ...eval.Value) eval.Value {
	v := eval.Value{Kind: eval.Array}
	for _, e := range vs {
		v.List = append(v.List, eval.Element{Value: e})
	}
	return v
}

// dict takes keys and values in turn.
func dict(kv ...any) eval.Value {
	v := eval.Value{Kind: eval.Array}
	for i := 0; i < len(kv); i += 2 {
		v.List = append(v.List, eval.Element{Key: kv[i].(string), Keyed: true, Value: kv[i+1].(eval.Value)})
	}
	return v
}

// hostAt is the definition of a backend at a listener's address.
func hostAt(addr string, more ...any) eval.Value {
	if strings.HasPrefix(addr, "/") {
		return dict(append([]any{"socket", text(addr)}, more...)...)
	}
	host, port, _ := net.SplitHostPort(addr)
	n, _ := strconv.Atoi(port)
	return dict(append([]any{"host", text(host), "port", num(int32(n))}, more...)...)
}

func noResolver(string) (netip.Addr, error) { return netip.Addr{}, &net.DNSError{Err: "no such host"} }

// clock is time that the test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Unix(1e9, 0)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
	return c.t
}

// newLayer makes a layer with one key "" and the given hosts.
func newLayer(t *testing.T, hosts ...eval.Value) (*Layer, *Backend, *recorder, *clock) {
	t.Helper()
	rec, c := new(recorder), newClock()
	b := Parse(Kind{Directive: "test.server"}, reporter{rec}, Resolve, parser.Range{}, dict("", array(hosts...)))
	if b == nil {
		t.Fatal(rec.text())
	}
	l := &Layer{Log: logger{rec}, now: c.now}
	l.Add(b)
	t.Cleanup(func() { l.Close() })
	return l, b.Match(Responder, "/", "/", nil), rec, c
}

// listener is a backend on loopback that is closed with the test.
func listener(t *testing.T, addr string) net.Listener {
	t.Helper()
	network := "tcp"
	if strings.HasPrefix(addr, "/") {
		network = "unix"
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// closedPort is an address that refuses.
func closedPort(t *testing.T) string {
	t.Helper()
	l := listener(t, "127.0.0.1:0")
	defer l.Close()
	return l.Addr().String()
}

// eventually waits for a condition that other goroutines bring about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("not in time: " + what)
}
