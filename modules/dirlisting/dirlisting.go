// Package dirlisting ports mod_dirlisting: a URL that ends in a slash and has
// no index file is answered with the list of what is in the directory.
package dirlisting

import (
	"strings"
	"sync/atomic"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_dirlisting.
var Module = server.Define("mod_dirlisting", directives, load)

// config is what the directives say for one request.
type config struct {
	activate                 bool
	exclude                  []*eval.Regexp
	hideDotfiles, sort       bool
	css, js, encoding        string
	readme, header           string // names of files, "" for none
	hideReadme, hideHeader   bool
	encodeReadme, encodeHead bool
	footer                   string
	autoLayout               bool
	cache                    *cache
}

var directives = server.Table[config]{
	{
		Name: "dir-listing.activate", Default: `"disable"`,
		Bind: server.Bool(func(c *config) *bool { return &c.activate }),
		Doc:  "List directories that have no index file. Without, they are answered 403.",
	},
	{
		Name: "server.dir-listing", Default: `"disable"`,
		Bind: server.Bool(func(c *config) *bool { return &c.activate }),
		Doc:  "Older name of dir-listing.activate; where both are set, this one counts.",
	},
	{
		Name: "dir-listing.exclude",
		Bind: server.Parsed(server.TypeStringList, parseExclude, func(c *config) *[]*eval.Regexp { return &c.exclude }),
		Doc:  "Regular expressions; files and directories whose name has a match are left out.",
	},
	{
		Name: "dir-listing.hide-dotfiles", Default: `"enable"`,
		Bind: server.Bool(func(c *config) *bool { return &c.hideDotfiles }),
		Doc:  "Leave out names that begin with a dot.",
	},
	{
		Name: "dir-listing.external-css",
		Bind: server.String(func(c *config) *string { return &c.css }),
		Doc:  "URL of a style sheet to use instead of the built-in style.",
	},
	{
		Name: "dir-listing.external-js",
		Bind: server.String(func(c *config) *string { return &c.js }),
		Doc:  "URL of a script to use instead of the built-in one, which sorts the table.",
	},
	{
		Name: "dir-listing.encoding",
		Bind: server.String(func(c *config) *string { return &c.encoding }),
		Doc:  "Character set of file names, such as `\"utf-8\"`: goes into Content-Type and the page.",
	},
	{
		Name: "dir-listing.show-readme",
		Bind: fileName("README.txt", func(c *config) *string { return &c.readme }),
		Doc:  "File to show below the table: `\"enable\"` for README.txt, a name in the directory, or an absolute path.",
	},
	{
		Name: "dir-listing.hide-readme-file", Default: `"disable"`,
		Bind: server.Bool(func(c *config) *bool { return &c.hideReadme }),
		Doc:  "Leave the file of dir-listing.show-readme out of the table.",
	},
	{
		Name: "dir-listing.show-header",
		Bind: fileName("HEADER.txt", func(c *config) *string { return &c.header }),
		Doc:  "File to show above the table: `\"enable\"` for HEADER.txt, a name in the directory, or an absolute path.",
	},
	{
		Name: "dir-listing.hide-header-file", Default: `"disable"`,
		Bind: server.Bool(func(c *config) *bool { return &c.hideHeader }),
		Doc:  "Leave the file of dir-listing.show-header out of the table.",
	},
	{
		Name: "dir-listing.set-footer",
		Bind: server.String(func(c *config) *string { return &c.footer }),
		Doc:  "Text below the table, as HTML; `server.tag` if not set.",
	},
	{
		Name: "dir-listing.encode-readme", Default: `"enable"`,
		Bind: server.Bool(func(c *config) *bool { return &c.encodeReadme }),
		Doc:  "Show the readme file as plain text; off: it is HTML.",
	},
	{
		Name: "dir-listing.encode-header", Default: `"enable"`,
		Bind: server.Bool(func(c *config) *bool { return &c.encodeHead }),
		Doc:  "Show the header file as plain text; off: it is HTML.",
	},
	{
		Name: "dir-listing.auto-layout", Default: `"enable"`,
		Bind: server.Bool(func(c *config) *bool { return &c.autoLayout }),
		Doc:  "Make a complete HTML page; off: only header file, heading, table and readme file, which make up the page.",
	},
	{
		Name: "dir-listing.cache",
		Bind: server.Parsed(server.TypeMap, parseCache, func(c *config) **cache { return &c.cache }),
		Doc: "`( \"path\" => directory, \"max-age\" => seconds )`: keep pages in files below the directory and " +
			"use them for so long (15 seconds by default, 0 is never).",
	},
	{
		Name: "dir-listing.sort", Default: `"enable"`,
		Bind: server.Bool(func(c *config) *bool { return &c.sort }),
		Doc:  "Directories first, each kind by name; off: in the order the file system has them.",
	},
}

// fileName binds a directive that is a file name, or "enable" for the usual
// one.
func fileName(usual string, field func(*config) *string) server.Bind[config] {
	return server.Parsed(server.TypeString, func(_ server.At, v eval.Value) (string, error) {
		switch v.Str {
		case "enable":
			return usual, nil
		case "disable":
			return "", nil
		}
		return v.Str, nil
	}, field)
}

func parseExclude(_ server.At, v eval.Value) ([]*eval.Regexp, error) {
	list := make([]*eval.Regexp, 0, len(v.List))
	for _, e := range v.List {
		re, err := eval.Compile(e.Value.Str, maxGroups)
		if err != nil {
			return nil, err
		}
		list = append(list, re)
	}
	return list, nil
}

// maxGroups is how many groups a pattern may have, as in url.redirect.
const maxGroups = 19

type module struct {
	conf  *server.Settings[config]
	large *atomic.Int32 // listings of large directories that are being made
	limit int32
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	return server.Hooks{SubrequestStart: newModule(l, conf).list}, nil
}

// newModule bounds the large listings by what the admin wrote for
// server.max-connections, not by what follows from the limits of the process.
func newModule(l *server.Loader, conf *server.Settings[config]) module {
	return module{conf: conf, large: &atomic.Int32{}, limit: max(int32(l.Server.WrittenConnections()/16), 1)}
}

func (m module) list(r *server.Request) server.Result {
	if r.Handler != nil || r.Method != "GET" && r.Method != "HEAD" || !strings.HasSuffix(r.URI.Path, "/") {
		return server.GoOn
	}
	conf := m.conf.For(r)
	if !conf.activate {
		return server.GoOn
	}
	if conf.cache != nil && conf.cache.send(r, conf) {
		return server.Finished
	}
	if m.large.Load() >= m.limit {
		return r.Fail(503)
	}
	w, err := m.open(r.Physical.Path, conf)
	if err != nil {
		r.Errorf("opendir %s: %s", r.Physical.Path, server.Strerror(err))
		return r.Fail(403)
	}
	describe(r, conf)
	if !conf.sort && conf.cache == nil && !wantsJSON(r) {
		r.Queue.AppendReader(newStream(w, newPage(r, conf)))
		r.Status = 200
		return server.Finished
	}
	return m.send(r, conf, w)
}

// send answers with a listing that is complete before anything of it leaves.
func (m module) send(r *server.Request, conf *config, w *walk) server.Result {
	entries, err := w.all()
	w.Close()
	if err != nil {
		r.Errorf("readdir %s: %s", r.Physical.Path, server.Strerror(err))
		return r.Fail(500)
	}
	body := render(r, conf, entries)
	if conf.cache != nil {
		conf.cache.store(r, body)
	}
	r.Queue.AppendBytes(body)
	r.Status = 200
	return server.Finished
}

// render makes the body: JSON if the query asks for it, else HTML.
func render(r *server.Request, conf *config, entries []entry) []byte {
	if wantsJSON(r) {
		return appendJSON(nil, entries)
	}
	if conf.sort {
		sortEntries(entries)
	}
	return newPage(r, conf).render(entries)
}

// describe sets the fields that a listing has, fresh or kept.
func describe(r *server.Request, conf *config) {
	switch {
	case wantsJSON(r):
		r.Resp.Set("Content-Type", "application/json")
		return
	case conf.encoding != "":
		r.Resp.Set("Content-Type", "text/html;charset="+conf.encoding)
	default:
		r.Resp.Set("Content-Type", "text/html")
	}
	if conf.css != "" {
		r.Resp.Add("Link", "<"+conf.css+`>; rel="preload"; as="style"`)
	}
	if conf.js != "" {
		r.Resp.Add("Link", "<"+conf.js+`>; rel="preload"; as="script"`)
	}
}
