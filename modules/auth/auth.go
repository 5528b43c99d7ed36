// Package auth ports mod_auth: some URLs are for those who prove who they
// are. The users are in the files of mod_authn_file, or another module has
// found out who the client is.
package auth

import (
	"slices"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/modules/internal/userfile"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_auth.
var Module = server.Define("mod_auth", directives, load)

// config is what the directives say for one request.
type config struct {
	backend *backend // nil: none
	rules   []*rule
	extern  bool
	cache   *cache // nil: off
}

var directives = server.Table[config]{
	{
		Name: "auth.backend",
		Bind: server.KeepIfEmpty(server.Parsed(server.TypeString, parseBackend, func(c *config) **backend { return &c.backend })),
		Doc: "Where users and passwords are: `\"plain\"`, `\"htpasswd\"` or `\"htdigest\"`, files named by the directives of " +
			"mod_authn_file. `\"\"` in a condition changes nothing.",
	},
	{
		Name: "auth.require",
		Bind: server.Parsed(server.TypeArrayMap, parseRules, func(c *config) *[]*rule { return &c.rules }),
		Doc: "Who may see what: a beginning of the URL path with `method` (`\"basic\"`, `\"digest\"`, `\"extern\"`), `realm` and " +
			"`require` (`\"valid-user\"`, or names such as `\"user=ann|user=joe\"`). The first entry that fits counts, in the order " +
			"written. An empty list in a condition lifts the protection. Digest also takes `algorithm` (`\"MD5\"`, `\"SHA-256\"`, " +
			"`\"SHA-512-256\"`, several joined by `|`), `nonce-secret` (challenges that others made are refused) and `userhash`.",
	},
	{
		Name:    "auth.extern-authn",
		Bind:    server.Bool(func(c *config) *bool { return &c.extern }),
		Default: `"disable"`,
		Doc:     "Ask for no password if REMOTE_USER is set already, and is one of those required.",
	},
	{
		Name: "auth.cache",
		Bind: server.Parsed(server.TypeArray, parseCache, func(c *config) **cache { return &c.cache }),
		Doc: "Remember who was let in, for `( \"max-age\" => seconds )`, 600 without it. Meanwhile an old password stays valid " +
			"and a new one is refused.",
	},
}

func parseBackend(at server.At, v eval.Value) (*backend, error) {
	return findBackend(v.Str, slices.Contains(at.Loader.Server.Modules, "mod_authn_file"))
}

// module is mod_auth as loaded for one configuration.
type module struct {
	conf   *server.Settings[config]
	files  *server.Settings[userfile.Config] // nil without mod_authn_file
	caches []*cache
	delay  bool // answers to wrong passwords
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := &module{conf: conf, delay: l.Server.Feature("auth.delay-invalid-creds", true)}
	if slices.Contains(l.Server.Modules, "mod_authn_file") {
		m.files = server.Peek(l, userfile.Directives)
	}
	conf.Each(func(c *config) {
		if c.cache != nil {
			m.caches = append(m.caches, c.cache)
		}
	})
	return server.Hooks{URIClean: m.check, Trigger: m.expire}, nil
}

// check lets r pass, or answers it.
func (m *module) check(r *server.Request) server.Result {
	conf := m.conf.For(r)
	rule := ruleFor(conf.rules, r.URI.Path, r.Core.ForceLowercase)
	if rule == nil {
		return server.GoOn
	}
	if conf.extern && rule.admitsRemoteUser(r) {
		return server.GoOn
	}
	return rule.method.check(&attempt{m: m, conf: conf, rule: rule, r: r})
}

// expire drops what the caches have remembered for too long, every 8 seconds
// as lighttpd does.
func (m *module) expire(now time.Time) {
	if now.Unix()%8 != 0 {
		return
	}
	for _, c := range m.caches {
		c.expire(now)
	}
}
