// Package simplevhost ports mod_simple_vhost: a document root for each host
// name, in a directory of that name.
package simplevhost

import (
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_simple_vhost.
var Module = server.Define("mod_simple_vhost", directives, load)

// config is what the directives say for one request.
type config struct {
	root, docRoot, fallback string
	debug                   uint16
}

var directives = server.Table[config]{
	{
		Name: "simple-vhost.server-root",
		Bind: server.String(func(c *config) *string { return &c.root }),
		Doc:  "Directory that holds one directory for each host name. `\"\"` in a condition switches the module off.",
	},
	{
		Name: "simple-vhost.default-host",
		Bind: server.String(func(c *config) *string { return &c.fallback }),
		Doc: "Directory for hosts that have none. Without it, `simple-vhost.server-root` followed by " +
			"`simple-vhost.document-root` is tried.",
	},
	{
		Name: "simple-vhost.document-root",
		Bind: server.String(func(c *config) *string { return &c.docRoot }),
		Doc:  "Path below the host's directory, such as `\"/htdocs/\"`.",
	},
	{
		Name:    "simple-vhost.debug",
		Bind:    server.Short(func(c *config) *uint16 { return &c.debug }),
		Default: "0",
		Doc:     "Any other value logs which directories were missing.",
	},
}

type module struct{ conf *server.Settings[config] }

func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	return server.Hooks{DocRoot: module{conf}.choose}, nil
}

// choose points r at its host's document root, or at the default host's. If
// neither exists, the one it has stays.
func (m module) choose(r *server.Request) server.Result {
	conf := m.conf.For(r)
	if conf.root == "" {
		return server.GoOn
	}
	host := server.HostName(r.URI.Authority)
	if host == "" || !server.IsDirName(host) || !use(r, conf, host) {
		use(r, conf, conf.fallback)
	}
	return server.GoOn
}

// use makes a host the one of r, if its directory exists.
func use(r *server.Request, conf *config, host string) bool {
	root := conf.root
	for _, part := range []string{host, conf.docRoot, "/"} {
		if part != "" {
			root = server.JoinPath(root, part)
		}
	}
	e, err := r.Stat(root)
	switch {
	case err == nil && e.IsDir():
		r.Physical.DocRoot = root
		if host != "" {
			r.ServerName = host
		}
		return true
	case conf.debug != 0 && err != nil:
		r.Errorf("%s: %s", root, server.Strerror(err))
	case conf.debug != 0:
		r.Errorf("%s: Not a directory", root)
	}
	return false
}
