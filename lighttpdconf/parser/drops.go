package parser

import "fmt"

// maxDrops is how many warnings about dropped tokens one source can yield.
const maxDrops = 100

// drops collects the tokens that the filter dropped. Neighbours on one line
// become one warning.
type drops struct {
	parse *parse
	run   drop        // the neighbours being collected
	done  Diagnostics // the warnings so far
	more  int         // runs beyond maxDrops
}

// drop is a run of dropped tokens.
type drop struct {
	at         position // where the first was judged
	first      kind     // the kind of the first; kEOF if there is no run
	start, end Pos
}

// add receives a dropped token. A newline is never worth a word: values may
// stand on the line below the operator, and braces below the condition.
func (d *drops) add(t *token, at position) {
	if t.kind == kEOL {
		d.flush()
		return
	}
	if d.run.first != kEOF && d.run.end.Line != t.start.Line {
		d.flush()
	}
	if d.run.first == kEOF {
		d.run = drop{at: at, first: t.kind, start: t.start}
	}
	d.run.end = t.end
}

// flush ends the run, if there is one.
func (d *drops) flush() {
	r := d.run
	d.run = drop{}
	if r.first == kEOF {
		return
	}
	text := d.parse.tokens.src[r.start.Offset:r.end.Offset]
	d.warn(r.start, r.end, fmt.Sprintf("%#q does not fit here and is ignored", clip(text, 60)), d.parse.explain(r))
}

// keep receives a token that the filter kept. A setting whose name directly
// follows a number is hardly meant.
func (d *drops) keep(t *token, at position) {
	d.flush()
	if t.kind != kKey || at != atTop && at != atBlock {
		return
	}
	if text := d.parse.numberBefore(t.start.Offset, len(t.raw)); text != "" {
		d.warn(t.start, t.end, fmt.Sprintf("a new setting, %q, starts in the middle of a word", clip(t.raw, 60)), text)
	}
}

// warn adds a warning, or counts it if there are enough.
func (d *drops) warn(start, end Pos, summary, detail string) {
	if len(d.done) >= maxDrops {
		d.more++
		return
	}
	d.done = append(d.done, Diagnostic{
		Severity: Warning,
		Range:    Range{File: d.parse.file.Name, Start: start, End: end},
		Summary:  summary,
		Detail:   detail,
	})
}

// diagnostics returns all warnings.
func (d *drops) diagnostics() Diagnostics {
	d.flush()
	if d.more > 0 {
		d.done = append(d.done, Diagnostic{
			Severity: Warning,
			Range:    Range{File: d.parse.file.Name},
			Summary:  fmt.Sprintf("%d more places in this source have text that does not fit and is ignored", d.more),
			Detail:   "check that this is a lighttpd configuration",
		})
	}
	return d.done
}
