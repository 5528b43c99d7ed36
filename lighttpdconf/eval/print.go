package eval

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// Print writes the configuration as lighttpd -p does: what was set, and no
// defaults.
func (c *Config) Print(w io.Writer) error {
	p := printer{bufio.NewWriter(w)}
	p.context(c.Contexts[0], 0)
	p.WriteByte('\n')
	return p.Flush()
}

type printer struct{ *bufio.Writer }

func (p printer) put(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
}

func (p printer) indent(depth int) {
	for range depth {
		p.WriteString("    ")
	}
}

// context prints a block, and the branches that follow it.
func (p printer) context(x *Context, depth int) {
	switch {
	case x.ID == 0:
		p.put("config {\n")
	case x.Cond.Op == Else:
		p.put("{\n")
	default:
		p.put("if ", x.Cond.head(), " {\n")
	}
	if x.ID != 0 {
		p.indent(depth + 1)
		p.put("# block ", strconv.Itoa(x.ID), "\n")
	}
	p.settings(x, depth+1)
	for _, child := range x.Children {
		if child.Prev == nil {
			p.put("\n")
			p.indent(depth + 1)
			p.context(child, depth+1)
			p.put("\n")
		}
	}
	p.indent(depth)
	p.put("}")
	switch {
	case x.ID == 0:
	case x.Cond.Op == Else:
		p.put(" # end of else")
	default:
		p.put(" # end of ", x.Cond.head())
	}
	if x.Next != nil {
		p.put("\n")
		p.indent(depth)
		p.put("else ")
		p.context(x.Next, depth)
	}
}

func (p printer) settings(x *Context, depth int) {
	width := 0
	for i := range x.Settings {
		width = max(width, len(x.Settings[i].Name))
	}
	for i := range x.Settings {
		s := &x.Settings[i]
		p.indent(depth)
		p.put(s.Name, strings.Repeat(" ", width-len(s.Name)), " = ")
		p.value(s.Value, depth)
		p.put("\n")
	}
	p.put("\n")
}

func (p printer) value(v Value, depth int) {
	switch v.Kind {
	case String:
		p.quoted(v.Str)
	case Integer:
		p.put(strconv.Itoa(int(v.Int)))
	case Array:
		if fitsLine(v.List) {
			p.line(v.List)
		} else {
			p.lines(v.List, depth)
		}
	}
}

func (p printer) quoted(s string) {
	p.put(`"`, strings.ReplaceAll(s, `"`, `\"`), `"`)
}

// fitsLine tells which lists stand on one line. Only the key of the first
// element counts; the keys of others are lost.
func fitsLine(list []Element) bool {
	if len(list) > 5 {
		return false
	}
	for i := range list {
		if list[i].Value.Kind == Array || i == 0 && list[i].Keyed {
			return false
		}
	}
	return true
}

func (p printer) line(list []Element) {
	p.put("(")
	for i := range list {
		if i > 0 {
			p.put(", ")
		}
		p.value(list[i].Value, 0)
	}
	p.put(")")
}

func (p printer) lines(list []Element, depth int) {
	width := 0
	for i := range list {
		if list[i].Keyed {
			width = max(width, len(list[i].Key))
		}
	}
	p.put("(\n")
	for i := range list {
		e := &list[i]
		p.indent(depth + 1)
		if e.Keyed {
			// Unlike values, keys are not escaped.
			p.put(`"`, e.Key, `"`, strings.Repeat(" ", width-len(e.Key)), " => ")
		}
		p.value(e.Value, depth+1)
		p.put(",\n")
	}
	p.indent(depth)
	p.put(")")
}
