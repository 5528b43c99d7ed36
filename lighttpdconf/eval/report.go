package eval

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// failure is an error of evaluation before it gets its place in lighttpd's
// words.
type failure struct {
	at      parser.Range
	summary string
	detail  string
	related []parser.Note
	near    *parser.Pos // end of the construct; nil where lighttpd names no place
}

// report adds an error. Where lighttpd would have stumbled over a byte that
// is no token before it noticed, that comes first.
func (l *loader) report(f failure) {
	d := parser.Diagnostic{
		Severity: parser.Error, Range: f.at,
		Summary: f.summary, Detail: f.detail, Related: f.related,
	}
	if l.frame == nil {
		l.diags = append(l.diags, d)
		return
	}
	l.mistakes++
	d.Via = l.frame.via
	if f.near == nil {
		l.diags = append(l.diags, d)
		return
	}
	near := l.frame.file.Near(f.near.Offset)
	d.Trail = append([]string{near.Failure(l.frame.file.Name)}, l.frame.includeTrail()...)
	if near.Lexical != nil {
		l.frame.late = append(l.frame.late, d)
		return
	}
	l.diags = append(l.diags, d)
}

// warn adds something that does not stop the load.
func (l *loader) warn(at parser.Range, summary, detail string) {
	l.diags = append(l.diags, parser.Diagnostic{
		Severity: parser.Warning, Range: at, Via: l.frame.via, Summary: summary, Detail: detail,
	})
}

// includeTrail are the lines for the including sources, innermost first.
func (f *frame) includeTrail() []string {
	if f.up != nil && f.trail == nil {
		up := f.up.file
		f.trail = append([]string{up.Near(f.arg).Failure(up.Name)}, f.up.includeTrail()...)
	}
	return f.trail
}

// openFailed is lighttpd's sentence about a file it cannot read.
func openFailed(name string, err error) string {
	return fmt.Sprintf("opening configfile %s failed: %s", name, reason(err))
}

// reason is an error as strerror(3) words it.
func reason(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return err.Error()
	}
	text := errno.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

// giveUp ends the load: a limit was exceeded, and going on would only exceed it further.
func (l *loader) giveUp(at parser.Range, summary, detail string) {
	if l.stopped {
		return
	}
	l.report(failure{at: at, summary: summary, detail: detail})
	l.stopped = true
}
