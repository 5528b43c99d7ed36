package parser

import "github.com/alecthomas/participle/v2/lexer"

// converter turns what participle returns into the tree of ast.go.
type converter struct{ name string }

func (c converter) pos(t *lexer.Token) Pos {
	return Pos{Line: t.Pos.Line, Column: t.Pos.Column, Offset: t.Pos.Offset}
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
	a := &Assignment{
		Key: n.Key.Value, KeyRange: c.span(&n.Key, &n.Key),
		Op: assignOps[n.Op.Value], Value: c.expr(&n.Value),
	}
	return &Statement{Range: c.join(a.KeyRange, a.Value.Range), Assign: a}
}

func (c converter) include(n *includeNode) *Statement {
	in := &Include{Shell: kind(n.Word.Type) == kIncludeShell, Arg: c.expr(&n.Arg)}
	return &Statement{Range: c.join(c.span(&n.Word, &n.Word), in.Arg.Range), Include: in}
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
	d := &Condition{
		Object: n.Object.Value, Op: n.Op.Value,
		Field: c.expr(&n.Field), Value: c.expr(&n.Value),
	}
	d.Range = c.join(c.span(&n.Dollar, &n.Dollar), d.Value.Range)
	return d
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
	if n.Array != nil {
		return c.array(n.Array)
	}
	o := &Operand{Range: c.span(&n.Leaf, &n.Leaf), Text: n.Leaf.Value}
	switch kind(n.Leaf.Type) {
	case kString:
		o.Kind, o.Text = StringOperand, unquote(n.Leaf.Value)
	case kInteger:
		o.Kind = NumberOperand
	case kKey:
		o.Kind = VariableOperand
	}
	return o
}

func (c converter) array(n *arrayNode) *Operand {
	o := &Operand{Range: c.span(&n.Open, &n.Close), Kind: ArrayOperand}
	for i := range n.Elements {
		en := &n.Elements[i]
		e := &Element{Value: c.expr(&en.First)}
		e.Range = e.Value.Range
		if en.Second != nil {
			e.Key, e.Value = e.Value, c.expr(en.Second)
			e.Range = c.join(e.Key.Range, e.Value.Range)
		}
		o.Array = append(o.Array, e)
	}
	return o
}
