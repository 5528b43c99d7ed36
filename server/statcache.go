package server

import (
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Bounds of the stat cache. They are not configurable in lighttpd either.
const (
	statShards     = 16
	maxStatEntries = 8192     // paths
	maxOpenFiles   = 256      // descriptors kept open
	maxCached      = 16 << 10 // bytes of a file whose content is kept
	maxCacheBytes  = 16 << 20 // content of all files together
	statKeep       = 2        // seconds an entry may go unused
)

// statCache remembers what files are like until the next wall-clock second
// (server.stat-cache-engine). Within it, size, time, tag, open descriptor and
// the content of small files are those first seen, as in lighttpd. Missing
// files are not remembered.
type statCache struct {
	disabled bool
	seed     maphash.Seed
	shards   [statShards]statShard
	entries  atomic.Int64
	files    atomic.Int64 // descriptors held by entries
	bytes    atomic.Int64 // content held by entries
}

type statShard struct {
	mu sync.Mutex
	m  map[string]*StatEntry
}

// newStatCache makes the cache for server.stat-cache-engine. The engines that
// watch directories are taken for "simple", which is never staler.
func newStatCache(engine string) *statCache {
	c := &statCache{disabled: engine == "disable" || engine == "none", seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].m = map[string]*StatEntry{}
	}
	return c
}

// find returns the entry of a path, however old, or nil. Its Path saves making
// a string of the bytes.
func (c *statCache) find(path []byte) *StatEntry {
	if c.disabled {
		return nil
	}
	sh := &c.shards[maphash.Bytes(c.seed, path)%statShards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.m[string(path)]
}

func (c *statCache) shard(path string) *statShard {
	return &c.shards[maphash.String(c.seed, path)%statShards]
}

// get looks a file up, following symbolic links. now is the wall-clock
// second. The path must be absolute.
func (c *statCache) get(path string, now int64) (*StatEntry, error) {
	if path == "" || path[0] != '/' {
		return nil, syscall.EINVAL
	}
	if strings.IndexByte(path, 0) >= 0 {
		return nil, syscall.ENOENT
	}
	if c.disabled {
		return statFile(path)
	}
	sh := c.shard(path)
	sh.mu.Lock()
	e := sh.m[path]
	if e != nil && e.checked.Load() == now {
		sh.mu.Unlock()
		return e, nil
	}
	sh.mu.Unlock()
	fresh, err := statFile(path)
	if err != nil {
		c.forget(path)
		return nil, err
	}
	return c.put(fresh, now), nil
}

// put takes a new look at a file in. An entry that it bears out goes on.
// Entries are let go outside of the lock, since they may be busy opening a
// file on a slow disk.
func (c *statCache) put(fresh *StatEntry, now int64) *StatEntry {
	old, kept := c.swap(fresh, now)
	switch {
	case old == nil:
	case kept == old:
		old.recheck()
	default:
		old.drop()
	}
	return kept
}

// swap decides between a new look and the entry there was. It returns the
// latter if it needs attention, and the one that counts.
func (c *statCache) swap(fresh *StatEntry, now int64) (old, kept *StatEntry) {
	sh := c.shard(fresh.Path)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	old = sh.m[fresh.Path]
	if old != nil && old.same(fresh) {
		if old.checked.Swap(now) == now {
			return nil, old
		}
		return old, old
	}
	fresh.checked.Store(now)
	if old == nil {
		if c.entries.Load() >= maxStatEntries {
			return nil, fresh
		}
		c.entries.Add(1)
	}
	fresh.cache = c
	sh.m[fresh.Path] = fresh
	return old, fresh
}

// forget drops what is known of a path: it is gone or was changed by a
// module of this server (stat_cache_delete_entry).
func (c *statCache) forget(path string) {
	sh := c.shard(path)
	sh.mu.Lock()
	e := sh.m[path]
	delete(sh.m, path)
	sh.mu.Unlock()
	if e != nil {
		c.entries.Add(-1)
		e.drop()
	}
}

// trigger drops the entries nobody has asked for lately, and with them the
// descriptors of files that may have been removed.
func (c *statCache) trigger(now int64) {
	c.dropIf(func(e *StatEntry) bool {
		checked := e.checked.Load()
		return now-checked > statKeep || checked > now
	})
}

// clear drops everything.
func (c *statCache) clear() { c.dropIf(func(*StatEntry) bool { return true }) }

func (c *statCache) dropIf(drops func(*StatEntry) bool) {
	var dropped []*StatEntry
	for i := range c.shards {
		sh := &c.shards[i]
		sh.mu.Lock()
		for path, e := range sh.m {
			if drops(e) {
				delete(sh.m, path)
				dropped = append(dropped, e)
			}
		}
		sh.mu.Unlock()
	}
	c.entries.Add(-int64(len(dropped)))
	for _, e := range dropped {
		e.drop()
	}
}

// Stat looks up a file or directory, following symbolic links; the answer may
// be up to a second old (stat_cache_get_entry). Errors are system errors,
// comparable with errors.Is.
func (r *Request) Stat(path string) (*StatEntry, error) {
	if e := r.near; e != nil && e.Path == path {
		if r.nearChecked {
			return e, nil
		}
		if e.checked.Load() == time.Now().Unix() {
			r.nearChecked = true
			return e, nil
		}
	}
	e, err := r.server.files.get(path, time.Now().Unix())
	r.stay(e)
	return e, err
}

// stay remembers the entry that is most likely asked for next, so that a
// request looks its file up only once.
func (r *Request) stay(e *StatEntry) {
	r.near, r.nearChecked = nil, false
	if e != nil && e.cache != nil {
		r.near, r.nearChecked = e, true
	}
}

// Forget drops what the stat cache knows of a file that a module has just
// changed (stat_cache_delete_entry).
func (r *Request) Forget(path string) {
	r.stay(nil)
	r.server.files.forget(path)
}

// tick does what the core has to do once a second.
func (s *Server) tick(now time.Time) { s.files.trigger(now.Unix()) }

// statFile asks the system.
func statFile(path string) (*StatEntry, error) {
	var st unix.Stat_t
	for {
		err := unix.Stat(path, &st)
		if err == nil {
			return newStatEntry(path, &st), nil
		}
		if err != unix.EINTR {
			return nil, err
		}
	}
}
