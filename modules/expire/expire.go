// Package expire ports mod_expire: how long responses may be cached, by URL
// or by type.
package expire

import (
	"strconv"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_expire.
var Module = server.Define("mod_expire", directives, load)

// config is what the directives say for one request.
type config struct {
	urls, types []rule
}

var directives = server.Table[config]{
	{
		Name: "expire.url",
		Bind: server.Parsed(server.TypeStringMap, parseURLs, func(c *config) *[]rule { return &c.urls }),
		Doc: "Beginnings of URL paths and the time their responses may be cached, such as `\"access plus 1 days 2 hours\"` " +
			"or `\"modification plus 1 weeks\"`. The first that fits counts.",
	},
	{
		Name: "expire.mimetypes",
		Bind: server.Parsed(server.TypeStringMap, parseTypes, func(c *config) *[]rule { return &c.types }),
		Doc: "Beginnings of content types and times, for what no `expire.url` fits. " +
			"`\"\"` is for everything, also without a type, and goes last.",
	},
}

type module struct{ conf *server.Settings[config] }

func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	return server.Hooks{ResponseStart: module{conf}.expire}, nil
}

// expire adds Cache-Control, or Expires for HTTP/1.0, to what may be cached
// and has no Cache-Control yet.
func (m module) expire(r *server.Request) server.Result {
	if r.Status != 200 && r.Status != 206 || !cacheable(r.Method) || r.Resp.Get("Cache-Control") != "" {
		return server.GoOn
	}
	rule := m.conf.For(r).find(r)
	if rule == nil {
		return server.GoOn
	}
	now := time.Now().Unix()
	expires := now + rule.offset
	if rule.modification {
		e, err := r.Stat(r.Physical.Path)
		if err != nil {
			return server.GoOn
		}
		expires = max(e.ModTime.Unix()+rule.offset, now)
	}
	if r.Version == server.HTTP10 {
		r.Resp.Set("Expires", server.HTTPDate(time.Unix(expires, 0)))
	} else {
		r.Resp.Set("Cache-Control", "max-age="+strconv.FormatInt(expires-now, 10))
	}
	return server.GoOn
}

func cacheable(method string) bool {
	return method == "GET" || method == "HEAD" || method == "QUERY"
}

// find returns the rule for the response of r.
func (c *config) find(r *server.Request) *rule {
	if rule := firstPrefix(c.urls, r.URI.Path); rule != nil {
		return rule
	}
	if len(c.types) == 0 {
		return nil
	}
	if t := r.Resp.Get("Content-Type"); t != "" {
		return firstPrefix(c.types, t)
	}
	for i := range c.types {
		if c.types[i].prefix == "" {
			return &c.types[i]
		}
	}
	return nil
}

func firstPrefix(rules []rule, s string) *rule {
	for i := range rules {
		if strings.HasPrefix(s, rules[i].prefix) {
			return &rules[i]
		}
	}
	return nil
}
