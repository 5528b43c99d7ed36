package server

import (
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// moduleFacts are what decides the list of modules.
type moduleFacts struct {
	listed       []string // server.modules
	h2           bool     // feature flag server.h2proto
	compat       bool     // server.compat-module-load
	indexfile    bool     // some block uses an index file
	dirlisting   bool     // some block activates directory listings
	tls          bool     // some block has a key that begins with ssl.
	authBackends []string // values of auth.backend
}

// factsOf gathers them from a configuration.
func factsOf(cfg *eval.Config, c *ServerConfig) moduleFacts {
	f := moduleFacts{listed: c.modules, h2: c.Features.H2Proto, compat: c.compat}
	for _, ctx := range cfg.Contexts {
		f.indexfile = f.indexfile || used(ctx, "index-file.names") || used(ctx, "server.indexfiles")
		f.dirlisting = f.dirlisting || used(ctx, "dir-listing.activate") || used(ctx, "server.dir-listing")
		for _, setting := range ctx.Settings {
			f.tls = f.tls || strings.HasPrefix(setting.Name, "ssl.")
		}
		if setting, ok := ctx.Get("auth.backend"); ok && setting.Value.Kind == eval.String {
			f.authBackends = append(f.authBackends, setting.Value.Str)
		}
	}
	return f
}

// used tells a value that is meant: a list with something in it, or a true
// boolean.
func used(ctx *eval.Context, name string) bool {
	setting, ok := ctx.Get(name)
	if !ok {
		return false
	}
	on, _ := truthOf(setting.Value)
	return on || setting.Value.Kind == eval.Array && len(setting.Value.List) > 0
}

// arrangeModules makes the list of modules to load, in order, from what the
// configuration says (section 13; config_compat_module_load).
func arrangeModules(f moduleFacts) (names, warnings []string) {
	names = slices.Clone(f.listed)
	if f.h2 {
		names = append(names, "mod_h2")
	}
	for i, name := range names {
		if name == "mod_compress" {
			names[i] = "mod_deflate"
			warnings = append(warnings, `Warning: "mod_compress" is DEPRECATED and has been replaced with "mod_deflate"`)
		}
	}
	names = firstOfEach(names)
	if f.compat {
		warnings = append(warnings, authOrder(names)...) // of the list as written
		var added []string
		names, added = addImplied(names, f)
		warnings = append(warnings, added...)
	}
	return names, append(append(warnings, staticOrder(names)...), indexOrder(names)...)
}

// firstOfEach drops repetitions.
func firstOfEach(names []string) []string {
	kept := names[:0:0]
	for _, name := range names {
		if !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

// addImplied adds the modules that configurations of earlier releases take
// for granted, and drops two that have nothing to do.
func addImplied(names []string, f moduleFacts) (list, warnings []string) {
	auth := precededBy(names, "mod_auth")
	vhostdb := precededBy(names, "mod_vhostdb")
	if !f.indexfile {
		names = slices.DeleteFunc(names, func(n string) bool { return n == "mod_indexfile" })
	}
	if !f.dirlisting {
		names = slices.DeleteFunc(names, func(n string) bool { return n == "mod_dirlisting" })
	} else {
		names = appendMissing(names, "mod_dirlisting")
	}
	names = appendMissing(names, "mod_staticfile")
	if f.tls && !slices.ContainsFunc(names, func(n string) bool { return slices.Contains(tlsModules, n) }) {
		names = append(names, "mod_openssl")
		warnings = append(warnings, `Warning: please add "mod_openssl" to server.modules list in lighttpd.conf`)
	}
	if slices.Contains(names, "mod_auth") {
		var added []string
		names, added = addAuthBackends(names, f.authBackends)
		warnings = append(warnings, added...)
	}
	if vhostdb {
		names = append([]string{"mod_vhostdb"}, names...)
	}
	if auth {
		names = append([]string{"mod_auth"}, names...)
	}
	if f.indexfile && !slices.Contains(names, "mod_indexfile") {
		names = append([]string{"mod_indexfile"}, names...)
	}
	return firstOfEach(names), warnings
}

// authBackendModules are the modules behind values of auth.backend that are
// loaded without being listed.
var authBackendModules = map[string]string{
	"htdigest": "mod_authn_file",
	"htpasswd": "mod_authn_file",
	"plain":    "mod_authn_file",
	"ldap":     "mod_authn_ldap",
}

func addAuthBackends(names, backends []string) (list, warnings []string) {
	for _, backend := range backends {
		module := authBackendModules[backend]
		if module == "" || slices.Contains(names, module) {
			continue
		}
		names = append(names, module)
		warnings = append(warnings, `Warning: please add "`+module+`" to server.modules list in lighttpd.conf`)
	}
	return names, warnings
}

// precededBy reports whether a module whose name begins with base comes
// before base itself, which has to be loaded first.
func precededBy(names []string, base string) bool {
	i := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, base) })
	return i >= 0 && names[i] != base
}

func appendMissing(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// dynamicModules are the handlers that pass requests on.
var dynamicModules = []string{
	"mod_ajp13", "mod_cgi", "mod_fastcgi", "mod_proxy", "mod_scgi", "mod_sockproxy", "mod_wstunnel",
}

func isDynamic(name string) bool { return slices.Contains(dynamicModules, name) }

// staticOrder warns of handlers that mod_staticfile would get in front of.
func staticOrder(names []string) (warnings []string) {
	static := slices.Index(names, "mod_staticfile")
	if static < 0 {
		return nil
	}
	for _, name := range names[static:] {
		if isDynamic(name) {
			warnings = append(warnings, "Warning: "+name+" should be listed in server.modules before mod_staticfile")
		}
	}
	return warnings
}

// authOrder warns of a mod_auth that comes too late to protect a back end.
func authOrder(names []string) []string {
	auth := slices.Index(names, "mod_auth")
	if auth < 0 {
		return nil
	}
	if i := slices.IndexFunc(names[:auth], isDynamic); i >= 0 {
		return []string{"Warning: mod_auth should be listed in server.modules before dynamic backends such as " + names[i]}
	}
	return nil
}

// fileHandlers are the modules that need the index file to be chosen before
// they look at the path.
var fileHandlers = []string{"mod_cgi", "mod_dirlisting", "mod_fastcgi", "mod_scgi", "mod_ssi"}

func indexOrder(names []string) []string {
	index := slices.Index(names, "mod_indexfile")
	if index < 0 {
		return nil
	}
	for _, name := range names[:index] {
		if slices.Contains(fileHandlers, name) {
			return []string{"Warning: mod_indexfile should be listed in server.modules prior to " + name}
		}
	}
	return nil
}
