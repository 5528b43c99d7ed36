// Package redirect ports mod_redirect: URLs that fit a pattern are answered
// with the place where the client should look instead.
package redirect

import (
	"github.com/lighttpd-go/lighttpd-go/modules/internal/keyvalue"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_redirect.
var Module = server.Define("mod_redirect", directives, load)

// config is what the directives say for one request.
type config struct {
	rules *keyvalue.Rules
	code  uint16
}

var directives = server.Table[config]{
	{
		Name: "url.redirect",
		Bind: server.Parsed(server.TypeStringMap, keyvalue.Parse, func(c *config) **keyvalue.Rules { return &c.rules }),
		Doc: "Regular expressions for URLs (path and query, normalised, still encoded) and the locations to redirect to. " +
			"The first that matches counts; an empty location means no redirect. " +
			"`$1` is a group of the expression, `%1` one of the enclosing condition; `${url.path}`, `${qsa}` and others are described in lighttpd's documentation.",
	},
	{
		Name: "url.redirect-code",
		Bind: server.Short(func(c *config) *uint16 { return &c.code }),
		Doc: "Status of redirects, 100 to 999. Without it, 301 for GET, HEAD and HTTP/1.0, and 308, " +
			"which keeps method and body, for everything else.",
		Default: "0",
	},
}

type module struct{ conf *server.Settings[config] }

func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	return server.Hooks{URIClean: module{conf}.redirect}, nil
}

func (m module) redirect(r *server.Request) server.Result {
	conf := m.conf.For(r)
	if conf.rules.Len() == 0 || r.Method == "OPTIONS" && r.Target == "*" {
		return server.GoOn
	}
	location, outcome, err := conf.rules.Apply(r)
	if err != nil {
		keyvalue.LogError(r, err)
		return server.Failed
	}
	if outcome != keyvalue.Match {
		return server.GoOn
	}
	r.Resp.Set("Location", location)
	return r.Fail(conf.status(r))
}

// status is the one to redirect with.
func (c *config) status(r *server.Request) int {
	switch {
	case c.code >= 100 && c.code <= 999:
		return int(c.code)
	case r.Method == "GET", r.Method == "HEAD", r.Version == server.HTTP10:
		return 301
	}
	return 308
}
