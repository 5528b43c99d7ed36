package server

import (
	"bufio"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// engine is what the connections of a server share.
type engine struct {
	mu       sync.Mutex
	conns    map[*Conn]struct{}
	closing  chan struct{}
	draining atomic.Bool
	empty    *sync.Cond // signalled when the last connection has gone

	readers   sync.Pool // *bufio.Reader able to hold a whole head
	tlsPolicy h1.Policy
	once      sync.Once
	parking   parking
}

// prepare makes e ready. It is called by every connection and works once.
func (e *engine) prepare(p h1.Policy) {
	e.once.Do(func() {
		e.conns = map[*Conn]struct{}{}
		e.closing = make(chan struct{})
		e.empty = sync.NewCond(&e.mu)
		e.tlsPolicy = p
		e.tlsPolicy.TLS = true
		size := p.MaxHead
		if size <= 0 {
			size = h1.DefaultMaxHead
		}
		// An empty line in front of the head, and one byte to see that a
		// head is too large.
		e.readers.New = func() any { return bufio.NewReaderSize(nil, size+3) }
	})
}

func (e *engine) add(c *Conn) {
	e.mu.Lock()
	e.conns[c] = struct{}{}
	e.mu.Unlock()
}

func (e *engine) remove(c *Conn) {
	e.mu.Lock()
	delete(e.conns, c)
	if len(e.conns) == 0 {
		e.empty.Broadcast()
	}
	e.mu.Unlock()
}

func (e *engine) isDraining() bool { return e.draining.Load() }

// list copies the connections, so that no lock is held while they are told
// something.
func (e *engine) list() []*Conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Collect(maps.Keys(e.conns))
}

// Connections is the number of open client connections.
func (s *Server) Connections() int {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	return len(s.engine.conns)
}

// Conns calls f for each open connection, in no order.
func (s *Server) Conns(f func(*Conn)) {
	for _, c := range s.engine.list() {
		f(c)
	}
}

// Drain begins a graceful stop: idle connections are closed, running requests
// finish and then close, tunnels are told, rate limits are lifted. It does not
// wait.
func (s *Server) Drain() {
	e := &s.engine
	e.prepare(s.Opts.Policy)
	if e.draining.Swap(true) {
		return
	}
	e.mu.Lock()
	close(e.closing)
	e.mu.Unlock()
	for _, c := range e.list() {
		if c.state.Load() != connIdle {
			continue
		}
		if e.parking.take(c) {
			go c.end(drop)
			continue
		}
		c.wake()
	}
}

// Wait waits for all connections to end, no longer than timeout; 0 is no
// limit. It reports whether they have.
func (s *Server) Wait(timeout time.Duration) bool {
	e := &s.engine
	e.prepare(s.Opts.Policy)
	over := false
	if timeout > 0 {
		t := time.AfterFunc(timeout, func() {
			e.mu.Lock()
			over = true
			e.empty.Broadcast()
			e.mu.Unlock()
		})
		defer t.Stop()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.conns) > 0 && !over {
		e.empty.Wait()
	}
	return len(e.conns) == 0
}

// Cut closes all connections at once; responses are cut short.
func (s *Server) Cut() {
	for _, c := range s.engine.list() {
		c.net.Close()
		if s.engine.parking.take(c) {
			go c.end(drop)
		}
	}
}
