// Package deflate ports mod_deflate: responses that are complete are
// compressed for clients that take it, and compressed files may be kept.
package deflate

import (
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_deflate.
var Module = server.Define("mod_deflate", directives, load)

// module is mod_deflate as loaded for one configuration.
type module struct {
	conf *server.Settings[config]
	load loadavg
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := &module{conf: conf}
	wanted := false
	var err error
	conf.Each(func(c *config) {
		wanted = wanted || c.maxLoad > 0
		if e := prepareCache(c.cacheDir, l.Preflight); e != nil && err == nil {
			err = e
		}
	})
	hooks := server.Hooks{ResponseStart: m.compress}
	if wanted {
		hooks.Trigger = func(time.Time) { m.load.read() }
		m.load.read()
	}
	return hooks, err
}

// compress decides whether the response is to be compressed, and how. The
// body itself is compressed when its length is worked out, before the head
// is sent.
func (m *module) compress(r *server.Request) server.Result {
	accepted := r.Header.Get("Accept-Encoding")
	if accepted == "" || !compressible(r) {
		return server.GoOn
	}
	conf := m.conf.For(r)
	size := r.Queue.Len()
	if size <= int64(conf.minSize) || conf.maxSize != 0 && size > int64(conf.maxSize)<<10 {
		return server.GoOn
	}
	if !conf.types.match(r.Resp.Get("Content-Type"), r.Resp.Has("Content-Type")) {
		return server.GoOn
	}
	c, label := conf.choose(accepted)
	if label == "" || conf.maxLoad > 0 && m.load.above(conf.maxLoad) {
		return server.GoOn
	}
	m.encode(r, conf, c, label)
	return server.GoOn
}

// compressible reports whether the response is one whose body may be
// replaced: complete, not yet encoded, of a status that has a body.
func compressible(r *server.Request) bool {
	switch {
	case r.Method == "HEAD", r.Queue.Len() <= 0:
		return false
	case r.Status < 200, r.Status == 204, r.Status == 205, r.Status == 304:
		return false
	}
	return !r.Resp.Has("Content-Encoding") && !r.Resp.Has("Transfer-Encoding")
}

// encode sets the fields of a compressed response and wraps its body.
func (m *module) encode(r *server.Request, conf *config, c coder, label string) {
	tag := r.Resp.Get("ETag")
	suffixed := suffixTag(tag, label)
	kept := conf.cacheDir != "" && tag != "" && cacheable(r)
	if tag != "" && r.NoneMatch(suffixed) {
		m.unchanged(r, suffixed)
		return
	}
	addVary(r)
	if tag != "" {
		r.Resp.Set("ETag", suffixed)
	}
	r.Resp.Set("Content-Encoding", label)
	r.Resp.Del("Content-Length")
	if !kept {
		r.Queue.Filter(newFilter(r, c, conf.tuned()))
		return
	}
	name := cacheName(conf.cacheDir, r.Physical.Path, suffixed)
	if !useCached(r, name) {
		r.Queue.Filter(newKeepingFilter(r, c, conf.tuned(), name))
	}
}

// unchanged answers a client that has the compressed response already: 304,
// or an empty 412 for methods other than GET.
func (m *module) unchanged(r *server.Request, tag string) {
	r.Queue.Reset()
	if r.Method != "GET" {
		r.Status = 412
		r.Resp.Set("Content-Length", "0")
		return
	}
	r.Status = 304
	r.Resp.Del("Content-Length")
	r.Resp.Set("ETag", tag)
	addVary(r)
}

// addVary tells caches that the response depends on Accept-Encoding.
func addVary(r *server.Request) {
	vary := r.Resp.Get("Vary")
	switch {
	case vary == "":
		r.Resp.Set("Vary", "Accept-Encoding")
	case !strings.Contains(strings.ToLower(vary), "accept-encoding"):
		r.Resp.Set("Vary", vary+",Accept-Encoding")
	}
}

// suffixTag puts -label in front of an entity tag's closing quote.
func suffixTag(tag, label string) string {
	return strings.TrimSuffix(tag, `"`) + "-" + label + `"`
}
