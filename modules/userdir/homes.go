package userdir

import (
	"os/user"
	"sync"
	"time"
)

const (
	homeLife = 60 * time.Second // how long an answer of the database counts
	maxHomes = 64               // answers that are kept
)

// homes remembers what the user database says, as every request asks. Names
// that nobody has are remembered, too.
type homes struct {
	lookup func(string) (*user.User, error)
	mu     sync.Mutex
	known  map[string]home
}

// home is one answer; dir is empty if there is no such user.
type home struct {
	dir   string
	since time.Time
}

func newHomes() *homes { return &homes{lookup: user.Lookup, known: map[string]home{}} }

// of returns the home of a user, if there is one.
func (h *homes) of(name string) (dir string, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	answer, fresh := h.known[name]
	if !fresh || time.Since(answer.since) > homeLife {
		answer = home{since: time.Now()}
		if u, err := h.lookup(name); err == nil {
			answer.dir = u.HomeDir
		}
		if len(h.known) >= maxHomes {
			clear(h.known)
		}
		h.known[name] = answer
	}
	return answer.dir, answer.dir != ""
}

// expire forgets old answers.
func (h *homes) expire(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, answer := range h.known {
		if now.Sub(answer.since) > homeLife {
			delete(h.known, name)
		}
	}
}
