package pcre

import (
	"fmt"
	"regexp"
	"strings"
)

// goWriter writes a tree in the syntax of Go's regexp, if it means the same
// there.
type goWriter struct {
	strings.Builder
	same bool
	// endings tells that the pattern looks at the end of a line. Text with a
	// newline at its end is then not for Go, whose $ is only at the very end
	// and whose (?m)^ is also behind a last newline.
	endings bool
}

// goSyntax returns the pattern for Go, or ok = false.
func goSyntax(t *tree) (pattern string, endings, ok bool) {
	w := &goWriter{same: !t.reset}
	w.node(t.root)
	return w.String(), w.endings, w.same
}

func (w *goWriter) node(n *node) {
	switch n.kind {
	case kSet:
		w.set(n.set)
	case kConcat:
		for _, k := range n.kids {
			w.node(k)
		}
	case kAlt:
		w.alternatives(n)
	case kRepeat:
		w.repeat(n)
	case kGroup:
		w.WriteString("(")
		w.node(n.kids[0])
		w.WriteString(")")
	default:
		text, ok := goAssertions[n.kind]
		w.same = w.same && ok
		w.endings = w.endings || n.kind == kEndLine || n.kind == kStartMany
		w.WriteString(text)
	}
}

var goAssertions = map[kind]string{
	kStart: `\A`, kEnd: `\z`, kEndLine: `\z`, kStartMany: `(?m:^)`, kEndMany: `(?m:$)`,
	kWord: `\b`, kNotWord: `\B`,
}

func (w *goWriter) alternatives(n *node) {
	w.WriteString("(?:")
	for i, k := range n.kids {
		if i > 0 {
			w.WriteString("|")
		}
		w.node(k)
	}
	w.WriteString(")")
}

// repeat leaves repeated empty matches to the machine: the engines disagree
// on what such a loop captures.
func (w *goWriter) repeat(n *node) {
	if n.mode == possessive || n.max != 1 && n.kids[0].nullable() {
		w.same = false
		return
	}
	w.WriteString("(?:")
	w.node(n.kids[0])
	w.WriteString(")")
	switch {
	case n.max < 0 && n.min == 0:
		w.WriteString("*")
	case n.max < 0 && n.min == 1:
		w.WriteString("+")
	case n.max < 0:
		fmt.Fprintf(w, "{%d,}", n.min)
	default:
		fmt.Fprintf(w, "{%d,%d}", n.min, n.max)
	}
	if n.mode == lazy {
		w.WriteString("?")
	}
}

func (w *goWriter) set(s set) {
	if r, ok := s.only(); ok {
		w.WriteString(regexp.QuoteMeta(string(r)))
		return
	}
	if len(s) == 0 {
		w.same = false
		return
	}
	w.WriteString("[")
	for i := 0; i < len(s); i += 2 {
		fmt.Fprintf(w, `\x{%x}-\x{%x}`, s[i], s[i+1])
	}
	w.WriteString("]")
}

// literal is a pattern that only compares text.
type literal struct {
	text       string
	start, end bool // anchored
	line       bool // the end may be before a last newline
}

// plain recognises a pattern without groups that is text between anchors.
func plain(t *tree) (literal, bool) {
	var l literal
	kids := []*node{t.root}
	if t.root.kind == kConcat {
		kids = t.root.kids
	}
	if len(kids) > 0 && kids[0].kind == kStart {
		l.start, kids = true, kids[1:]
	}
	if last := len(kids) - 1; last >= 0 && (kids[last].kind == kEnd || kids[last].kind == kEndLine) {
		l.end, l.line, kids = true, kids[last].kind == kEndLine, kids[:last]
	}
	var b strings.Builder
	for _, k := range kids {
		r, ok := k.set.only()
		if k.kind != kSet || !ok {
			return l, false
		}
		b.WriteRune(r)
	}
	l.text = b.String()
	return l, !l.line || !strings.Contains(l.text, "\n")
}

// find returns where the text is in s, or -1.
func (l literal) find(s string) int {
	body := s
	if l.line {
		body = strings.TrimSuffix(s, "\n")
	}
	switch {
	case l.start && l.end:
		if body == l.text || s == l.text {
			return 0
		}
	case l.start:
		if strings.HasPrefix(s, l.text) {
			return 0
		}
	case l.end:
		if strings.HasSuffix(body, l.text) {
			return len(body) - len(l.text)
		}
	default:
		return strings.Index(s, l.text)
	}
	return -1
}
