package server

import (
	"sync"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// rate is a budget of bytes that is new each wall-clock second. The zero value
// has spent nothing.
type rate struct {
	mu      sync.Mutex
	average bool  // also keep to the limit on average since the first use
	start   int64 // unix second of the first use
	second  int64 // the second that used belongs to
	used    int64
	total   int64
}

// take takes up to n bytes out of what is left of limit in the second of now.
func (t *rate) take(n int, limit int64, now time.Time) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn(now)
	if t.average && t.total >= limit*(t.second-t.start+1) {
		return 0
	}
	got := max(min(int64(n), limit-t.used), 0)
	t.used += got
	t.total += got
	return int(got)
}

// giveBack returns what was taken and not sent.
func (t *rate) giveBack(n int) {
	t.mu.Lock()
	t.used = max(t.used-int64(n), 0)
	t.total -= int64(n)
	t.mu.Unlock()
}

func (t *rate) turn(now time.Time) {
	unix := now.Unix()
	if t.start == 0 {
		t.start = unix
	}
	if t.second != unix {
		t.second, t.used = unix, 0
	}
}

// SharedRate is the budget of all connections under the condition block that
// sets server.kbytes-per-second.
type SharedRate struct {
	limit int64 // bytes a second, 0 = no limit
	rate  rate
}

// parseSharedRate gives each block that sets the directive a budget of its own.
func parseSharedRate(at At, v eval.Value) (*SharedRate, error) {
	n, err := decodeShort(at.Name, v)
	return &SharedRate{limit: int64(n) << 10}, err
}

// throttle is what limits one response.
type throttle struct {
	own, shared           *rate
	ownLimit, sharedLimit int64
}

// throttleFor collects the limits on r's response; nil is none.
func (c *Conn) throttleFor(r *Request) *throttle {
	own := int64(r.Core.ConnKBytesPerSecond)
	if v := r.Resp.Get("X-LIGHTTPD-KBytes-per-second"); v != "" {
		if n := parseKBytes(v); n > 0 && (own == 0 || n < own) {
			own = n
		}
	}
	shared := r.Core.Shared
	if shared != nil && shared.limit == 0 {
		shared = nil
	}
	if own == 0 && shared == nil {
		return nil
	}
	t := &throttle{ownLimit: own << 10}
	if own > 0 {
		c.rate.average = true
		t.own = &c.rate
	}
	if shared != nil {
		t.shared, t.sharedLimit = &shared.rate, shared.limit
	}
	return t
}

// Paced reports whether what is sent for the request is limited in rate. A
// tunnel that is must write through its Stream.
func (r *Request) Paced() bool { return r.Conn.throttleFor(r) != nil }

// parseKBytes reads the leading digits of a header value.
func parseKBytes(s string) int64 {
	var n int64
	for i := 0; i < len(s) && '0' <= s[i] && s[i] <= '9' && n < 1<<20; i++ {
		n = n*10 + int64(s[i]-'0')
	}
	return n
}

// take reserves up to n bytes; 0 says to wait.
func (t *throttle) take(n int, now time.Time) int {
	if t.own != nil {
		n = t.own.take(n, t.ownLimit, now)
	}
	if t.shared == nil || n == 0 {
		return n
	}
	got := t.shared.take(n, t.sharedLimit, now)
	if t.own != nil {
		t.own.giveBack(n - got)
	}
	return got
}

// giveBack returns what was reserved and not sent.
func (t *throttle) giveBack(n int) {
	if t.own != nil {
		t.own.giveBack(n)
	}
	if t.shared != nil {
		t.shared.giveBack(n)
	}
}

// pace waits until some of n bytes may be sent and returns how many. A stop of
// the server lifts all limits.
func (c *Conn) pace(t *throttle, n int) int {
	for {
		now := time.Now()
		if c.server.engine.isDraining() {
			return n
		}
		if m := t.take(n, now); m > 0 {
			return m
		}
		next := now.Truncate(time.Second).Add(time.Second)
		timer := time.NewTimer(next.Sub(now))
		select {
		case <-timer.C:
		case <-c.server.engine.closing:
			timer.Stop()
		}
	}
}
