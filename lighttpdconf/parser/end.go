package parser

import "fmt"

// maxUnclosed bounds how many open braces and parentheses a message names.
const maxUnclosed = 3

// unexpectedEnd is the error about a source that ends in the middle of
// something.
func (p *parse) unexpectedEnd(at position) Diagnostic {
	near := p.file.Near(p.tokens.at.Offset)
	d := Diagnostic{
		Severity: Error,
		Range:    Range{File: p.file.Name, Start: p.tokens.at, End: p.tokens.at},
		Summary:  near.Failure(p.file.Name),
	}
	b := p.builder
	for i := len(b.parens) - 1; i >= 0 && len(d.Related) < maxUnclosed; i-- {
		d.note(b.parens[i], `this "(" is not closed`)
	}
	for i := len(b.blocks) - 1; i > 0 && len(d.Related) < maxUnclosed; i-- {
		d.note(b.blocks[i].brace, `this "{" is not closed`)
	}
	if s := b.misplaced(); s != nil {
		d.note(s.Range, `this is inside a block that is not closed, but not indented: is a "}" missing before it?`)
	}
	switch {
	case len(b.parens) > 0:
		d.Detail = `the source ends inside a list: add the missing ")"`
	case at == atBlock:
		d.Detail = `the source ends inside a block: add the missing "}"`
	default:
		d.Detail = "the source ends in the middle of a statement: " + p.expected(at)
	}
	if n := len(b.pending); n > 0 && len(b.parens) == 0 {
		d.Range = b.span(&b.pending[0], &b.pending[n-1])
	}
	return d
}

// misplaced returns the first statement in an unclosed block that stands as far
// left as the block itself, although the block's first statement does not. The
// mistake is then before it, however far away the end is.
func (b *builder) misplaced() *Statement {
	for _, block := range b.blocks[1:] {
		header, body := block.statement.Range.Start, *block.body
		if len(body) == 0 || body[0].Range.Start.Column <= header.Column {
			continue
		}
		for _, s := range body {
			if start := s.Range.Start; start.Column <= header.Column && start.Line > header.Line {
				return s
			}
		}
	}
	return nil
}

// strayNUL warns of a NUL byte, which lighttpd takes for the end.
func (p *parse) strayNUL() {
	if rest := len(p.file.Source) - p.tokens.at.Offset; p.tokens.ended && rest > 0 {
		e := p.tokens.fail(1, "stray NUL")
		e.detail = fmt.Sprintf("the last %d bytes are not read: remove the NUL, or check that this is a text file", rest)
		d := e.diagnostic(p.file.Name)
		d.Severity, d.Trail, d.Related = Warning, nil, nil
		p.drops.done = append(p.drops.done, d)
	}
}
