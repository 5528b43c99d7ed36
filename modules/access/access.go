// Package access ports mod_access: URLs are refused, or allowed, by how their
// path ends.
package access

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_access.
var Module = server.Define("mod_access", directives, load)

// config is what the directives say for one request.
type config struct{ deny, allow []string }

var directives = server.Table[config]{
	{
		Name: "url.access-deny",
		Bind: server.StringList(func(c *config) *[]string { return &c.deny }),
		Doc: "Ends of URL paths that are answered 403, such as `( \"~\", \".inc\" )`. `\"\"` is the end of every path; " +
			"an empty list in a condition lifts what was inherited.",
	},
	{
		Name: "url.access-allow",
		Bind: server.StringList(func(c *config) *[]string { return &c.allow }),
		Doc: "If not empty, only URL paths with one of these ends are allowed, and all others are answered 403; " +
			"`url.access-deny` is not looked at then.",
	},
}

type module struct{ conf *server.Settings[config] }

// load hooks in twice: before anything is known of the file, and when path
// info and index file are settled, so that /x.inc/extra is caught, too.
func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := module{conf}
	return server.Hooks{URIClean: m.check, SubrequestStart: m.check}, nil
}

func (m module) check(r *server.Request) server.Result {
	conf := m.conf.For(r)
	match := strings.HasSuffix
	if r.Core.ForceLowercase {
		match = server.HasSuffixFold
	}
	switch {
	case len(conf.allow) > 0:
		if !endsInOneOf(r.URI.Path, conf.allow, match) {
			return deny(r, "url denied as failed to match any from access_allow")
		}
	case endsInOneOf(r.URI.Path, conf.deny, match):
		return deny(r, "url denied as we match access_deny")
	}
	return server.GoOn
}

func endsInOneOf(path string, ends []string, match func(s, suffix string) bool) bool {
	for _, end := range ends {
		if match(path, end) {
			return true
		}
	}
	return false
}

func deny(r *server.Request, why string) server.Result {
	if r.Core.Debug.RequestHandling {
		r.Debugf("%s %s", why, r.URI.Path)
	}
	return r.Fail(403)
}
