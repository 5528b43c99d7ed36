package server

import (
	"testing"
	"time"
)

// waitParked waits until n connections are parked.
func (g *rig) waitParked(n int) {
	g.t.Helper()
	for range 500 {
		g.engine.parking.mu.Lock()
		got := len(g.engine.parking.conns)
		g.engine.parking.mu.Unlock()
		if got == n {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	g.t.Fatalf("not %d connections are parked", n)
}

// Idle connections lose their goroutine and go on when something arrives.
func TestParking(t *testing.T) {
	g := newRig(t, "", handlerModule(echo))
	fresh, kept, gone := g.dial(), g.dial(), g.dial()
	for _, c := range []*client{kept, gone} {
		c.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n").head()
		c.body(len("GET /1 "))
	}
	g.waitParked(3)
	gone.Close()
	g.waitParked(2)
	for range 2 {
		for _, c := range []*client{fresh, kept} {
			c.send("POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx").head()
			want(t, "body", c.body(len("POST /2 x")), "POST /2 x")
		}
	}
	fresh.Close()
	kept.Close()
	g.waitParked(0)
	g.live.Wait()
}

func TestParkedIdle(t *testing.T) {
	t.Parallel()
	g := startRig(t, "server.max-keep-alive-idle = 3\ndebug.log-timeouts = \"enable\"", handlerModule(fixed("ok")))
	c := g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	c.head()
	c.body(2)
	began := time.Now()
	g.waitParked(1)
	want(t, "rest", c.rest(), "")
	if d := time.Since(began); d < 3*time.Second {
		t.Errorf("closed after %v", d)
	}
	want(t, "log", g.log.has("connection closed - keep-alive timeout: "), true)
}

// A stop ends parked connections that have served a request and keeps those
// that have not.
func TestParkedDrain(t *testing.T) {
	t.Parallel()
	g := startRig(t, "", handlerModule(fixed("ok")))
	fresh, idle := g.dial(), g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	idle.head()
	idle.body(2)
	g.waitParked(2)
	g.Drain()
	want(t, "idle", idle.rest(), "")
	fresh.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	want(t, "fresh", fresh.head(), "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 2\nConnection: close\n")
}
