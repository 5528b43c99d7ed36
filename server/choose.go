package server

import (
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// chooseModules works out the list of modules and finds them in this binary.
// A module that does not exist is a mistake; so is one that exists, guards
// something and is not built. Others that are not built are left out.
func (l *Loader) chooseModules(known catalog) []Module {
	names, warnings := arrangeModules(factsOf(l.Config, l.Server))
	l.Server.Modules = names
	list := l.about("server.modules")
	for _, w := range warnings {
		l.Report(parser.Diagnostic{Severity: parser.Warning, Range: list.Range, Via: list.Via, Summary: w})
	}
	var chosen []Module
	for _, name := range names {
		if m, ok := known.built[name]; ok {
			chosen = append(chosen, m)
			l.hasTLS = l.hasTLS || slices.Contains(tlsModules, name)
		} else {
			l.missingModule(name, known)
		}
	}
	return chosen
}

// missingModule reports a module that this binary does not have.
func (l *Loader) missingModule(name string, known catalog) {
	listed := slices.Contains(l.Server.modules, name)
	d := l.aboutModule(name)
	m, exists := known.known[name]
	switch {
	case name == "mod_h2": // lighttpd, too, goes on without it
		return
	case !exists:
		d.Severity = parser.Error
		d.Summary = "dlopen() failed for: " + name + ": no such module"
		d.Detail = known.explainModule(name)
	case m.guards && (listed || !slices.Contains(tlsModules, name)):
		d.Severity = parser.Error
		d.Summary = "dlopen() failed for: " + name + ": it is not built into this server yet"
		d.Detail = "going on without it would leave open what it protects"
	default:
		d.Severity = parser.Warning
		d.Summary = name + " is not built into this server yet; its directives are ignored"
	}
	l.Report(d)
	if exists {
		l.unbuilt = append(l.unbuilt, m)
	}
}

// aboutModule is a diagnostic at the place where a module is listed.
func (l *Loader) aboutModule(name string) parser.Diagnostic {
	d := l.about("server.modules")
	setting, _ := l.Config.Contexts[0].Get("server.modules")
	for _, e := range setting.Value.List {
		if e.Value.Str == name && e.Range.File != "" {
			d.Range = e.Range
		}
	}
	return d
}

// checkUnbuilt checks the types of a module's directives, so that a
// configuration that lighttpd would refuse is refused.
func (l *Loader) checkUnbuilt(m knownModule) {
	for _, ctx := range l.Config.Contexts {
		for t, names := range m.directives {
			for _, name := range strings.Fields(names) {
				setting, ok := ctx.Get(name)
				if !ok || setting.Value.Kind == eval.Broken {
					continue
				}
				if err := checkType(name, t, setting.Value); err != nil {
					l.refuse(At{Loader: l, Context: ctx, Name: name, Range: setting.Range, Via: setting.Via}, err)
				}
			}
		}
	}
}
