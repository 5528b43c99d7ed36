package ssi

import "strings"

// maxDepth bounds the parentheses and negations of an expression.
const maxDepth = 16

// value is a string, or a truth value once something was compared.
type value struct {
	text    string
	isTruth bool
	truth   bool
}

func (v value) true() bool {
	if v.isTruth {
		return v.truth
	}
	return v.text != ""
}

func truth(b bool) value { return value{isTruth: true, truth: b} }

// expr evaluates the expression of an if. A mistake in it makes it false.
type expr struct {
	d     *document
	rest  string
	depth int
	bad   bool
}

// truth evaluates expr="…".
func (d *document) truth(s *statement) bool {
	text, ok := s.find("expr")
	if !ok {
		d.r.Errorf("ssi: expr missing")
		return false
	}
	e := expr{d: d, rest: text}
	v := e.list()
	if e.skip(); e.rest != "" {
		e.bad = true
	}
	if e.bad {
		d.r.Errorf("ssi: syntax error in expr=%q", text)
	}
	return !e.bad && v.true()
}

func (e *expr) skip() { e.rest = strings.TrimLeft(e.rest, blanks) }

// accept takes the first of ops that comes next.
func (e *expr) accept(ops ...string) string {
	e.skip()
	for _, op := range ops {
		if strings.HasPrefix(e.rest, op) {
			e.rest = e.rest[len(op):]
			return op
		}
	}
	return ""
}

// list is comparisons joined by && and ||, which bind alike.
func (e *expr) list() value {
	v := e.comparison()
	for !e.bad {
		switch e.accept("&&", "||") {
		case "&&":
			right := e.comparison()
			v = truth(v.true() && right.true())
		case "||":
			right := e.comparison()
			v = truth(v.true() || right.true())
		default:
			return v
		}
	}
	return v
}

func (e *expr) comparison() value {
	v := e.operand()
	op := e.accept("!=", "<=", ">=", "=", "<", ">")
	if op == "" {
		return v
	}
	return truth(compare(v, e.operand(), op))
}

func compare(a, b value, op string) bool {
	order := strings.Compare(a.text, b.text)
	if a.isTruth || b.isTruth {
		order = 1
		if a.true() == b.true() {
			order = 0
		} else if b.true() {
			order = -1
		}
	}
	switch op {
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	}
	return order == 0
}

// operand is a negation, a list in parentheses, or words.
func (e *expr) operand() value {
	if e.depth++; e.depth > maxDepth {
		e.bad = true
	}
	defer func() { e.depth-- }()
	e.skip()
	switch {
	case e.bad, e.rest == "": // what is missing at the end is empty
		return value{}
	case e.rest[0] == '!' && !strings.HasPrefix(e.rest, "!="):
		e.rest = e.rest[1:]
		return truth(!e.operand().true())
	case e.rest[0] == '(':
		e.rest = e.rest[1:]
		v := e.list()
		if e.accept(")") == "" {
			e.bad = true
		}
		return v
	}
	return e.words()
}

// words are joined by one blank.
func (e *expr) words() value {
	var v value
	for n := 0; ; n++ {
		e.skip()
		word, ok := e.word()
		if !ok {
			e.bad = e.bad || n == 0
			return v
		}
		if n > 0 {
			v.text += " "
		}
		v.text += word
	}
}

// word takes 'text', $NAME, ${NAME} or a bare word.
func (e *expr) word() (string, bool) {
	switch {
	case e.rest == "" || strings.IndexByte("=!<>&|()", e.rest[0]) >= 0:
		return "", false
	case e.rest[0] == '\'':
		end := closingQuote(e.rest)
		if end < 0 {
			e.bad = true
			return "", false
		}
		word := e.rest[1:end]
		e.rest = e.rest[end+1:]
		return word, true
	case e.rest[0] == '$':
		return e.variable()
	}
	end := strings.IndexAny(e.rest, blanks+"=!<>&|()'$")
	if end < 0 {
		end = len(e.rest)
	}
	word := e.rest[:end]
	e.rest = e.rest[end:]
	return word, true
}

func (e *expr) variable() (string, bool) {
	rest := e.rest[1:]
	var name string
	if strings.HasPrefix(rest, "{") {
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			e.bad = true
			return "", false
		}
		name, e.rest = rest[1:end], rest[end+1:]
	} else {
		end := strings.IndexFunc(rest, func(c rune) bool {
			return c != '_' && c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
		})
		if end < 0 {
			end = len(rest)
		}
		name, e.rest = rest[:end], rest[end:]
	}
	text, _ := e.d.lookup(name)
	return text, true
}
