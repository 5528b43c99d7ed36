package daemon

import (
	"errors"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// gate holds accepting back while there are as many connections as
// server.max-connections allows. Clients wait in the kernel's queue meanwhile.
type gate struct {
	mu       sync.Mutex
	below    *sync.Cond
	limit    int
	live     int
	disabled bool // told in the log
	stopped  bool
	last     time.Time // of the last connection's beginning or end
	note     func(format string, a ...any)
}

func newGate(limit int, note func(string, ...any)) *gate {
	g := &gate{limit: limit, note: note, last: time.Now()}
	g.below = sync.NewCond(&g.mu)
	return g
}

// wait returns when another connection may be accepted; false says that the
// server stops.
func (g *gate) wait() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.live >= g.limit && !g.stopped {
		g.below.Wait()
	}
	return !g.stopped
}

// enter counts a connection in. Several listeners may have accepted at the
// same time; one too many waits here, unserved.
func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.live >= g.limit && !g.stopped {
		g.below.Wait()
	}
	if g.stopped {
		return false
	}
	g.live++
	g.last = time.Now()
	if g.live == g.limit && !g.disabled {
		g.disabled = true
		g.note("[note] sockets disabled, connection limit reached")
	}
	return true
}

// leave counts a connection out.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.live--
	g.last = time.Now()
	if g.disabled && g.live < g.limit && !g.stopped {
		g.disabled = false
		g.note("[note] sockets enabled again")
	}
	// All of them: one that is woken may go on to wait for a client of its own
	// listener, and the others would never hear of the free place.
	g.below.Broadcast()
}

// setLimit changes the limit, after a reload.
func (g *gate) setLimit(n int) {
	g.mu.Lock()
	g.limit = n
	g.mu.Unlock()
	g.below.Broadcast()
}

// stop lets nobody in any more.
func (g *gate) stop() {
	g.mu.Lock()
	g.stopped = true
	g.mu.Unlock()
	g.below.Broadcast()
}

// connections is the number of open connections.
func (g *gate) connections() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.live
}

// idleSince tells since when there has been no connection; false while there
// is one.
func (g *gate) idleSince() (time.Time, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last, g.live == 0
}

// Waiting times after an accept that failed for want of descriptors.
const (
	firstBackoff = 50 * time.Millisecond
	lastBackoff  = time.Second
)

// acceptFrom serves what connects to l until it is closed.
func (p *process) acceptFrom(l *listener) {
	backoff := time.Duration(0)
	for p.gate.wait() {
		nc, err := l.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			backoff = p.pause(err, backoff)
			continue
		}
		if backoff > 0 {
			backoff = 0
			p.log().Notef("[note] sockets enabled again")
		}
		if !p.gate.enter() {
			nc.Close()
			return
		}
		gen := p.current.Load()
		go gen.server.ServeConn(nc, gen.socket(l))
	}
}

// exhausted are errors of accept that go on until somebody gives something
// back.
var exhausted = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM}

// pause waits before accept is tried again. Running out of descriptors or
// memory is told once; other errors are a client's that has gone already.
func (p *process) pause(err error, backoff time.Duration) time.Duration {
	if !slices.ContainsFunc(exhausted, func(e error) bool { return errors.Is(err, e) }) {
		return backoff
	}
	if backoff == 0 {
		p.log().Notef("[note] sockets disabled, out-of-fds")
		backoff = firstBackoff
	}
	time.Sleep(backoff)
	return min(2*backoff, lastBackoff)
}

// generation is one configuration with what it says about the listeners.
type generation struct {
	server *server.Server
	mu     sync.Mutex
	socks  map[string]*server.Socket
	ended  func()
}

func newGeneration(s *server.Server, all []wanted, ended func()) *generation {
	g := &generation{server: s, socks: map[string]*server.Socket{}, ended: ended}
	for i := range all {
		w := &all[i]
		g.socks[w.token] = &server.Socket{Token: w.token, TLS: w.config.TLS, Ended: ended}
	}
	return g
}

// socket describes l to the server. A listener that the configuration does
// not name is served with the global settings.
func (g *generation) socket(l *listener) *server.Socket {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.socks[l.token]
	if s == nil {
		s = &server.Socket{Token: l.token, Ended: g.ended}
		g.socks[l.token] = s
	}
	if s.Addr == nil {
		s.Addr = l.Addr()
	}
	return s
}
