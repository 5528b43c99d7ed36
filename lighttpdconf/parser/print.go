package parser

import (
	"fmt"
	"io"
	"strings"
)

// Printer writes diagnostics as text for people:
//
//	source: lighttpd.conf line: 12 pos: 13 only == =~ =^ =$ are allowed in the condition
//	   12 | $HTTP["url"] = "/x" { }
//	      |              ^
//	      to compare, write ==; to match a regular expression, write =~
//	configfile parser failed at: ]
//
// Where lighttpd's words do not name the place, the line begins with
// file:line:column and the severity.
type Printer struct {
	Sources map[string][]byte // for the quoted lines, by Range.File; may be nil
	Color   bool              // ANSI colours, for a terminal
	W       io.Writer
}

// gutter is what stands left of a quoted line's text when it has no number.
const gutter = "      "

// shortDetail is how long a detail may be to stand right of the marker.
const shortDetail = 40

// Print writes all of ds in order, with one write each.
func (p *Printer) Print(ds Diagnostics) error {
	for i := range ds {
		if _, err := io.WriteString(p.W, p.text(&ds[i])); err != nil {
			return err
		}
	}
	return nil
}

// Line is a diagnostic as one line of a log: place, words, and what to do.
func Line(d *Diagnostic) string {
	line := (&Printer{}).headline(d)
	if d.Detail != "" {
		line += " -- " + escape(d.Detail)
	}
	return line
}

// text renders one diagnostic.
func (p *Printer) text(d *Diagnostic) string {
	var b strings.Builder
	b.WriteString(p.headline(d))
	b.WriteByte('\n')
	detail := escape(d.Detail)
	lines := p.quote(d.Range)
	if len(lines) > 0 && detail != "" && len(detail) <= shortDetail {
		lines[len(lines)-1] += " " + detail
		detail = ""
	}
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	if detail != "" {
		b.WriteString(gutter + detail + "\n")
	}
	for _, r := range d.Via {
		b.WriteString(gutter + "included from " + where(r) + "\n")
	}
	p.notes(&b, d.Related)
	for _, line := range d.Trail {
		b.WriteString(escape(line) + "\n")
	}
	return b.String()
}

// notes renders the other places that belong to a diagnostic.
func (p *Printer) notes(b *strings.Builder, notes []Note) {
	for _, n := range notes {
		b.WriteString(gutter)
		if n.Range.File != "" {
			b.WriteString(where(n.Range) + ": ")
		}
		b.WriteString(escape(n.Text) + "\n")
		for _, line := range p.quote(n.Range) {
			b.WriteString(line + "\n")
		}
	}
}

// headline is the first line. A summary that names its place in lighttpd's way
// stays as it is, because scripts search for it.
func (p *Printer) headline(d *Diagnostic) string {
	summary := escape(d.Summary)
	if strings.HasPrefix(summary, "source: ") {
		return p.paint(bold, summary)
	}
	label, color := "error: ", red
	if d.Severity == Warning {
		label, color = "warning: ", yellow
	}
	line := ""
	if d.Range.File != "" {
		line = p.paint(bold, where(d.Range)+":") + " "
	}
	if hasLabel(summary, label) {
		return line + p.paint(color, summary)
	}
	return line + p.paint(color, label) + summary
}

// hasLabel reports whether lighttpd's words already tell the severity.
func hasLabel(summary, label string) bool {
	word := strings.TrimSuffix(label, ": ")
	return len(summary) >= len(word) && strings.EqualFold(summary[:len(word)], word)
}

// where is file:line:column as editors understand it.
func where(r Range) string {
	if r.Start.Line == 0 {
		return escape(r.File)
	}
	return fmt.Sprintf("%s:%d:%d", escape(r.File), r.Start.Line, r.Start.Column)
}

// quote returns the line where r starts and a marker below it, nothing if
// there is no such line.
func (p *Printer) quote(r Range) []string {
	src, ok := p.Sources[r.File]
	if !ok || r.Start.Line == 0 {
		return nil
	}
	s := excerpt(src, r.Start.Offset, r.End.Offset)
	if s.text == "" {
		return nil
	}
	return []string{
		fmt.Sprintf("%5d | %s", r.Start.Line, s.text),
		gutter + "| " + strings.Repeat(" ", s.indent) + p.paint(green, "^"+strings.Repeat("~", s.width-1)),
	}
}

// ANSI colours.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	green  = "1;32"
)

func (p *Printer) paint(color, text string) string {
	if !p.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}
