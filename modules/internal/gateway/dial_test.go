package gateway

import (
	"context"
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// dialOnce takes a session through Choose and Dial.
func dialOnce(t *testing.T, l *Layer, k *Backend, b Balance, rec *recorder) (int, error) {
	t.Helper()
	s := l.Choose(k, b, Request{Path: "/p", Log: logger{rec}})
	if s == nil {
		return -1, ErrUnavailable
	}
	defer s.Release()
	c, err := s.Dial(t.Context())
	if err != nil {
		return -1, err
	}
	c.Close()
	return chosen(k, s), nil
}

func TestRefusedVanishedAndBack(t *testing.T) {
	addr := closedPort(t)
	l, k, rec, now := newLayer(t, hostAt(addr, "disable-time", num(2)))
	if _, err := dialOnce(t, l, k, LeastConnection, rec); err != ErrUnavailable {
		t.Fatal(err)
	}
	if want := "establishing connection failed: socket: tcp:" + addr + ": Connection refused"; rec.count(want) != 1 {
		t.Errorf("log lacks %q once:\n%s", want, rec.text())
	}
	backend := listener(t, addr)
	for _, passed := range []time.Duration{0, 2 * time.Second} { // "more than 2 seconds" have not passed
		l.Trigger(now.add(passed))
		if _, err := dialOnce(t, l, k, LeastConnection, rec); err != ErrUnavailable {
			t.Fatalf("a disabled host was tried after %v: %v", passed, err)
		}
	}
	l.Trigger(now.add(time.Second))
	if rec.count("gw-server re-enabled: tcp:"+addr) != 1 {
		t.Errorf("no line about the return:\n%s", rec.text())
	}
	if _, err := dialOnce(t, l, k, LeastConnection, rec); err != nil {
		t.Fatal(err)
	}
	backend.Close()
	if _, err := dialOnce(t, l, k, LeastConnection, rec); err != ErrUnavailable {
		t.Fatalf("vanished: %v", err)
	}
	if l.Choose(k, LeastConnection, Request{Log: logger{rec}}) != nil {
		t.Error("the only host is down and was chosen")
	}
}

func TestFailover(t *testing.T) {
	good := listener(t, "127.0.0.1:0").Addr().String()
	for _, dead := range []int{0, 1, 5, 6} {
		var hosts []eval.Value
		for range dead {
			hosts = append(hosts, hostAt(closedPort(t)))
		}
		l, k, rec, _ := newLayer(t, append(hosts, hostAt(good))...)
		got, err := dialOnce(t, l, k, LeastConnection, rec)
		if dead <= 5 && (err != nil || got != dead) {
			t.Errorf("%d dead hosts: host %d, %v", dead, got, err)
		}
		if dead > 5 && err != ErrUnavailable {
			t.Errorf("%d dead hosts: %v, want to give up after six attempts", dead, err)
		}
		if n := rec.count("establishing connection failed"); n != min(dead, 6) {
			t.Errorf("%d dead hosts: %d attempts failed", dead, n)
		}
		if n := l.Counters()[0].Value; n != 0 {
			t.Errorf("%d requests still active", n)
		}
	}
}

func TestMissingUnixSocket(t *testing.T) {
	l, k, rec, _ := newLayer(t, hostAt(filepath.Join(t.TempDir(), "none")))
	if _, err := dialOnce(t, l, k, LeastConnection, rec); err != ErrUnavailable || rec.count(": No such file or directory") != 1 {
		t.Errorf("%v\n%s", err, rec.text())
	}
}

// hungSocket is a unix socket whose queue is full and whose server never
// accepts.
type hungSocket struct {
	*net.UnixListener
	path string
}

func hung(t *testing.T) hungSocket {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hung")
	l := hungSocket{listener(t, path).(*net.UnixListener), path}
	l.queue(t, 0)
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return l
}

// queue sets the length of the queue.
func (l hungSocket) queue(t *testing.T, n int) {
	raw, err := l.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { err = syscall.Listen(int(fd), n) })
	}
	if err != nil {
		t.Error(err)
	}
}

func TestConnectTimeout(t *testing.T) {
	var hosts []eval.Value
	for range 3 {
		hosts = append(hosts, hostAt(hung(t).path, "connect-timeout", num(1)))
	}
	l, k, rec, _ := newLayer(t, hosts...)
	l.second = 20 * time.Millisecond
	if _, err := dialOnce(t, l, k, LeastConnection, rec); err != ErrUnavailable {
		t.Fatal(err)
	}
	if n := rec.count("establishing connection failed"); n != 2 {
		t.Errorf("%d attempts, want one and one more:\n%s", n, rec.text())
	}
}

func TestSlowAccept(t *testing.T) {
	socket := hung(t)
	l, k, rec, _ := newLayer(t, hostAt(socket.path, "connect-timeout", num(0)))
	go func() {
		time.Sleep(30 * time.Millisecond)
		socket.queue(t, 8)
	}()
	if _, err := dialOnce(t, l, k, LeastConnection, rec); err != nil {
		t.Fatalf("%v\n%s", err, rec.text())
	}
}

func TestCancelledDialDoesNotDisable(t *testing.T) {
	l, k, rec, _ := newLayer(t, hostAt(hung(t).path))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := l.Choose(k, LeastConnection, Request{Log: logger{rec}})
	if _, err := s.Dial(ctx); err != ErrUnavailable {
		t.Fatal(err)
	}
	if !k.Hosts[0].up() {
		t.Error("a client that went away put the host out of use")
	}
}
