package parser

import (
	"fmt"
	"strings"
)

// dump writes a tree as text: one statement a line, with its place.
func dump(statements []*Statement) string {
	var b strings.Builder
	dumpStatements(&b, statements, "")
	return b.String()
}

func dumpStatements(b *strings.Builder, statements []*Statement, indent string) {
	for _, s := range statements {
		fmt.Fprintf(b, "%s%d:%d ", indent, s.Range.Start.Line, s.Range.Start.Column)
		switch {
		case s.Assign != nil:
			fmt.Fprintf(b, "%s %s %s\n", s.Assign.Key, [...]string{"=", ":=", "+="}[s.Assign.Op], dumpExpr(s.Assign.Value))
		case s.Include != nil:
			fmt.Fprintf(b, "%s %s\n", map[bool]string{false: "include", true: "include_shell"}[s.Include.Shell], dumpExpr(s.Include.Arg))
		case s.Global != nil:
			fmt.Fprint(b, "global ")
			dumpBlock(b, s.Global.Body, s.Global.Unfinished, indent)
		case s.Chain != nil:
			dumpChain(b, s.Chain, indent)
		}
	}
}

func dumpChain(b *strings.Builder, c *Chain, indent string) {
	for i, l := range c.Links {
		if i > 0 {
			fmt.Fprintf(b, "%s%d:%d else ", indent, l.Range.Start.Line, l.Range.Start.Column)
		}
		if c := l.Cond; c != nil {
			fmt.Fprintf(b, "$%s[%s] %s %s ", c.Object, dumpExpr(c.Field), c.Op, dumpExpr(c.Value))
		}
		dumpBlock(b, l.Body, l.Unfinished, indent)
	}
}

func dumpBlock(b *strings.Builder, body []*Statement, unfinished bool, indent string) {
	if len(body) == 0 && !unfinished {
		fmt.Fprint(b, "{ }\n")
		return
	}
	fmt.Fprint(b, "{\n")
	dumpStatements(b, body, indent+"  ")
	if unfinished {
		fmt.Fprintf(b, "%sunfinished\n", indent)
	} else {
		fmt.Fprintf(b, "%s}\n", indent)
	}
}

func dumpExpr(e *Expr) string {
	var parts []string
	for _, o := range e.Operands {
		parts = append(parts, dumpOperand(o))
	}
	return strings.Join(parts, " + ")
}

func dumpOperand(o *Operand) string {
	switch o.Kind {
	case StringOperand:
		return fmt.Sprintf("%q", o.Text)
	case NumberOperand, VariableOperand:
		return o.Text
	}
	var parts []string
	for _, e := range o.Array {
		text := dumpExpr(e.Value)
		if e.Key != nil {
			text = dumpExpr(e.Key) + " => " + text
		}
		parts = append(parts, text)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
