package auth

import (
	"crypto/subtle"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// cache remembers who was let in (auth.cache). A nil cache remembers nothing.
type cache struct {
	maxAge time.Duration

	mu      sync.Mutex
	entries map[cacheKey]cached
}

// cacheKey is one user under one rule. The other fields belong to digests.
type cacheKey struct {
	rule   *rule
	user   string // as sent
	hashed bool   // the name is a hash
	alg    *algorithm
}

// cached is a proof that was accepted.
type cached struct {
	user  string
	sum   []byte // hash of the password; with digests, of "user:realm:password"
	since time.Time
}

// proves compares in constant time.
func (c cached) proves(sum []byte) bool { return subtle.ConstantTimeCompare(c.sum, sum) == 1 }

// parseCache reads auth.cache. As in lighttpd, an empty list is on, too.
func parseCache(_ server.At, v eval.Value) (*cache, error) {
	seconds := int64(600)
	for _, e := range v.List {
		if e.Key != "max-age" {
			continue
		}
		switch n, err := strconv.ParseInt(e.Value.Str, 10, 32); {
		case e.Value.Kind == eval.Integer:
			seconds = int64(e.Value.Int)
		case err == nil:
			seconds = n
		}
	}
	seconds = min(max(seconds, 0), math.MaxInt32)
	return &cache{maxAge: time.Duration(seconds) * time.Second, entries: map[cacheKey]cached{}}, nil
}

func (c *cache) get(key cacheKey, now time.Time) (cached, bool) {
	if c == nil {
		return cached{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.entries[key]
	return known, ok && !c.old(known, now)
}

func (c *cache) put(key cacheKey, known cached, now time.Time) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known.since = now
	c.entries[key] = known
}

func (c *cache) old(known cached, now time.Time) bool { return now.Sub(known.since) > c.maxAge }

// expire forgets what is old.
func (c *cache) expire(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, known := range c.entries {
		if c.old(known, now) {
			delete(c.entries, key)
		}
	}
}
