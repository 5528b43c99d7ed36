package status

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// window is how many seconds the sliding averages look back.
const window = 5

// counts are the requests, and what they and the traffic were at the last
// seconds. As in lighttpd, the pages show the sums of the last second, so
// that a page does not count itself.
type counts struct {
	byClass [6]atomic.Int64 // by the first digit of the status; 0 is any other

	mu      sync.Mutex
	started time.Time
	last    sample // at the last second
	ring    [window]sample
	next    int
}

// sample is how many requests and bytes there were.
type sample struct{ requests, bytes int64 }

// request counts one that has been answered.
func (c *counts) request(r *server.Request) {
	class := r.Status / 100
	if class < 1 || class > 5 {
		class = 0
	}
	c.byClass[class].Add(1)
}

func (c *counts) requests() (sum int64) {
	for i := range c.byClass {
		sum += c.byClass[i].Load()
	}
	return sum
}

// tick takes note of a second that has passed.
func (c *counts) tick(bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := sample{c.requests(), bytes}
	c.ring[c.next] = sample{now.requests - c.last.requests, now.bytes - c.last.bytes}
	c.next = (c.next + 1) % window
	c.last = now
}

// start is the start of the server.
func (c *counts) start(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.started = now
}

// report is what pages show of the counts.
type report struct {
	started time.Time
	uptime  int64  // seconds
	total   sample // since the start
	recent  sample // a second, on average over the window
}

func (c *counts) report(now time.Time) report {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := report{started: c.started, total: c.last}
	r.uptime = max(int64(now.Sub(c.started)/time.Second), 0)
	for _, s := range c.ring {
		r.recent.requests += s.requests
		r.recent.bytes += s.bytes
	}
	r.recent.requests /= window
	r.recent.bytes /= window
	return r
}
