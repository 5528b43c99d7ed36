// Package index ports mod_indexfile: a URL that ends in a slash is served by
// the first index file that exists.
package index

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_indexfile.
var Module = server.Define("mod_indexfile", directives, load)

// config is what the directives say for one request.
type config struct{ names []string }

var directives = server.Table[config]{
	{
		Name: "index-file.names",
		Bind: server.StringList(func(c *config) *[]string { return &c.names }),
		Doc: "File names to try, in order, when the URL path ends in a slash. " +
			"A name that begins with a slash is looked up in the document root.",
	},
	{
		Name: "server.indexfiles",
		Bind: server.StringList(func(c *config) *[]string { return &c.names }),
		Doc:  "Older name of index-file.names; where both are set, this one counts.",
	},
}

type module struct{ conf *server.Settings[config] }

func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	return server.Hooks{SubrequestStart: module{conf}.find}, nil
}

func (m module) find(r *server.Request) server.Result {
	if r.Handler != nil || !strings.HasSuffix(r.URI.Path, "/") {
		return server.GoOn
	}
	for _, name := range m.conf.For(r).names {
		dir := r.Physical.Path
		if strings.HasPrefix(name, "/") {
			dir = r.Physical.DocRoot
		}
		path := r.Join(dir, name)
		_, err := r.Stat(path)
		switch {
		case err == nil:
			use(r, name, path)
			return server.GoOn
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			continue
		case errors.Is(err, fs.ErrPermission):
			return r.Fail(403)
		}
		r.Errorf("index file error for request: %s -> %s: %v", r.URI.Path, r.Physical.Path, err)
		return r.Fail(500)
	}
	return server.GoOn
}

// use points r at the index file. It does not call r.Invalidate: in lighttpd,
// $HTTP["url"] results already known stay as they were for the directory.
func use(r *server.Request, name, path string) {
	if strings.HasPrefix(name, "/") {
		r.Env.Set("PATH_TRANSLATED_DIRINDEX", r.Physical.Path)
		r.URI.Path = name
	} else {
		r.URI.Path += name
	}
	r.Physical.Path = path
}
