package server

import (
	"maps"
	"sync"
	"sync/atomic"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// Settings are one module's directives: the global values, and what each
// context changes. For answers what holds for a request.
type Settings[C any] struct {
	global  C
	patches []patch[C] // in order of contexts: later ones win
	tree    *eval.Config
	slot    int // place of the memo in a request

	merged atomic.Pointer[merged[C]]
	mu     sync.Mutex // one writer of merged
}

// patch is what one context sets.
type patch[C any] struct {
	context int
	apply   []func(*C) // in order of the table
}

// merged holds what was worked out so far, by the bitset of the patches that
// apply. The maps are never written to: others replace them. What is new
// goes to recent, which is small, so that little is copied each time.
type merged[C any] struct{ settled, recent map[string]*C }

// maxRecent is when recent joins settled.
const maxRecent = 64

func (m *merged[C]) find(key []byte) *C {
	if c := m.settled[string(key)]; c != nil {
		return c
	}
	return m.recent[string(key)]
}

// with returns m with one more entry.
func (m *merged[C]) with(key []byte, c *C) *merged[C] {
	next := &merged[C]{m.settled, maps.Clone(m.recent)}
	if next.recent == nil {
		next.recent = map[string]*C{}
	}
	next.recent[string(key)] = c
	if len(next.recent) < maxRecent {
		return next
	}
	all := maps.Clone(next.recent)
	maps.Copy(all, next.settled)
	return &merged[C]{settled: all}
}

// maxMerged bounds the merged settings that are kept, so that a client
// cannot fill the memory by trying combinations of conditions.
const maxMerged = 4096

// Global returns the settings outside of all conditions. They are shared:
// read only.
func (s *Settings[C]) Global() *C { return &s.global }

// Each calls f with the global settings, and with what each context sets by
// itself. A module uses it at load to see every value there is; pointers in
// the settings are those that For will return.
func (s *Settings[C]) Each(f func(*C)) {
	f(&s.global)
	for i := range s.patches {
		var c C
		for _, apply := range s.patches[i].apply {
			apply(&c)
		}
		f(&c)
	}
}

// For returns the settings in force for r (patch_config). Conditions are
// evaluated now, if nobody has asked for them since the request began or
// they were invalidated. The settings are shared: read only.
func (s *Settings[C]) For(r *Request) *C {
	if len(s.patches) == 0 {
		return &s.global
	}
	m := &r.memo[s.slot]
	epoch := r.conds.Epoch()
	if m.epoch == epoch {
		return m.settings.(*C)
	}
	r.maskBuf = s.mask(r.maskBuf[:0], &r.conds, r)
	c := s.lookup(r.maskBuf)
	*m = memo{epoch, c}
	return c
}

// ForConn returns the settings in force for a connection before it has a
// request: conditions on the socket and the client's address count, the
// others do not apply yet.
func (s *Settings[C]) ForConn(c *Conn) *C {
	if len(s.patches) == 0 {
		return &s.global
	}
	var rs eval.Results
	rs.Reset(len(s.tree.Contexts))
	return s.lookup(s.mask(nil, &rs, connSubject{c}))
}

// mask appends the bitset of the patches that apply.
func (s *Settings[C]) mask(key []byte, rs *eval.Results, subject eval.Subject) []byte {
	for i := range s.patches {
		if i%8 == 0 {
			key = append(key, 0)
		}
		if s.tree.Check(s.patches[i].context, rs, subject) {
			key[i/8] |= 1 << (i % 8)
		}
	}
	return key
}

// lookup returns the merged settings for a bitset.
func (s *Settings[C]) lookup(key []byte) *C {
	if c := s.merged.Load().find(key); c != nil {
		return c
	}
	return s.merge(key)
}

// merge copies the global settings, applies the patches in order and
// publishes the outcome.
func (s *Settings[C]) merge(key []byte) *C {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.merged.Load()
	if c := known.find(key); c != nil {
		return c
	}
	c := new(C)
	*c = s.global
	for i := range s.patches {
		if key[i/8]&(1<<(i%8)) == 0 {
			continue
		}
		for _, apply := range s.patches[i].apply {
			apply(c)
		}
	}
	if len(known.settled)+len(known.recent) < maxMerged {
		s.merged.Store(known.with(key, c))
	}
	return c
}

// in returns the settings of one context on top of the global ones, without
// asking its condition.
func (s *Settings[C]) in(ctx *eval.Context) *C {
	for i := range s.patches {
		if s.patches[i].context == ctx.ID {
			key := make([]byte, len(s.patches)/8+1)
			key[i/8] = 1 << (i % 8)
			return s.merge(key)
		}
	}
	return &s.global
}
