package parser

import (
	"github.com/alecthomas/participle/v2/lexer"
)

// builder collects the tokens of a statement, has participle parse it when it
// is complete, and pairs the braces.
type builder struct {
	converter
	pending []lexer.Token // of the statement being read
	parens  []Range       // its open parentheses
	blocks  []openBlock   // innermost last; the first is the file itself
}

// openBlock is a block whose end has not been read.
type openBlock struct {
	body      *[]*Statement
	statement *Statement // the one that the block belongs to
	link      *Link      // nil in global
	brace     Range
	chain     *Statement // the chain that an else at this place continues
}

func newBuilder(f *File) *builder {
	return &builder{
		converter: converter{f.Name},
		blocks:    []openBlock{{body: &f.Statements}},
	}
}

// take receives a token that the filter kept.
func (b *builder) take(t *token, at position) error {
	switch {
	case t.kind == kEOL:
	case at == atBlock && t.kind == kRBrace:
		b.close(t.end)
	case t.kind == kLBrace:
		return b.open(t)
	default:
		b.pending = append(b.pending, t.node())
		b.track(t)
	}
	return nil
}

// track keeps the list of open parentheses.
func (b *builder) track(t *token) {
	switch t.kind {
	case kLParen:
		b.parens = append(b.parens, Range{b.name, t.start, t.end})
	case kRParen:
		b.parens = b.parens[:len(b.parens)-1]
	}
}

// finish ends an assignment or include, if one is being read.
func (b *builder) finish() error {
	if len(b.pending) == 0 {
		return nil
	}
	if kind(b.pending[0].Type) == kKey {
		n, err := parseTokens(assignGrammar, b.pending)
		if err != nil {
			return err
		}
		b.add(b.assignment(n))
	} else {
		n, err := parseTokens(includeGrammar, b.pending)
		if err != nil {
			return err
		}
		b.add(b.include(n))
	}
	b.pending = b.pending[:0]
	return nil
}

func (b *builder) add(s *Statement) {
	in := &b.blocks[len(b.blocks)-1]
	*in.body = append(*in.body, s)
}

// open ends a block header with its brace.
func (b *builder) open(brace *token) error {
	n, err := parseTokens(headerGrammar, b.pending)
	if err != nil {
		return err
	}
	start := b.pending[0]
	b.pending = b.pending[:0]
	nb := openBlock{brace: Range{b.name, brace.start, brace.end}}
	if n.Global != nil {
		g := &Global{Unfinished: true}
		nb.statement, nb.body = &Statement{Range: b.span(&start, &start), Global: g}, &g.Body
		b.add(nb.statement)
	} else {
		nb.link = b.link(n)
		nb.link.Unfinished = true
		nb.body = &nb.link.Body
		nb.statement = b.chainFor(n, nb.link)
	}
	b.blocks = append(b.blocks, nb)
	return nil
}

// chainFor adds l to the chain that it continues, or to a new one.
func (b *builder) chainFor(n *headerNode, l *Link) *Statement {
	in := &b.blocks[len(b.blocks)-1]
	if n.Else == nil {
		in.chain = &Statement{Range: l.Range, Chain: &Chain{}}
		b.add(in.chain)
	}
	in.chain.Chain.Links = append(in.chain.Chain.Links, l)
	return in.chain
}

// close ends the innermost block behind its brace.
func (b *builder) close(end Pos) {
	last := len(b.blocks) - 1
	b.blocks[last].end(end, false)
	b.blocks = b.blocks[:last]
}

// abandon leaves all blocks as they are when reading stops at end.
func (b *builder) abandon(end Pos) {
	for i := len(b.blocks) - 1; i > 0; i-- {
		b.blocks[i].end(end, true)
	}
}

func (o *openBlock) end(end Pos, unfinished bool) {
	o.statement.Range.End = end
	if o.link != nil {
		o.link.End, o.link.Unfinished = end, unfinished
	} else {
		o.statement.Global.End, o.statement.Global.Unfinished = end, unfinished
	}
}
