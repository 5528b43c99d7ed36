// Package userdir ports mod_userdir: "/~ann/" is a directory in the home of
// the user ann.
package userdir

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_userdir.
var Module = server.Define("mod_userdir", directives, load)

// config is what the directives say for one request.
type config struct {
	active, letters  bool
	path             *string // nil: off
	base             string
	exclude, include []string // include is nil if it is not set
}

var directives = server.Table[config]{
	{
		Name: "userdir.path",
		Bind: server.Parsed(server.TypeString, parsePath, func(c *config) **string { return &c.path }),
		Doc: "Directory in the home that is served, such as `\"public_html\"`; `\"\"` is the home itself. The module does " +
			"nothing unless this is set.",
	},
	{
		Name: "userdir.exclude-user",
		Bind: server.StringList(func(c *config) *[]string { return &c.exclude }),
		Doc:  "Users whose directories are not served.",
	},
	{
		Name: "userdir.include-user",
		Bind: server.StringList(func(c *config) *[]string { return &c.include }),
		Doc:  "If set, even to an empty list, only the directories of these users are served.",
	},
	{
		Name: "userdir.basepath",
		Bind: server.String(func(c *config) *string { return &c.base }),
		Doc:  "Homes are directories of this one. Without it, homes are those of the system's user database.",
	},
	{
		Name:    "userdir.letterhomes",
		Bind:    server.Bool(func(c *config) *bool { return &c.letters }),
		Default: `"disable"`,
		Doc:     "With `userdir.basepath`: the home of ann is `a/ann` below it.",
	},
	{
		Name:    "userdir.active",
		Bind:    server.Bool(func(c *config) *bool { return &c.active }),
		Default: `"enable"`,
		Doc:     "Disabled: the module does nothing.",
	},
}

func parsePath(_ server.At, v eval.Value) (*string, error) { return &v.Str, nil }

type module struct {
	conf  *server.Settings[config]
	homes *homes
}

func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := module{conf, newHomes()}
	return server.Hooks{Physical: m.choose, Trigger: m.homes.expire}, nil
}

// choose points r into the home that its URL names. What no home is for is
// looked up in the document root.
func (m module) choose(r *server.Request) server.Result {
	rest, ok := strings.CutPrefix(r.URI.Path, "/~")
	if !ok {
		return server.GoOn
	}
	conf := m.conf.For(r)
	user, _, slash := strings.Cut(rest, "/")
	switch {
	case !conf.active || conf.path == nil || user == "":
		return server.GoOn
	case !slash:
		r.RedirectToDirectory()
		return server.Finished
	case !conf.serves(user, r.Core.ForceLowercase):
		return server.GoOn
	}
	dir, ok := m.directory(r, conf, user)
	if !ok {
		return server.GoOn
	}
	r.Physical.BaseDir = dir
	r.Physical.Path = r.Join(dir, r.Physical.RelPath[len("/~")+len(user):])
	return server.GoOn
}

// serves reports whether the lists of users admit one.
func (c *config) serves(user string, fold bool) bool {
	for _, name := range c.exclude {
		if name == user || fold && strings.EqualFold(name, user) {
			return false
		}
	}
	if c.include == nil {
		return true
	}
	for _, name := range c.include {
		if name == user {
			return true
		}
	}
	return false
}

// directory is what is served for a user.
func (m module) directory(r *server.Request, conf *config, user string) (string, bool) {
	if conf.base == "" {
		home, ok := m.homes.of(user)
		if !ok {
			return "", false
		}
		dir := join(home, *conf.path)
		e, err := r.Stat(dir)
		return dir, err == nil && e.IsDir()
	}
	if r.Core.ForceLowercase {
		user = strings.ToLower(user)
	}
	if !plain(user) || conf.letters && user[0] == '.' {
		return "", false
	}
	home := conf.base
	if conf.letters {
		home = server.JoinPath(home, user[:1])
	}
	return join(server.JoinPath(home, user), *conf.path), true
}

// join adds the path in a home, with a slash at the end.
func join(home, path string) string {
	if path != "" {
		home = server.JoinPath(home, path)
	}
	return server.JoinPath(home, "/")
}

// plain reports whether a name is safe as a directory: letters, digits, and
// a few marks.
func plain(user string) bool {
	for i := range len(user) {
		c := user[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return user != "." && user != ".."
}
