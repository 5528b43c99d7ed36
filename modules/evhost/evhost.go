// Package evhost ports mod_evhost: the document root is a pattern into which
// parts of the host name are put.
package evhost

import (
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_evhost.
var Module = server.Define("mod_evhost", directives, load)

// config is what the directives say for one request.
type config struct{ pattern pattern }

var directives = server.Table[config]{
	{
		Name: "evhost.path-pattern",
		Bind: server.KeepIfEmpty(server.Parsed(server.TypeString, parse, func(c *config) *pattern { return &c.pattern })),
		Doc: "Document root for a host, such as `\"/srv/%3/htdocs/\"`. `%1` is the last label of the host name, `%2` the one " +
			"before it, `%0` the last two, `%_` the whole name, `%%` a percent sign. `%{N.M}` is the M-th character of `%N`. " +
			"If there is no such directory, the document root stays. `\"\"` in a condition changes nothing.",
	},
}

func parse(_ server.At, v eval.Value) (pattern, error) { return compile(v.Str) }

type module struct{ conf *server.Settings[config] }

func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	return server.Hooks{DocRoot: module{conf}.choose}, nil
}

// choose points r at its host's document root, if there is one.
func (m module) choose(r *server.Request) server.Result {
	pattern := m.conf.For(r).pattern
	host := r.URI.Authority
	if pattern == nil || host == "" || !server.IsDirName(host) {
		return server.GoOn
	}
	root := server.JoinPath(pattern.expand(host), "/")
	e, err := r.Stat(root)
	switch {
	case err != nil:
		r.Errorf("%s: %s", root, server.Strerror(err))
	case !e.IsDir():
		r.Errorf("%s: Not a directory", root)
	default:
		r.Physical.DocRoot = root
	}
	return server.GoOn
}
