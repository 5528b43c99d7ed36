package gateway

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// program is a definition that starts this test binary as a backend.
func program(t *testing.T, socket, how string, more ...any) eval.Value {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return dict(append([]any{
		"socket", text(socket), "bin-path", text(exe + " \t-x"),
		"bin-environment", dict("GATEWAY_TEST_CHILD", text(how), "GATEWAY_TEST_SEEN", text("seen")),
	}, more...)...)
}

// started starts the layer of one local host.
func started(t *testing.T, v eval.Value) (*Layer, *Host, *recorder, *clock) {
	t.Helper()
	l, k, rec, now := newLayer(t, v)
	if err := l.Start(); err != nil {
		t.Fatal(err)
	}
	return l, k.Hosts[0], rec, now
}

// ask reads what the backend at a unix socket says.
func ask(path string) string {
	c, err := net.Dial("unix", path)
	if err != nil {
		return ""
	}
	defer c.Close()
	answer, err := io.ReadAll(c)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(answer))
}

func TestLocalBackend(t *testing.T) {
	t.Setenv("PHP_FCGI_CHILDREN", "7")
	socket := filepath.Join(t.TempDir(), "s")
	l, h, rec, now := started(t, program(t, socket, "serves", "min-procs", num(2), "max-procs", num(2), "bin-copy-environment", array(text("PATH"))))
	exe, _ := os.Executable()
	first := ask(socket + "-0")
	if want := fmt.Sprintf("%d %s seen 1", h.procs[0].pid(), filepath.Dir(exe)); first != want {
		t.Errorf("process 0 says %q, want %q", first, want)
	}
	if ask(socket+"-1") == "" {
		t.Error("process 1 does not answer")
	}

	now.add(2 * time.Second)
	kill(t, l, h.procs[0], syscall.SIGKILL)
	eventually(t, "a killed backend is started again", func() bool {
		again := ask(socket + "-0")
		return again != "" && again != first
	})
	if rec.count("child signalled: 9 unix:"+socket+"-0") != 1 {
		t.Errorf("log:\n%s", rec.text())
	}
	// It died within the second it was started in: the next second's task
	// starts it.
	second := ask(socket + "-0")
	kill(t, l, h.procs[0], syscall.SIGTERM)
	eventually(t, "the end is noticed", func() bool { return rec.count("child signalled: 15") == 1 })
	if ask(socket+"-0") != "" {
		t.Error("started twice within a second")
	}
	l.Trigger(now.add(time.Second))
	eventually(t, "the trigger starts it", func() bool {
		again := ask(socket + "-0")
		return again != "" && again != second
	})

	l.Close()
	eventually(t, "the backends end", func() bool { return ask(socket+"-0") == "" && ask(socket+"-1") == "" })
	if _, err := os.Lstat(socket + "-0"); err == nil {
		t.Error("the socket stays behind")
	}
}

// kill sends a signal to a local process of the test.
func kill(t *testing.T, l *Layer, p *Process, s syscall.Signal) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := p.child.Signal(s); err != nil {
		t.Fatal(err)
	}
}

func TestLocalBackendGrowsAndShrinks(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	l, h, rec, now := started(t, program(t, socket, "serves",
		"min-procs", num(1), "max-procs", num(3), "idle-timeout", num(5)))
	var sessions []*Session
	for range 2 {
		s := l.Choose(&Backend{Hosts: []*Host{h}}, LeastConnection, Request{Log: logger{rec}})
		c, err := s.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		sessions = append(sessions, s)
	}
	l.Trigger(now.add(time.Second))
	eventually(t, "a second process under load", func() bool { return ask(socket+"-1") != "" })
	l.Trigger(now.add(time.Second))
	l.Trigger(now.add(time.Second))
	if n := count(l, h); n != 2 {
		t.Errorf("%d processes, want 2: the second has no load", n)
	}
	for _, s := range sessions {
		s.Release()
	}
	l.Trigger(now.add(5 * time.Second))
	if n := count(l, h); n != 2 {
		t.Error("ended before idle-timeout")
	}
	l.Trigger(now.add(time.Second))
	eventually(t, "the extra process ends", func() bool { return count(l, h) == 1 })
}

// count is the number of processes of a host.
func count(l *Layer, h *Host) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(h.procs)
}

func TestLocalBackendThatDies(t *testing.T) {
	l, _, _, _ := newLayer(t, program(t, filepath.Join(t.TempDir(), "s"), "dies", "min-procs", num(1)))
	// A loaded machine may need longer than the server watches; then the
	// process is started again like any other.
	if err := l.Start(); err != nil && !strings.Contains(err.Error(), "ended at once") {
		t.Error(err)
	}
}

func TestMissingProgram(t *testing.T) {
	l, _, rec, _ := newLayer(t, dict("socket", text(filepath.Join(t.TempDir(), "s")), "bin-path", text("/nonexistent/program arg")))
	if rec.count(`warning: invalid "bin-path"`) != 1 {
		t.Errorf("no warning:\n%s", rec.text())
	}
	if err := l.Start(); err == nil {
		t.Error("started a program that does not exist")
	}
}

// TestAdopted checks that what already listens is used, and replaced when it
// goes.
func TestAdopted(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	other := listener(t, socket+"-0")
	l, h, rec, now := started(t, program(t, socket, "serves", "min-procs", num(1)))
	if h.procs[0].pid() != 0 {
		t.Fatal("started although something listens")
	}
	other.Close()
	s := l.Choose(&Backend{Hosts: []*Host{h}}, LeastConnection, Request{Log: logger{rec}})
	if _, err := s.Dial(t.Context()); err == nil {
		t.Fatal("connected to nothing")
	}
	l.Trigger(now.add(3 * time.Second))
	eventually(t, "a process of our own", func() bool { return ask(socket+"-0") != "" })
}

func TestEnvironment(t *testing.T) {
	ours := []string{"A=1", "B=2", "PHP_FCGI_CHILDREN=3"}
	for _, tt := range []struct {
		name string
		o    Options
		want string
	}{
		{"all", Options{}, "A=1 B=2 PHP_FCGI_CHILDREN=3"},
		{"some", Options{BinCopyEnvironment: []string{"B", "C"}}, "B=2 PHP_FCGI_CHILDREN=1"},
		{"overridden", Options{BinEnvironment: []Pair{{Key: "A", Value: "x"}}}, "B=2 PHP_FCGI_CHILDREN=3 A=x"},
		{"children given", Options{BinCopyEnvironment: []string{"A"}, BinEnvironment: []Pair{{Key: "PHP_FCGI_CHILDREN", Value: "9"}}}, "A=1 PHP_FCGI_CHILDREN=9"},
	} {
		if got := strings.Join(environment(ours, &tt.o), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
