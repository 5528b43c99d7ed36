package server

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// Loader is what a module's load function may use: the configuration, the
// server's own options, and a place for messages. It lives as long as the
// load.
type Loader struct {
	Config    *eval.Config
	Server    *ServerConfig
	Log       *Log
	Preflight bool // -tt: check everything, open nothing

	diags    parser.Diagnostics
	mark     int // where the messages of the present owner begin
	getenv   func(string) (string, bool)
	asked    map[string]bool // lower-case names of directives that have an owner
	hasTLS   bool            // a TLS module is loaded
	unbuilt  []knownModule   // modules of the list that this binary lacks
	settings int             // Settings made so far, for their memos
	slots    int             // per-request slots made so far
	figures  *Figures
}

func newLoader(cfg *eval.Config, o Options) *Loader {
	return &Loader{
		Config:    cfg,
		Server:    &ServerConfig{},
		Log:       o.Log,
		Preflight: o.Preflight,
		getenv:    o.getenv(),
		asked:     map[string]bool{},
		figures:   &Figures{},
	}
}

// Report adds a message about the configuration.
func (l *Loader) Report(d parser.Diagnostic) { l.diags = append(l.diags, d) }

// Errorf reports a mistake that stops the load. Others are still looked for.
func (l *Loader) Errorf(place parser.Range, format string, a ...any) {
	l.Report(parser.Diagnostic{Severity: parser.Error, Range: place, Summary: fmt.Sprintf(format, a...)})
}

// Warnf reports something that the admin should know and that stops nothing.
func (l *Loader) Warnf(place parser.Range, format string, a ...any) {
	l.Report(parser.Diagnostic{Severity: parser.Warning, Range: place, Summary: fmt.Sprintf(format, a...)})
}

// NeedCaptures says that a module uses %0 to %9 in a value of that context
// (config_capture). As in lighttpd, a literal condition then becomes a
// regular expression.
func (l *Loader) NeedCaptures(ctx *eval.Context) {
	if err := l.Config.NeedCaptures(ctx.ID); err != nil {
		l.Report(parser.Diagnostic{
			Severity: parser.Error, Range: ctx.Range, Summary: err.Error(),
			Detail: "a literal condition whose text is used as %0 is read as a regular expression",
		})
	}
}

// begin starts the messages of the next owner of directives.
func (l *Loader) begin() { l.mark = len(l.diags) }

// failed reports whether the present owner's directives have mistakes.
func (l *Loader) failed() bool { return l.diags[l.mark:].HasErrors() }

// refuse reports why a value cannot be taken.
func (l *Loader) refuse(at At, err error) {
	d := parser.Diagnostic{Severity: parser.Error, Range: at.Range, Via: at.Via, Summary: err.Error()}
	var bad *valueError
	if errors.As(err, &bad) {
		d.Detail = bad.detail
		if bad.place.File != "" {
			d.Range = bad.place
		}
	}
	l.Report(d)
}

// own notes that a directive has an owner, so that it is not unknown.
func (l *Loader) own(name string) { l.asked[strings.ToLower(name)] = true }
