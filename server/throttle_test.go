package server

import (
	"testing"
	"time"
)

func TestRate(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(1_000_000 + int64(ms)) }
	var r rate
	for i, tt := range []struct{ ms, n, want int }{
		{0, 60, 60}, {10, 60, 40}, {999, 1, 0}, // the first second's budget at once
		{1000, 500, 100}, {1001, 1, 0},
		{5000, 500, 100}, {5001, 1, 0}, // what was not used is lost
	} {
		if got := r.take(tt.n, 100, at(tt.ms)); got != tt.want {
			t.Errorf("step %d: %d, want %d", i, got, tt.want)
		}
	}
	r.giveBack(30)
	want(t, "given back", r.take(50, 100, at(5002)), 30)
}

// On average since the start no more than the limit is sent, even if the limit
// was lower for a while.
func TestRateAverage(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(1000+int64(s), 0) }
	r := rate{average: true}
	want(t, "first", r.take(200, 100, at(0)), 100)
	want(t, "lower limit", r.take(200, 40, at(1)), 0)
	want(t, "lower limit, later", r.take(200, 40, at(2)), 40)
}

func TestThrottleShares(t *testing.T) {
	now := time.Unix(1000, 0)
	var shared rate
	a := &throttle{own: &rate{average: true}, ownLimit: 80, shared: &shared, sharedLimit: 100}
	b := &throttle{shared: &shared, sharedLimit: 100}
	want(t, "own limit", a.take(500, now), 80)
	want(t, "what is left", b.take(500, now), 20)
	want(t, "nothing left", a.take(500, now), 0)
	a.giveBack(10)
	want(t, "given back", b.take(500, now), 10)
	want(t, "nothing reserved in vain", a.own.used, int64(70))
}

// 60 KiB at 20 KiB a second take two changes of the second at least.
func TestThrottledResponse(t *testing.T) {
	t.Parallel()
	body := string(pattern(60 << 10))
	g := startRig(t, "connection.kbytes-per-second = 20", handlerModule(fixed(body)))
	c := g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	began := time.Now().Unix()
	c.head()
	want(t, "body", c.body(len(body)) == body, true)
	if d := time.Now().Unix() - began; d < 2 {
		t.Errorf("took %d changes of the second", d)
	}
}

// A stop lifts the limits.
func TestDrainLiftsLimits(t *testing.T) {
	body := string(pattern(1 << 20))
	g := newRig(t, "connection.kbytes-per-second = 1", handlerModule(fixed(body)))
	c := g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	c.head()
	g.Drain()
	want(t, "body", c.body(len(body)) == body, true)
}

// Each block that sets server.kbytes-per-second has its own budget, shared by
// all it applies to.
func TestSharedRate(t *testing.T) {
	budgets := make(chan *rate, 1)
	g := newRig(t, `$HTTP["host"] == "a" { server.kbytes-per-second = 10 }
$HTTP["host"] == "b" { server.kbytes-per-second = 10 }
$HTTP["url"] == "/free" { server.kbytes-per-second = 0 }`, handlerModule(func(r *Request) Result {
		r.Status = 200
		if th := r.Conn.throttleFor(r); th != nil {
			budgets <- th.shared
		} else {
			budgets <- nil
		}
		return Finished
	}))
	ask := func(host, path string) *rate {
		g.dial().send("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, host).rest()
		return <-budgets
	}
	a, b := ask("a", "/1"), ask("b", "/1")
	if a == nil || b == nil || a == b {
		t.Error("blocks share a budget")
	}
	if ask("a", "/2") != a {
		t.Error("requests under one block have different budgets")
	}
	if ask("a", "/free") != nil {
		t.Error("0 does not lift the limit")
	}
}
