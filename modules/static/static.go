// Package static ports mod_staticfile: what no other module has taken and is
// a regular file is sent as it is.
package static

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_staticfile.
var Module = server.Define("mod_staticfile", directives, load)

// config is what the directives say for one request.
type config struct {
	exclude    []string
	etags      bool
	noPathInfo bool
}

var directives = server.Table[config]{
	{
		Name: "static-file.exclude-extensions",
		Bind: server.StringList(func(c *config) *[]string { return &c.exclude }),
		Doc: "Suffixes of files that are never sent as they are, such as the source of programs " +
			"(`( \".php\", \".pl\" )`). Case matters. Such a request is answered 403 unless another module takes it.",
	},
	{
		Name:    "static-file.etags",
		Bind:    server.Bool(func(c *config) *bool { return &c.etags }),
		Default: `"enable"`,
		Doc:     "Send an `ETag` with files. What it is made of is decided by `etag.use-inode`, `etag.use-mtime` and `etag.use-size`.",
	},
	{
		Name:    "static-file.disable-pathinfo",
		Bind:    server.Bool(func(c *config) *bool { return &c.noPathInfo }),
		Default: `"enable"`,
		Doc:     "Answer 403 to a URL that goes on behind the name of a file (`/a.txt/more`), instead of sending the file.",
	},
}

type module struct{ conf *server.Settings[config] }

func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	return server.Hooks{SubrequestStart: module{conf}.send}, nil
}

// send answers GET, HEAD and POST; POST like GET.
func (m module) send(r *server.Request) server.Result {
	if r.Handler != nil || r.Method != "GET" && r.Method != "HEAD" && r.Method != "POST" {
		return server.GoOn
	}
	conf := m.conf.For(r)
	if conf.noPathInfo && r.PathInfo != "" {
		logRefused(r, "-- NOT handling file as static file, pathinfo forbidden")
		return server.GoOn
	}
	for _, suffix := range conf.exclude {
		if strings.HasSuffix(r.Physical.Path, suffix) {
			logRefused(r, "-- NOT handling file as static file, extension forbidden")
			return server.GoOn
		}
	}
	return r.SendFile(r.Physical.Path, conf.etags)
}

func logRefused(r *server.Request, why string) {
	if r.Core.Debug.RequestHandling {
		r.Debugf("%s", why)
	}
}
