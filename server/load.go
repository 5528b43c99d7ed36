package server

import (
	"os"
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// loadCore decodes the core's own directives in lighttpd's order: options of
// the server, regular expressions, per-request directives. What comes after
// a mistake is not looked at.
func loadCore(l *Loader) *Settings[Core] {
	l.begin()
	options := resolve(l, serverTable)
	if l.failed() {
		return nil
	}
	*l.Server = *options.Global()
	l.Server.complete(globalTLS(l.Config), l.getenv)
	if l.Server.Policy.URL.Normalize {
		l.Config.NormalizeQueries()
	}
	l.diags = append(l.diags, l.Config.CompileConditions()...)
	if l.failed() {
		return nil
	}
	core := resolve(l, coreTable)
	if core.global.Debug.RequestHandling || core.global.Debug.RequestHeader {
		l.Server.HeaderOnError = true
	}
	return core
}

func globalTLS(cfg *eval.Config) bool {
	setting, ok := cfg.Contexts[0].Get("ssl.engine")
	if !ok {
		return false
	}
	on, _ := truthOf(setting.Value)
	return on
}

// checkDefaults makes the checks of phase 4 (config_set_defaults).
func (l *Loader) checkDefaults(core *Core) {
	l.begin()
	if name := l.Server.EventHandler; l.isSet("server.event-handler") && !slices.Contains(eventHandlers, name) {
		l.complain("server.event-handler", "the selected event-handler in unknown or not supported: "+name,
			adviseName("server.event-handler", name, eventHandlers))
	}
	if dir := l.Server.Chroot; dir == "" {
		l.checkUploadDirs()
	} else if problem := checkDir(dir); problem != "" {
		l.complain("server.chroot", "server.chroot "+dir+": "+problem, "")
	} else {
		l.checkUploadDirs()
	}
	if core.DocumentRoot == "" {
		l.complain("server.document-root", "server.document-root is not set",
			`set it outside of all conditions, such as server.document-root = "/var/www/html"`)
	}
}

// checkUploadDirs warns of directories for temporary files that do not exist.
func (l *Loader) checkUploadDirs() {
	for _, dir := range l.Server.UploadDirs {
		if problem := checkDir(l.Server.Chroot + dir); problem != "" {
			d := l.about("server.upload-dirs")
			d.Severity = parser.Warning
			d.Summary = "server.upload-dirs " + dir + ": " + problem
			l.Report(d)
		}
	}
}

// checkDir says what is wrong with a directory, in the system's words.
func checkDir(dir string) string {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return Strerror(err)
	case !info.IsDir():
		return "Not a directory"
	}
	return ""
}

func (l *Loader) isSet(name string) bool {
	_, ok := l.Config.Contexts[0].Get(name)
	return ok
}

// about is a diagnostic at the global setting of a directive, if there is one.
func (l *Loader) about(name string) parser.Diagnostic {
	setting, _ := l.Config.Contexts[0].Get(name)
	return parser.Diagnostic{Range: setting.Range, Via: setting.Via}
}

func (l *Loader) complain(directive, summary, detail string) {
	d := l.about(directive)
	d.Severity, d.Summary, d.Detail = parser.Error, summary, detail
	l.Report(d)
}

// closed ends a phase: after a mistake it adds lighttpd's last sentence.
func (l *Loader) closed(sentence string) bool {
	if !l.diags.HasErrors() {
		return false
	}
	l.Report(parser.Diagnostic{Severity: parser.Error, Summary: sentence})
	return true
}

// loadModules lets each module decode its directives and give its hooks. All
// of them are tried, so that all mistakes are shown.
func (l *Loader) loadModules(chosen []Module) []Loaded {
	loaded := make([]Loaded, 0, len(chosen))
	for _, m := range chosen {
		l.begin()
		hooks, err := m.load(l)
		if err != nil {
			l.Report(parser.Diagnostic{Severity: parser.Error, Summary: m.name + ": " + err.Error()})
		}
		loaded = append(loaded, Loaded{m.name, hooks})
	}
	for _, m := range l.unbuilt {
		l.checkUnbuilt(m)
	}
	return loaded
}

// reportUnknown warns of keys that nobody asked for (section 12.3), in the
// order of blocks.
func (l *Loader) reportUnknown(known catalog) {
	for _, ctx := range l.Config.Contexts {
		for _, setting := range ctx.Settings {
			if l.asked[strings.ToLower(setting.Name)] || exempt(setting.Name) {
				continue
			}
			summary, detail := known.unknown(setting, l.Server.Modules)
			l.Report(parser.Diagnostic{
				Severity: parser.Warning, Range: setting.Range, Via: setting.Via,
				Summary: summary, Detail: detail,
			})
		}
	}
}

// exempt tells keys that may be unknown: variables, and the directives of
// mod_dirlisting while it is not activated.
func exempt(key string) bool {
	return strings.HasPrefix(key, "var.") ||
		strings.HasPrefix(key, "dir-listing.") && key != "dir-listing.activate"
}
