// Package ssi ports mod_ssi: statements in HTML comments are replaced by
// variables, other files, or the output of commands.
package ssi

import (
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_ssi.
var Module = server.Define("mod_ssi", directives, load)

// config is what the directives say for one request.
type config struct {
	extensions  []string
	contentType string
	exec        bool
	depth       uint16
	conditional bool
}

var directives = server.Table[config]{
	{
		Name: "ssi.extension",
		Bind: server.StringList(func(c *config) *[]string { return &c.extensions }),
		Doc:  "Ends of the names of files whose statements (`<!--#echo var=\"DATE_LOCAL\" -->`) are carried out.",
	},
	{
		Name:    "ssi.content-type",
		Bind:    server.String(func(c *config) *string { return &c.contentType }),
		Default: `"text/html"`,
		Doc:     "`Content-Type` of the answers.",
	},
	{
		Name: "ssi.conditional-requests",
		Bind: server.Bool(func(c *config) *bool { return &c.conditional }),
		Doc: "Send `ETag` and `Last-Modified`, made of the newest of the file and what it includes, and answer 304. " +
			"Use it only where the answer depends on nothing else.",
	},
	{
		Name:    "ssi.exec",
		Bind:    server.Bool(func(c *config) *bool { return &c.exec }),
		Default: `"enable"`,
		Doc:     "Allow `<!--#exec cmd=\"…\" -->`, which runs a shell command.",
	},
	{
		Name: "ssi.recursion-max",
		Bind: server.Short(func(c *config) *uint16 { return &c.depth }),
		Doc:  "How deep `include virtual` may nest statements in included files; with 0 such files are inserted as they are.",
	},
}

// module is mod_ssi as loaded for one configuration.
type module struct {
	conf    *server.Settings[config]
	actions map[string]action
}

func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	return server.Hooks{SubrequestStart: module{conf, actions()}.claim}, nil
}

// claim takes requests for files with one of the extensions, whatever their
// method.
func (m module) claim(r *server.Request) server.Result {
	if r.Handler != nil || r.Physical.Path == "" {
		return server.GoOn
	}
	conf := m.conf.For(r)
	for _, suffix := range conf.extensions {
		if strings.HasSuffix(r.Physical.Path, suffix) {
			r.Handler = func(r *server.Request) server.Result { return m.answer(r, conf) }
			r.HandlerName = "mod_ssi"
			return server.GoOn
		}
	}
	return server.GoOn
}

// answer builds the whole response.
func (m module) answer(r *server.Request, conf *config) server.Result {
	d := m.newDocument(r, conf)
	if err := d.process(d.at); err != nil {
		r.Errorf("%s: %v", r.Physical.Path, err)
		return r.Fail(500)
	}
	d.flush()
	r.Status = 200
	r.Resp.Set("Content-Type", conf.contentType)
	if conf.conditional && d.validate() {
		r.Queue.Reset()
	}
	return server.Finished
}

// validate sets ETag and Last-Modified and reports whether the client has
// the response.
func (d *document) validate() bool {
	tag := server.ETag([]byte(d.r.Physical.Path + d.newest.Format(time.RFC3339Nano)))
	d.r.Resp.Set("ETag", tag)
	d.r.Resp.Set("Last-Modified", server.HTTPDate(d.newest))
	return d.r.Conditional(d.newest)
}
