// Package parser reads lighttpd's configuration language: bytes in, a tree
// with positions and a list of diagnostics out. It knows syntax and nothing
// else; variables, types, includes and conditions are the business of package
// eval.
//
// lighttpd has no syntax errors proper. Its parser silently drops every token
// that does not fit, and only the tokenizer, the end of the file and the
// meaning of a statement can fail. This package accepts exactly the same files
// with the same meaning, and warns of each token that was dropped.
package parser

import "fmt"

// MaxSource is the size in bytes beyond which a source is refused, as lighttpd
// does it: 32 MiB.
const MaxSource = 32 << 20

// Limits beyond lighttpd's own. lighttpd aborts at 32 nested conditions and
// loses an assignment with lists 95 deep.
const (
	maxLists      = 1000    // lists in lists
	maxBlocks     = 1000    // blocks in blocks
	maxTokens     = 1000000 // tokens that are kept, in one source; participle repeats no more
	checkpointGap = 4096    // tokens from one checkpoint to the next
)

// parse is one run over one source.
type parse struct {
	file    *File
	tokens  tokenizer
	filter  filter
	builder *builder
	drops   drops
	kept    int
	diags   Diagnostics
}

// Parse reads one source: a file, or the output of include_shell. name is what
// messages call it.
//
// The tree holds every statement that was complete before the first error, so
// a caller evaluates it first and reports the errors here after its own: that
// is the order in which lighttpd meets them. Blocks that were open at the
// error are there, marked Unfinished. Warnings do not end the parse.
func Parse(name string, src []byte) (*File, Diagnostics) {
	f := &File{Name: name, Source: src}
	if len(src) > MaxSource {
		return f, Diagnostics{{
			Severity: Error, Range: Range{File: name},
			Summary: "opening configfile " + name + " failed: Value too large for defined data type",
			Detail:  "a configuration file may have up to 32 MiB: split it, or check that this is the right file",
		}}
	}
	p := &parse{
		file: f, tokens: newTokenizer(string(src)), filter: newFilter(), builder: newBuilder(f),
	}
	p.drops.parse = p
	p.run()
	p.builder.abandon(p.tokens.at)
	p.strayNUL()
	return f, append(p.drops.diagnostics(), p.diags...)
}

// run reads to the end or to the first error.
func (p *parse) run() {
	for n := 0; ; n++ {
		if n%checkpointGap == 0 {
			p.file.checkpoints = append(p.file.checkpoints, p.tokens)
		}
		t, err := p.tokens.next()
		if err != nil {
			p.diags = append(p.diags, p.lexical(err))
			return
		}
		if !p.token(&t) || t.kind == kEOF {
			return
		}
	}
}

// lexical is the diagnostic for err, with the list in which it happened.
func (p *parse) lexical(err *lexError) Diagnostic {
	d := err.diagnostic(p.file.Name)
	if n := len(p.builder.parens); n > 0 && p.builder.parens[n-1].Start.Line < err.start.Line {
		d.note(p.builder.parens[n-1], "in the list that begins here")
	}
	return d
}

// token handles one token and reports whether to read on.
func (p *parse) token(t *token) bool {
	v := p.filter.judge(t.kind)
	if v.at == atTop || v.at == atBlock {
		if err := p.builder.finish(); err != nil {
			return p.stop(t, err.Error(), "")
		}
	}
	if !v.kept {
		if t.kind == kEOF {
			p.diags = append(p.diags, p.unexpectedEnd(v.at))
			return false
		}
		p.drops.add(t, v.at)
		return true
	}
	p.drops.keep(t, v.at)
	if err := p.builder.take(t, v.at); err != nil {
		return p.stop(t, err.Error(), "")
	}
	return p.withinLimits(t)
}

// withinLimits guards time and memory against sources that nobody would write.
func (p *parse) withinLimits(t *token) bool {
	if t.kind != kEOL {
		p.kept++
	}
	switch {
	case len(p.builder.parens) > maxLists:
		return p.stop(t, fmt.Sprintf("lists are nested more than %d deep", maxLists),
			`close the lists before this one with ")"`)
	case len(p.builder.blocks) > maxBlocks:
		return p.stop(t, fmt.Sprintf("blocks are nested more than %d deep", maxBlocks),
			`close the blocks before this one with "}"`)
	case p.kept > maxTokens:
		return p.stop(t, fmt.Sprintf("the source has more than %d tokens", maxTokens),
			"split it into several files and include them")
	}
	return true
}

// stop records an error about t and ends the parse.
func (p *parse) stop(t *token, text, detail string) bool {
	p.diags = append(p.diags, Diagnostic{
		Severity: Error,
		Range:    Range{File: p.file.Name, Start: t.start, End: t.end},
		Summary:  sourceLine(p.file.Name, t.after, text),
		Detail:   detail,
	})
	return false
}
