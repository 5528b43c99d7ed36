package parser

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// lexError is a byte sequence that is no token. Nothing behind it is read.
type lexError struct {
	start, end Pos
	at         place  // where lighttpd says it is
	text       string // lighttpd's words
	last       string // "failed at": the token before, or the beginning of a string
	detail     string
	suspect    Range // a string that spans lines, if there was one
	dollar     Range // a condition without operator in an earlier line
}

// fail returns the error text about the next n bytes.
func (l *tokenizer) fail(n int, text string) *lexError {
	e := &lexError{
		start: l.at, end: l.at, text: text, last: l.last(), suspect: l.long,
		at: place{l.line, l.at.Offset - l.lineStart},
	}
	if l.at.Offset < len(l.src) && n == 1 {
		_, n = utf8.DecodeRuneInString(l.src[l.at.Offset:])
	}
	n = min(n, len(l.src)-l.at.Offset)
	e.end.Offset += n
	e.end.Column += n
	if f := advice[text]; f != nil {
		e.detail = f(l)
	}
	if l.condition && l.dollar.Line < l.at.Line {
		e.dollar = Range{Start: l.dollar, End: l.dollar.behind("$")}
	}
	if d := l.adviseUnpaired(); d != "" {
		e.detail = d
	}
	return e
}

// unclosed returns the error about the string that starts here and does not
// end within n bytes.
func (l *tokenizer) unclosed(n int) *lexError {
	e := l.fail(1, "missing closing quote")
	read := l.src[l.at.Offset+1 : l.at.Offset+n]
	// lighttpd names the part up to the last escaped quote.
	e.last = strings.ReplaceAll(read[:max(0, strings.LastIndex(read, `\"`))], `\"`, `"`)
	return e
}

// diagnostic turns e into what the admin is told. name is the source.
func (e *lexError) diagnostic(name string) Diagnostic {
	d := Diagnostic{
		Severity: Error,
		Range:    Range{File: name, Start: e.start, End: e.end},
		Summary:  sourceLine(name, e.at, e.text),
		Detail:   e.detail,
		Trail:    []string{"configfile parser failed at: " + clip(e.last, maxTokenText)},
	}
	if n := e.suspect.End.Line - e.suspect.Start.Line + 1; n > 1 {
		d.note(e.suspect, fmt.Sprintf("this string spans %d lines: is its closing quote missing?", n))
	}
	if e.dollar.Start.Line > 0 {
		d.note(e.dollar, "this condition has no operator")
	}
	return d
}

// note adds a second place in the same source.
func (d *Diagnostic) note(r Range, text string) {
	r.File = d.Range.File
	d.Related = append(d.Related, Note{Range: r, Text: text})
}

// maxTokenText bounds how much of a token a message repeats.
const maxTokenText = 1024

// clip shortens s to about n bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// sourceLine is the shape of lighttpd's messages with a place.
func sourceLine(name string, at place, text string) string {
	return fmt.Sprintf("source: %s line: %d pos: %d %s", name, at.line, at.pos, text)
}
