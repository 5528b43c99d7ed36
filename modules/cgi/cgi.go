// Package cgi ports mod_cgi: files that are programs, or that a program
// interprets, are run and their output is the response (RFC 3875).
package cgi

import (
	"fmt"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/modules/internal/backend"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_cgi.
var Module = server.Define("mod_cgi", directives, load)

// config is what the directives say for one request.
type config struct {
	assign       []server.Pair // suffix and program
	executeOnly  bool
	sendfile     bool
	sendfileRoot []string
	localRedir   bool
	upgrade      bool
	limits       limits
}

var directives = server.Table[config]{
	{
		Name: "cgi.assign",
		Bind: server.StringMap(func(c *config) *[]server.Pair { return &c.assign }),
		Doc: "Programs by suffix of the file's path (`\".pl\" => \"/usr/bin/perl\"`). The first suffix that matches counts; " +
			"`\"\"` matches every file. An empty program runs the file itself.",
	},
	{
		Name:    "cgi.execute-x-only",
		Bind:    server.Bool(func(c *config) *bool { return &c.executeOnly }),
		Default: `"disable"`,
		Doc: "Leave files alone that nobody may execute. They are then sent as they are, source and all, " +
			"unless `static-file.exclude-extensions` names their suffix.",
	},
	{
		Name:    "cgi.x-sendfile",
		Bind:    server.Bool(func(c *config) *bool { return &c.sendfile }),
		Default: `"disable"`,
		Doc:     "Send the file that a program names in `X-Sendfile`, instead of the program's output.",
	},
	{
		Name: "cgi.x-sendfile-docroot",
		Bind: server.Parsed(server.TypeStringList, parseDocRoots, func(c *config) *[]string { return &c.sendfileRoot }),
		Doc:  "Directories that files named in `X-Sendfile` must lie in, as absolute paths; 403 for others. Without it, any readable file is sent.",
	},
	{
		Name:    "cgi.local-redir",
		Bind:    server.Bool(func(c *config) *bool { return &c.localRedir }),
		Default: `"disable"`,
		Doc: "Process the request anew when a program answers with nothing but a `Location` that is a path " +
			"(RFC 3875, 6.2.2), instead of sending the client there.",
	},
	{
		Name:    "cgi.upgrade",
		Bind:    server.Bool(func(c *config) *bool { return &c.upgrade }),
		Default: `"disable"`,
		Doc:     "Let programs answer `Upgrade` with 101: the connection then is the program's standard input and output.",
	},
	{
		Name: "cgi.limits",
		Bind: server.Parsed(server.TypeMap, parseLimits, func(c *config) *limits { return &c.limits }),
		Doc: "`read-timeout`: seconds without output before the program is ended with SIGTERM and 504 is sent. " +
			"`write-timeout`: seconds in which it takes no input. `tcp-fin-propagate`: signal sent when the client half-closes. 0 sets no limit.",
	},
}

// module starts the programs.
type module struct {
	conf *server.Settings[config]
	log  *server.Log
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := &module{conf: conf, log: l.Log}
	return server.Hooks{SubrequestStart: m.claim}, nil
}

func parseDocRoots(at server.At, v eval.Value) ([]string, error) {
	var list []string
	for _, e := range v.List {
		list = append(list, e.Value.Str)
	}
	clean, bad, ok := backend.ParseDocRoots(list)
	if !ok {
		return nil, fmt.Errorf("%s paths must begin with '/'; invalid: %q", at.Name, bad)
	}
	return clean, nil
}

// claim takes the request over if its file is a program.
func (m *module) claim(r *server.Request) server.Result {
	if r.Handler != nil {
		return server.GoOn
	}
	conf := m.conf.For(r)
	program, ok := conf.program(r.Physical.Path)
	if !ok {
		return server.GoOn
	}
	e, err := r.Stat(r.Physical.Path)
	if err != nil || !e.IsRegular() || conf.executeOnly && !e.Executable() {
		return server.GoOn
	}
	r.HandlerName = "mod_cgi"
	r.Handler = func(r *server.Request) server.Result { return m.run(r, conf, program) }
	return server.GoOn
}

// program finds what runs a file; "" is the file itself.
func (c *config) program(path string) (program string, ok bool) {
	for _, p := range c.assign {
		if strings.HasSuffix(path, p.Key) {
			return p.Value, true
		}
	}
	return "", false
}
