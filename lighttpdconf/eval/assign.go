package eval

import (
	"fmt"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// assign evaluates KEY = value, KEY := value or KEY += value.
func (l *loader) assign(a *parser.Assignment, sc scope) {
	v := l.expr(a.Value, sc)
	name := fullName(a.Key)
	if strings.HasPrefix(a.Key, "env.") {
		l.readOnly(a, name, sc.context)
		return
	}
	s := Setting{Name: name, Value: v, Range: a.KeyRange, Via: l.frame.via}
	old, exists := sc.context.Get(name)
	switch {
	case a.Op == parser.Append:
		l.extend(a, s, sc.context)
	case a.Op == parser.Set && exists:
		l.duplicate(a, old, s, sc.context)
	default:
		sc.context.put(s)
	}
}

// extend is +=. A value of this block moves to the end; one of an enclosing
// block is copied, and stays as it is there.
func (l *loader) extend(a *parser.Assignment, s Setting, x *Context) {
	at := parser.Range{File: a.KeyRange.File, Start: a.KeyRange.Start, End: a.Value.Range.End}
	for from := x; from != nil; from = from.Parent {
		old, ok := from.Get(s.Name)
		if !ok {
			continue
		}
		s.Value = l.add(old.Value, s.Value, at)
		if from == x {
			x.remove(s.Name)
		}
		break
	}
	x.put(s)
}

func (l *loader) duplicate(a *parser.Assignment, old, s Setting, x *Context) {
	detail := "to replace the value write :=, to add to it write +="
	var related []parser.Note
	if old.Range.File != "" {
		related = []parser.Note{{Range: old.Range, Text: "set here before"}}
	} else {
		detail = "the server sets this variable itself; to replace the value write :="
	}
	l.report(failure{
		at:      a.KeyRange,
		summary: fmt.Sprintf("Duplicate config variable in conditional %d %s: %s", x.ID, x.Key, s.Name),
		detail:  detail,
		related: related,
		near:    &a.Value.Range.End,
	})
}

func (l *loader) readOnly(a *parser.Assignment, name string, x *Context) {
	verb := "Setting"
	if a.Op == parser.Append {
		verb = "Appending"
	}
	l.report(failure{
		at:      a.KeyRange,
		summary: fmt.Sprintf("%s env variable is not supported in conditional %d %s: %s", verb, x.ID, x.Key, name),
		detail:  "names that begin with env. read the environment of the server; choose another name",
		near:    &a.Value.Range.End,
	})
}

// put stores a setting: in the place of one with the same name, else at the
// end.
func (x *Context) put(s Setting) {
	key := asciiLower(s.Name)
	if i, ok := x.slots[key]; ok {
		x.Settings[i] = s
		return
	}
	x.slots[key] = len(x.Settings)
	x.Settings = append(x.Settings, s)
}

// remove takes a setting out; the last one moves into its place, as it does
// in lighttpd's -p.
func (x *Context) remove(name string) {
	key := asciiLower(name)
	i := x.slots[key]
	last := len(x.Settings) - 1
	if i != last {
		x.Settings[i] = x.Settings[last]
		x.slots[asciiLower(x.Settings[i].Name)] = i
	}
	x.Settings = x.Settings[:last]
	delete(x.slots, key)
}
