package gateway

import (
	"errors"
	"sync"
	"time"
)

// Log takes lines for the error log; *server.Log and *server.Request are
// such.
type Log interface {
	Errorf(format string, a ...any)
}

// Layer is one module's share of the gateway: all hosts of its directive,
// wherever in the configuration they are defined. Its methods may be called
// from any goroutine once the configuration is loaded.
type Layer struct {
	// Log is for what belongs to no request.
	Log Log
	// Debug is the level at which the state of processes is logged once a
	// second, when it is 3 or more.
	Debug int

	mu     sync.Mutex
	hosts  []*Host
	active int // sessions that have a process
	closed bool

	now    func() time.Time // nil: time.Now
	second time.Duration    // 0: time.Second; tests shorten it
}

// Add makes the layer responsible for the hosts of b; nil and what was added
// before are fine.
func (l *Layer) Add(b *Backends) {
	if b == nil {
		return
	}
	for _, role := range b.roles {
		for _, k := range role {
			for _, h := range k.Hosts {
				l.add(h)
			}
		}
	}
}

func (l *Layer) add(h *Host) {
	for _, have := range l.hosts {
		if have == h {
			return
		}
	}
	l.hosts = append(l.hosts, h)
}

// Start starts the local backends, min-procs of each (worker_init). It waits
// until they stand.
func (l *Layer) Start() error {
	var errs []error
	for _, h := range l.hosts {
		if h.BinPath != "" {
			errs = append(errs, l.launch(h))
		}
	}
	err := errors.Join(errs...)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	return nil
}

// Trigger is the once-a-second task: hosts whose disable-time has passed are
// used again, local backends are started again, added and ended.
func (l *Layer) Trigger(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	for _, h := range l.hosts {
		for _, p := range h.procs {
			if p.due(now) && !p.mustStart() {
				p.state = running
				l.Log.Errorf("gw-server re-enabled: %s", p.addr)
			}
			if l.Debug >= 3 {
				l.Log.Errorf("gw - proc: socket: %s load: %d state: %s", p.addr, p.load, stateNames[p.state])
			}
		}
		if h.BinPath != "" {
			l.supervise(h, now)
		}
	}
}

// clock is the layer's idea of now.
func (l *Layer) clock() time.Time {
	if l.now != nil {
		return l.now()
	}
	return time.Now()
}

// limit is how long n seconds are as a time limit. Limits fire when more than
// n whole seconds have passed; 0 is no limit.
func (l *Layer) limit(n uint32) time.Duration {
	unit := l.second
	if unit == 0 {
		unit = time.Second
	}
	if n == 0 {
		return 0
	}
	return time.Duration(n+1) * unit
}
