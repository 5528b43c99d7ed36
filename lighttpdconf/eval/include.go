package eval

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// Limits on includes. lighttpd has none and crashes instead.
const (
	maxDepth    = 100       // includes in includes
	maxIncludes = 100000    // sources in one load
	maxBytes    = 256 << 20 // … and their size
)

// include evaluates include or include_shell in the current scope.
func (l *loader) include(s *parser.Statement, sc scope) {
	arg := s.Include.Arg
	text, ok := l.text(arg, sc)
	if !ok {
		l.missing = true
		return
	}
	if l.frame.file.Near(arg.Range.End.Offset).Lexical != nil {
		return // lighttpd fails before it gets to the include
	}
	at := l.enter(s)
	if s.Include.Shell {
		l.includeShell(text, at, sc)
		return
	}
	l.includeFiles(text, at, sc)
}

// enter prepares the frame of an included source.
func (l *loader) enter(s *parser.Statement) *frame {
	return &frame{
		up: l.frame, site: s.Range, arg: s.Include.Arg.Range.End.Offset,
		via:   append([]parser.Range{s.Range}, l.frame.via...),
		depth: l.frame.depth + 1,
	}
}

// includeFailed reports what keeps an include from being read. What it would
// have defined is unknown from here on.
func (l *loader) includeFailed(at *frame, summary, detail string) {
	l.missing = true
	end := parser.Pos{Offset: at.arg}
	l.report(failure{at: at.site, summary: summary, detail: detail, near: &end})
}

// includeFiles reads every file that matches the pattern.
func (l *loader) includeFiles(pattern string, at *frame, sc scope) {
	name := l.resolve(pattern)
	matches, err := l.env.Glob(name)
	switch {
	case err != nil:
		l.includeFailed(at, openFailed(name, err), "check the pattern: it takes * ? […] and {a,b}")
	case len(matches) == 0 && !strings.ContainsAny(name, "*?[]{}"):
		l.includeFailed(at, "include file not found: "+name,
			"check the name; names are relative to the directory of the main configuration file")
	}
	for _, match := range matches {
		if l.stopped {
			return
		}
		src, err := l.env.ReadFile(match)
		if err != nil {
			l.includeFailed(at, openFailed(match, err), "check that it is a file that the server may read")
			continue
		}
		l.included(match, src, at, sc)
	}
}

// resolve puts the base directory in front of a relative name.
func (l *loader) resolve(name string) string {
	for _, prefix := range []string{"/", `\`, "./", `.\`, "../", `..\`} {
		if strings.HasPrefix(name, prefix) {
			return name
		}
	}
	if len(name) > 2 && isLetter(name[0]) && name[1] == ':' && (name[2] == '/' || name[2] == '\\') {
		return name
	}
	return l.base + name
}

func isLetter(c byte) bool { return 'a' <= lower(c) && lower(c) <= 'z' }

// includeShell runs a command and evaluates what it prints.
func (l *loader) includeShell(command string, at *frame, sc scope) {
	out, err := l.env.Shell(l.base, command)
	var status ShellStatus
	switch {
	case errors.As(err, &status):
		l.includeFailed(at, fmt.Sprintf("command \"%s\" exited non-zero: %d", command, int(status)),
			"run the command by hand to see what it says; its output was not used")
	case err != nil:
		l.includeFailed(at, fmt.Sprintf("command \"%s\" failed: %s", command, reason(err)),
			"the command must print configuration text and end")
	default:
		l.included(command, out, at, sc)
	}
}

// included evaluates one included source, unless includes go in circles.
func (l *loader) included(name string, src []byte, at *frame, sc scope) {
	l.includes++
	l.bytes += len(src)
	switch {
	case at.depth > maxDepth:
		detail := fmt.Sprintf("includes may be nested %d deep", maxDepth)
		if at.isInside(name) {
			detail = fmt.Sprintf("%s includes itself, directly or by way of others: remove one of the includes", name)
		}
		l.giveUp(at.site, fmt.Sprintf("includes nested too deeply: %s", name), detail)
	case l.includes > maxIncludes || l.bytes > maxBytes:
		l.giveUp(at.site, fmt.Sprintf("too many includes: %s", name),
			fmt.Sprintf("a configuration may have %d included files and %d MiB", maxIncludes, maxBytes>>20))
	default:
		l.source(name, slices.Clip(src), at, sc)
	}
}

func (f *frame) isInside(name string) bool {
	for up := f.up; up != nil; up = up.up {
		if up.file.Name == name {
			return true
		}
	}
	return false
}
