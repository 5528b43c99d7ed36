package tunnel

import (
	"sync"
	"sync/atomic"
	"time"
)

// Set is all tunnels of a server. The zero value is ready; Trigger must be
// called once a second.
type Set struct {
	seconds atomic.Int64 // the clock of all limits
	once    sync.Once
	epoch   time.Time // second 1

	mu      sync.Mutex
	tunnels map[*Tunnel]struct{}
	watched bool          // the graceful stop is being waited for
	closed  chan struct{} // ends that wait
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
	for _, t := range s.list() {
		t.visit(func() { t.check(seconds) })
	}
}

// Len is the number of tunnels.
func (s *Set) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.tunnels)
}

// list copies the tunnels, so that no lock is held while they are worked on.
func (s *Set) list() []*Tunnel {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Tunnel, 0, len(s.tunnels))
	for t := range s.tunnels {
		all = append(all, t)
	}
	return all
}

// add takes a tunnel in. closing is closed when the server begins a graceful
// stop; it is the same for all tunnels.
func (s *Set) add(t *Tunnel, closing <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tunnels == nil {
		s.tunnels = map[*Tunnel]struct{}{}
		s.closed = make(chan struct{})
	}
	s.tunnels[t] = struct{}{}
	select {
	case <-closing:
		t.visit(t.stopped)
	default:
		if !s.watched {
			s.watched = true
			go s.await(closing, s.closed)
		}
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

// await passes a graceful stop on to the tunnels: each is treated as if its
// client had half-closed.
func (s *Set) await(closing, closed <-chan struct{}) {
	select {
	case <-closing:
		for _, t := range s.list() {
			t.visit(t.stopped)
		}
	case <-closed:
	}
}

// stopped begins the graceful stop of a tunnel.
func (t *Tunnel) stopped() {
	t.stop.Store(true)
	t.client.SetReadDeadline(past)
}

// Close ends what tunnels are left, without CLOSE.
func (s *Set) Close() {
	for _, t := range s.list() {
		t.visit(func() { t.end(Stopped) })
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watched {
		s.watched = false
		close(s.closed)
	}
}
