// Package rewrite ports mod_rewrite: URLs that fit a pattern are replaced
// before anything else is decided about the request.
package rewrite

import (
	"github.com/lighttpd-go/lighttpd-go/modules/internal/keyvalue"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_rewrite.
var Module = server.Define("mod_rewrite", directives, load)

// config is what the directives say for one request.
type config struct {
	once, final, plain, repeat     *keyvalue.Rules // the URL list
	onceIfNotFile, repeatIfNotFile *keyvalue.Rules // the not-file list
}

func rules(field func(*config) **keyvalue.Rules) server.Bind[config] {
	return server.Parsed(server.TypeStringMap, keyvalue.Parse, field)
}

var directives = server.Table[config]{
	{
		Name: "url.rewrite-once",
		Bind: rules(func(c *config) **keyvalue.Rules { return &c.once }),
		Doc: "Regular expressions for URLs (path and query, normalised, still encoded) and what to put in their place; " +
			"afterwards no rule is tried again. The first that matches counts; an empty value means no rewrite. " +
			"`$1` is a group of the expression, `%1` one of the enclosing condition, `${qsa}` the query.",
	},
	{
		Name: "url.rewrite-final",
		Bind: rules(func(c *config) **keyvalue.Rules { return &c.final }),
		Doc:  "The same as `url.rewrite-once`; its rules come after those.",
	},
	{
		Name: "url.rewrite",
		Bind: rules(func(c *config) **keyvalue.Rules { return &c.plain }),
		Doc:  "The same as `url.rewrite-once`; its rules come after those of `url.rewrite-final`.",
	},
	{
		Name: "url.rewrite-repeat",
		Bind: rules(func(c *config) **keyvalue.Rules { return &c.repeat }),
		Doc: "Like `url.rewrite-once`, but the rules are tried again on the result, 100 times at most. They come last. " +
			"In a condition, any of these four directives replaces all four of the outer block.",
	},
	{
		Name: "url.rewrite-if-not-file",
		Bind: rules(func(c *config) **keyvalue.Rules { return &c.onceIfNotFile }),
		Doc:  "Like `url.rewrite-once`, for URLs that lead to no regular file; directories and paths beyond a file count as none.",
	},
	{
		Name: "url.rewrite-repeat-if-not-file",
		Bind: rules(func(c *config) **keyvalue.Rules { return &c.repeatIfNotFile }),
		Doc:  "Like `url.rewrite-repeat`, for URLs that lead to no regular file.",
	},
}

type module struct {
	conf  *server.Settings[config]
	state server.Slot[state]
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := &module{conf: conf, state: server.NewSlot[state](l)}
	return server.Hooks{URIRaw: m.byURL, Physical: m.ifNotFile}, nil
}

// byURL is for the URL list.
func (m *module) byURL(r *server.Request) server.Result {
	c := m.conf.For(r)
	return m.process(r, list{c.once, c.final, c.plain, c.repeat})
}

// ifNotFile is for the not-file list, when it is known where the URL leads.
func (m *module) ifNotFile(r *server.Request) server.Result {
	c := m.conf.For(r)
	if r.Handler != nil || c.onceIfNotFile == nil && c.repeatIfNotFile == nil {
		return server.GoOn
	}
	if e, err := r.Stat(r.Physical.Path); err == nil && e.IsRegular() {
		return server.GoOn
	}
	return m.process(r, list{0: c.onceIfNotFile, repeatPart: c.repeatIfNotFile})
}
