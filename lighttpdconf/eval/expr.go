package eval

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

var broken = Value{Kind: Broken}

// expr evaluates operands from left to right. After a mistake the value is
// Broken, and the other operands are still looked at.
func (l *loader) expr(e *parser.Expr, sc scope) Value {
	v := l.operand(e.Operands[0], sc)
	for i, o := range e.Operands[1:] {
		right := l.operand(o, sc)
		v = l.add(v, right, parser.Range{
			File: e.Range.File, Start: e.Operands[i].Range.Start, End: o.Range.End,
		})
	}
	return v
}

func (l *loader) operand(o *parser.Operand, sc scope) Value {
	switch o.Kind {
	case parser.NumberOperand:
		return l.number(o)
	case parser.VariableOperand:
		return l.variable(o, sc)
	case parser.ArrayOperand:
		return l.array(o, sc)
	}
	return StringValue(o.Text)
}

// number reads 64 bits and keeps 32, as lighttpd does.
func (l *loader) number(o *parser.Operand) Value {
	n, err := strconv.ParseInt(o.Text, 10, 64)
	if err != nil {
		l.report(failure{
			at:      o.Range,
			summary: fmt.Sprintf("error parsing number: '%s'", o.Text),
			detail:  "numbers go up to 2147483647; longer digits can stand in double quotes as text",
			near:    &o.Range.End,
		})
		return broken
	}
	if int64(int32(n)) != n {
		l.warn(o.Range, fmt.Sprintf("number %s does not fit into 32 bits and becomes %d", o.Text, int32(n)),
			"numbers go up to 2147483647; longer digits can stand in double quotes as text")
	}
	return IntegerValue(int32(n))
}

// variable reads env.NAME, or the value of a key in the innermost block that
// has it.
func (l *loader) variable(o *parser.Operand, sc scope) Value {
	if name, ok := strings.CutPrefix(o.Text, "env."); ok {
		return l.environment(o, name)
	}
	key := fullName(o.Text)
	for x := sc.context; x != nil; x = x.Parent {
		if s, ok := x.Get(key); ok {
			return s.Value
		}
	}
	l.undefined(o, key, sc)
	return broken
}

func (l *loader) environment(o *parser.Operand, name string) Value {
	if text, ok := l.env.Getenv(name); ok {
		return StringValue(text)
	}
	l.report(failure{
		at:      o.Range,
		summary: "Undefined env variable: " + name,
		detail:  fmt.Sprintf("set %s in the environment that starts the server, or write the value here", name),
		near:    &o.Range.End,
	})
	return broken
}

// undefined reports a name once. It is silent when the name may come from a
// file that could not be read.
func (l *loader) undefined(o *parser.Operand, key string, sc scope) {
	name := asciiLower(key)
	if l.missing || l.unknown[name] {
		return
	}
	l.unknown[name] = true
	l.report(failure{
		at:      o.Range,
		summary: "Undefined config variable: " + key,
		detail:  l.suggest(o.Text, key, sc),
		near:    &o.Range.End,
	})
}

// fullName is the key that a word stands for: without a dot it is a variable.
func fullName(word string) string {
	if strings.Contains(word, ".") {
		return word
	}
	return "var." + word
}

func (l *loader) array(o *parser.Operand, sc scope) Value {
	list := make([]Element, 0, len(o.Array))
	seen := map[string]parser.Range{}
	for _, e := range o.Array {
		el := Element{Range: e.Range}
		usable := true
		if e.Key != nil {
			el.Keyed = true
			el.Key, usable = l.text(e.Key, sc)
		}
		el.Value = l.expr(e.Value, sc)
		if el.Keyed && usable {
			usable = l.newKey(&el, seen)
		}
		if !usable {
			return l.restOfArray(o, e, sc)
		}
		list = append(list, el)
	}
	v := ArrayValue(list)
	return l.spend(v, o.Range, elementWeight*len(list))
}

// restOfArray looks for mistakes in the elements behind a bad one.
func (l *loader) restOfArray(o *parser.Operand, bad *parser.Element, sc scope) Value {
	for i := len(o.Array) - 1; i >= 0; i-- {
		if o.Array[i] != bad {
			continue
		}
		for _, e := range o.Array[i+1:] {
			if e.Key != nil {
				l.text(e.Key, sc)
			}
			l.expr(e.Value, sc)
		}
	}
	return broken
}

// newKey reports whether an element's key is the first of its name.
func (l *loader) newKey(e *Element, seen map[string]parser.Range) bool {
	key := asciiLower(e.Key)
	first, taken := seen[key]
	if !taken {
		seen[key] = e.Range
		return true
	}
	l.report(failure{
		at:      e.Range,
		summary: "Error: duplicate array-key: " + e.Key + ". Please get rid of the duplicate entry.",
		detail:  "each key may stand once in a list, upper and lower case being the same",
		related: []parser.Note{{Range: first, Text: "the first entry"}},
		near:    &e.Range.End,
	})
	return false
}

// text evaluates an expression where lighttpd wants a string and takes a
// number too.
func (l *loader) text(e *parser.Expr, sc scope) (string, bool) {
	v := l.expr(e, sc)
	s, ok := v.text()
	if !ok && v.Kind != Broken {
		l.report(failure{
			at:      e.Range,
			summary: "operand must be string",
			detail:  "a list cannot stand here: write text in double quotes",
			near:    &e.Range.End,
		})
	}
	return s, ok
}

// add joins two values and reports what does not go together.
func (l *loader) add(a, b Value, at parser.Range) Value {
	sum, clash, ok := add(a, b)
	if !ok {
		l.report(failure{
			at:      at,
			summary: "data type mismatch, cannot merge",
			detail:  fmt.Sprintf("%s and %s do not add up; to extend a list, put the new element in parentheses", a.Kind, b.Kind),
			near:    &at.End,
		})
		return broken
	}
	for _, e := range clash {
		if !l.clash(a, sum, e, at) {
			return broken
		}
	}
	if sum.Kind == Array {
		return l.spend(sum, at, elementWeight*len(sum.List))
	}
	return l.spend(sum, at, len(sum.Str))
}

// clash is about a key that both lists have. Equal strings and equal numbers
// may meet.
func (l *loader) clash(a, sum Value, e Element, at parser.Range) bool {
	summary := "Duplicate array-key '" + e.Key + "'"
	first, ok := a.find(e.Key)
	if !ok {
		first, _ = sum.find(e.Key)
	}
	if first.Value.same(e.Value) {
		l.warn(e.Range, summary, "both lists say the same about it; one of the two entries can go")
		return true
	}
	if first.Value.Kind == Broken || e.Value.Kind == Broken {
		return false
	}
	l.report(failure{
		at:      e.Range,
		summary: summary,
		detail:  "the list has another value for this key already; to replace the list, assign with :=",
		related: []parser.Note{{Range: first.Range, Text: "the first entry"}},
		near:    &at.End,
	})
	return false
}

// spend keeps values within their limits.
func (l *loader) spend(v Value, at parser.Range, work int) Value {
	l.work += work
	if v.weight > maxWeight || l.work > maxWork {
		l.giveUp(at, "value too large",
			"values may have 64 MiB each and together; this one grows each time it is added to itself")
		return broken
	}
	return v
}
