// Package alias ports mod_alias: parts of the URL space lead to directories
// outside of the document root.
package alias

import (
	"fmt"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_alias.
var Module = server.Define("mod_alias", directives, load)

// config is what the directives say for one request.
type config struct{ aliases []server.Pair }

var directives = server.Table[config]{
	{
		Name: "alias.url",
		Bind: server.Parsed(server.TypeStringMap, parse, func(c *config) *[]server.Pair { return &c.aliases }),
		Doc: "Beginnings of URL paths and what to put in their place to get the file. The first that fits counts, " +
			"so the longer of two goes first. End both with a slash, or neither: `/a` is also the beginning of `/about`.",
	},
}

// parse takes the map, and refuses entries that can never be reached.
func parse(at server.At, v eval.Value) ([]server.Pair, error) {
	aliases := make([]server.Pair, 0, len(v.List))
	places := map[string]int{}
	for i, e := range v.List {
		if first, ok := firstPrefix(places, e.Key); ok {
			earlier := v.List[first].Key
			at.Loader.Report(parser.Diagnostic{
				Severity: parser.Error, Range: e.Range, Via: at.Via,
				Summary: fmt.Sprintf("alias.url: `%s' will never match as `%s' matched first", e.Key, earlier),
				Detail:  fmt.Sprintf("put %q in front of %q", e.Key, earlier),
			})
		}
		places[e.Key] = i
		aliases = append(aliases, server.Pair{Key: e.Key, Value: e.Value.Str})
	}
	return aliases, nil
}

// firstPrefix looks for prefixes of key among the keys before it and returns
// the place of the first.
func firstPrefix(places map[string]int, key string) (int, bool) {
	first, found := 0, false
	for n := range len(key) + 1 {
		if i, ok := places[key[:n]]; ok && (!found || i < first) {
			first, found = i, true
		}
	}
	return first, found
}

type module struct{ conf *server.Settings[config] }

func load(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	return server.Hooks{Physical: module{conf}.remap}, nil
}

// remap compares what follows the document root, or the base directory that a
// module before this one has chosen, and replaces root and prefix.
func (m module) remap(r *server.Request) server.Result {
	aliases := m.conf.For(r).aliases
	base := strings.TrimSuffix(r.Physical.BaseDir, "/")
	if len(aliases) == 0 || len(r.Physical.Path) <= len(base) {
		return server.GoOn
	}
	path := r.Physical.Path[len(base):]
	hasPrefix := strings.HasPrefix
	if r.Core.ForceLowercase {
		hasPrefix = hasPrefixFold
	}
	for _, a := range aliases {
		if !hasPrefix(path, a.Key) {
			continue
		}
		rest := path[len(a.Key):]
		if climbs(a, rest) {
			return r.Fail(403)
		}
		r.Physical.BaseDir = a.Value
		r.Physical.Path = a.Value + rest
		return server.GoOn
	}
	return server.GoOn
}

// climbs reports that the rest of the path would leave the target: with
// "/img" => "/srv/img/", "/img../secret" would become /srv/img/../secret.
func climbs(a server.Pair, rest string) bool {
	if a.Key == "" || strings.HasSuffix(a.Key, "/") || !strings.HasSuffix(a.Value, "/") {
		return false
	}
	first, _, _ := strings.Cut(rest, "/")
	return first == "." || first == ".."
}

// hasPrefixFold is strings.HasPrefix without regard to the case of ASCII
// letters.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && server.HasSuffixFold(s[:len(prefix)], prefix)
}
