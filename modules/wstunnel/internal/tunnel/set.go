package tunnel

import (
	"sync"
	"sync/atomic"
	"time"
)

// Set is all tunnels of a server. The zero value is ready; Trigger must be
// called once a second.
type Set struct {
	// NoRelay gives every tunnel its own goroutines.
	NoRelay bool

	seconds atomic.Int64 // the clock of all limits
	once    sync.Once
	epoch   time.Time // second 1

	mu      sync.Mutex
	tunnels map[*Tunnel]struct{} // those with goroutines
	relays  []*relay
	next    int           // relay for the next tunnel
	closed  chan struct{} // ends the wait for the graceful stop; nil: nobody waits
}

// now is the clock: it moves once a second, so reading it costs nothing.
func (s *Set) now() int64 { return s.seconds.Load() }

// tick moves the clock. It counts from its first use, which keeps it
// monotonic when the time of day is set.
func (s *Set) tick(now time.Time) int64 {
	s.once.Do(func() { s.epoch = now })
	seconds := 1 + int64(now.Sub(s.epoch)/time.Second)
	s.seconds.Store(seconds)
	return seconds
}

// Trigger moves the clock and looks at the limits of all tunnels.
func (s *Set) Trigger(now time.Time) {
	seconds := s.tick(now)
	tunnels, relays := s.list()
	for _, t := range tunnels {
		t.visit(func() { t.check(seconds) })
	}
	for _, l := range relays {
		l.check(seconds)
	}
}

// Len is the number of tunnels.
func (s *Set) Len() int {
	tunnels, relays := s.list()
	n := len(tunnels)
	for _, l := range relays {
		n += l.len()
	}
	return n
}

// list copies the tunnels with goroutines and the relays, so that no lock is
// held while they are worked on.
func (s *Set) list() ([]*Tunnel, []*relay) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Tunnel, 0, len(s.tunnels))
	for t := range s.tunnels {
		all = append(all, t)
	}
	return all, s.relays
}

// add takes a tunnel with goroutines in.
func (s *Set) add(t *Tunnel) {
	s.mu.Lock()
	if s.tunnels == nil {
		s.tunnels = map[*Tunnel]struct{}{}
	}
	s.tunnels[t] = struct{}{}
	s.mu.Unlock()
	if stopping(t.stream.Closing()) {
		t.visit(t.stopped)
	}
}

// remove lets go of a tunnel; behind it, nothing of the Set touches the
// client or writes a line about it.
func (s *Set) remove(t *Tunnel) {
	s.mu.Lock()
	delete(s.tunnels, t)
	s.mu.Unlock()
	t.watch.Lock()
	t.removed = true
	t.watch.Unlock()
}

// visit calls f unless the tunnel was removed.
func (t *Tunnel) visit(f func()) {
	t.watch.Lock()
	defer t.watch.Unlock()
	if !t.removed {
		f()
	}
}

// await waits, in the background and once for all tunnels, for the server to
// begin a graceful stop.
func (s *Set) await(closing <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed != nil {
		return
	}
	closed := make(chan struct{})
	s.closed = closed
	go func() {
		select {
		case <-closing:
			s.stop()
		case <-closed:
		}
	}()
}

// stopping reports whether a graceful stop has begun.
func stopping(closing <-chan struct{}) bool {
	select {
	case <-closing:
		return true
	default:
		return false
	}
}

// stop treats each tunnel as if its client had half-closed.
func (s *Set) stop() {
	tunnels, relays := s.list()
	for _, t := range tunnels {
		t.visit(t.stopped)
	}
	for _, l := range relays {
		l.stop()
	}
}

// stopped begins the graceful stop of a tunnel with goroutines.
func (t *Tunnel) stopped() {
	t.stop.Store(true)
	t.client.SetReadDeadline(past)
}

// Close ends what tunnels are left, without CLOSE. No tunnel may be started
// any more.
func (s *Set) Close() {
	tunnels, relays := s.list()
	for _, t := range tunnels {
		t.visit(func() { t.end(Stopped) })
	}
	for _, l := range relays {
		l.close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.relays = nil
	if s.closed != nil {
		close(s.closed)
		s.closed = nil
	}
}
