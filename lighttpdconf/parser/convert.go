package parser

import "github.com/alecthomas/participle/v2/lexer"

// converter turns what participle returns into the tree of ast.go.
type converter struct{ name string }

func (c converter) pos(t *lexer.Token) Pos {
	return Pos{Line: t.Pos.Line, Column: t.Pos.Column, Offset: t.Pos.Offset}
}

// all is the range of some tokens.
func (c converter) all(tokens []lexer.Token) Range {
	return c.span(&tokens[0], &tokens[len(tokens)-1])
}

// span is the range from the start of one token to the end of another.
func (c converter) span(first, last *lexer.Token) Range {
	return Range{File: c.name, Start: c.pos(first), End: c.pos(last).behind(last.Value)}
}

func (c converter) join(a, b Range) Range {
	a.End = b.End
	return a
}

var assignOps = map[string]AssignOp{"=": Set, ":=": Force, "+=": Append}

func (c converter) assignment(n *assignNode) *Statement {
	return &Statement{Range: c.all(n.Tokens), Assign: &Assignment{
		Key: n.Tokens[0].Value, KeyRange: c.all(n.Tokens[:1]),
		Op: assignOps[n.Tokens[1].Value], Value: c.expr(&n.Value),
	}}
}

func (c converter) include(n *includeNode) *Statement {
	return &Statement{Range: c.all(n.Tokens), Include: &Include{
		Shell: kind(n.Tokens[0].Type) == kIncludeShell, Arg: c.expr(&n.Arg),
	}}
}

// link converts the header of a condition or else.
func (c converter) link(n *headerNode) *Link {
	l := &Link{}
	if n.Cond != nil {
		l.Cond = c.condition(n.Cond)
		l.Range = l.Cond.Range
	}
	if n.Else != nil && n.Cond == nil {
		l.Range = c.span(n.Else, n.Else)
	}
	return l
}

func (c converter) condition(n *conditionNode) *Condition {
	return &Condition{
		Range: c.all(n.Tokens), Object: n.Tokens[1].Value, Op: n.Op.Value,
		Field: c.expr(&n.Field), Value: c.expr(&n.Value),
	}
}

func (c converter) expr(n *exprNode) *Expr {
	e := &Expr{Operands: make([]*Operand, len(n.Operands))}
	for i := range n.Operands {
		e.Operands[i] = c.operand(&n.Operands[i])
	}
	e.Range = c.join(e.Operands[0].Range, e.Operands[len(e.Operands)-1].Range)
	return e
}

func (c converter) operand(n *operandNode) *Operand {
	first := &n.Tokens[0]
	o := &Operand{Range: c.all(n.Tokens), Text: first.Value}
	switch kind(first.Type) {
	case kString:
		o.Kind, o.Text = StringOperand, unquote(first.Value)
	case kInteger:
		o.Kind = NumberOperand
	case kKey:
		o.Kind = VariableOperand
	default:
		o.Kind, o.Text, o.Array = ArrayOperand, "", c.elements(n.Elements)
	}
	return o
}

func (c converter) elements(nodes []elementNode) []*Element {
	out := make([]*Element, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		e := &Element{Value: c.expr(&n.First)}
		e.Range = e.Value.Range
		if n.Second != nil {
			e.Key, e.Value = e.Value, c.expr(n.Second)
			e.Range = c.join(e.Key.Range, e.Value.Range)
		}
		out[i] = e
	}
	return out
}
