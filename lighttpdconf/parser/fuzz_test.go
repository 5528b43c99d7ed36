package parser

import (
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse: no input panics or hangs, all places lie inside the source, what
// a place covers is what the node says, and the messages can be printed.
func FuzzParse(f *testing.F) {
	for _, rows := range [][]specRow{lexicalRows, recoveryRows} {
		for _, row := range rows {
			f.Add([]byte(row.input))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, ds := Parse("x.conf", src)
		c := checker{t: t, src: string(src), file: file}
		c.statements(file.Statements)
		errs := 0
		for i := range ds {
			c.diagnostic(&ds[i])
			if ds[i].Severity == Error {
				errs++
			}
		}
		if errs > 1 {
			t.Fatalf("%d errors, lighttpd stops at the first", errs)
		}
		p := Printer{Sources: map[string][]byte{"x.conf": src}, W: io.Discard}
		if err := p.Print(ds); err != nil {
			t.Fatal(err)
		}
		for offset := -1; offset <= len(src)+1; offset += 1 + len(src)/50 {
			file.Near(offset)
		}
	})
}

// checker walks a tree and looks at every place in it.
type checker struct {
	t    *testing.T
	src  string
	file *File
}

// text returns what r covers, and fails if that is not inside the source.
func (c checker) text(r Range) string {
	c.t.Helper()
	if r.File != "x.conf" || r.Start.Offset < 0 || r.Start.Offset > r.End.Offset || r.End.Offset > len(c.src) {
		c.t.Fatalf("bad range %+v", r)
	}
	for _, p := range []Pos{r.Start, r.End} {
		if want := (Pos{Line: 1, Column: 1}).behind(c.src[:p.Offset]); p != want {
			c.t.Fatalf("place %+v, want %+v", p, want)
		}
	}
	return c.src[r.Start.Offset:r.End.Offset]
}

func (c checker) diagnostic(d *Diagnostic) {
	if d.Range.Start.Line > 0 {
		c.text(d.Range)
	}
	if d.Summary == "" || d.Detail == "" || strings.Contains(d.Summary, "internal error") || !utf8.ValidString(d.Detail) {
		c.t.Fatalf("poor diagnostic %+v", d)
	}
	for _, n := range d.Related {
		c.text(n.Range)
	}
}

func (c checker) statements(list []*Statement) {
	for _, s := range list {
		c.text(s.Range)
		switch {
		case s.Assign != nil:
			c.same(s.Assign.KeyRange, s.Assign.Key)
			c.expr(s.Assign.Value)
		case s.Include != nil:
			c.expr(s.Include.Arg)
		case s.Global != nil:
			c.block(s.Global.Body, s.Global.End, s.Global.Unfinished)
		case s.Chain != nil:
			c.chain(s.Chain)
		default:
			c.t.Fatal("an empty statement")
		}
	}
}

func (c checker) chain(chain *Chain) {
	for i, l := range chain.Links {
		c.text(l.Range)
		if l.Cond == nil && i == 0 {
			c.t.Fatal("a chain starts with else")
		}
		if l.Cond != nil {
			c.text(l.Cond.Range)
			c.expr(l.Cond.Field)
			c.expr(l.Cond.Value)
		}
		c.block(l.Body, l.End, l.Unfinished)
	}
}

func (c checker) block(body []*Statement, end Pos, unfinished bool) {
	c.statements(body)
	if !unfinished && c.src[end.Offset-1] != '}' {
		c.t.Fatalf("a block ends at %+v", end)
	}
}

func (c checker) same(r Range, want string) {
	if got := c.text(r); got != want {
		c.t.Fatalf("range of %q covers %q", want, got)
	}
}

func (c checker) expr(e *Expr) {
	c.text(e.Range)
	for _, o := range e.Operands {
		switch o.Kind {
		case ArrayOperand:
			if text := c.text(o.Range); text[0] != '(' || text[len(text)-1] != ')' {
				c.t.Fatalf("range of a list covers %q", text)
			}
			for _, el := range o.Array {
				c.text(el.Range)
				if el.Key != nil {
					c.expr(el.Key)
				}
				c.expr(el.Value)
			}
		case StringOperand:
			if got := unquote(c.text(o.Range)); got != o.Text {
				c.t.Fatalf("range of string %q covers %q", o.Text, got)
			}
		default:
			c.same(o.Range, o.Text)
		}
	}
}
