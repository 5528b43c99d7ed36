package keyvalue

import "strings"

// modifiers are what may stand in front of the number or name in ${…}.
var modifiers = []struct {
	word string
	encoding
}{
	{"esc:", encoding{mode: esc}},
	{"escape:", encoding{mode: esc}},
	{"escnde:", encoding{mode: escnde}},
	{"escpsnde:", encoding{mode: escpsnde}},
	{"noesc:", encoding{mode: noesc}},
	{"noescape:", encoding{mode: noesc}},
	{"encb64u:", encoding{mode: encb64u}},
	{"decb64u:", encoding{mode: decb64u}},
	{"tolower:", encoding{lower: true}},
	{"toupper:", encoding{upper: true}},
}

// with adds a modifier to those read before.
func (e encoding) with(m encoding) encoding {
	if e.mode == asIs || m.mode != asIs && m.mode < e.mode {
		e.mode = m.mode
	}
	e.lower = e.lower || m.lower
	e.upper = e.upper || m.upper
	return e
}

// parseBrace reads what follows ${ or %{ and returns the reference, nil for
// one that stands for nothing, and what comes behind the closing brace. It
// looks for the next thing it knows and skips what it does not, as lighttpd
// does, which may lead over a brace. Without a closing brace nothing is left.
func parseBrace(sigil byte, text string) (func([]byte, *source) []byte, string) {
	var e encoding
	for text != "" && text[0] != '}' && !isName(text) {
		text = e.modifier(text)
	}
	name, rest, closed := strings.Cut(text, "}")
	switch {
	case !closed:
		return nil, ""
	case name == "":
		return nil, rest
	case name == "qsa":
		return qsa(e), rest
	case isDigit(name[0]):
		return numbered(sigil, name, e), rest
	}
	return named(names[strings.TrimPrefix(name, "url.")], e), rest
}

// isName reports that what modifiers belong to has come.
func isName(text string) bool {
	return isDigit(text[0]) || strings.HasPrefix(text, "url.") || strings.HasPrefix(text, "qsa}")
}

// modifier takes a modifier, or what has to be skipped, off the front.
func (e *encoding) modifier(text string) string {
	for _, m := range modifiers {
		if rest, ok := strings.CutPrefix(text, m.word); ok {
			*e = e.with(m.encoding)
			return rest
		}
	}
	for _, word := range []string{"esc", "no", "to"} {
		if strings.HasPrefix(text, word) {
			_, rest, _ := strings.Cut(text, ":")
			return rest
		}
	}
	return text[1:]
}

// numbered is a reference to a group by a number of one or two digits.
// Without a modifier it is encoded, unlike $1.
func numbered(sigil byte, digits string, e encoding) func([]byte, *source) []byte {
	n := int(digits[0] - '0')
	if len(digits) > 1 && isDigit(digits[1]) {
		n = n*10 + int(digits[1]-'0')
	}
	if e == (encoding{}) {
		e.mode = escpsnde
	}
	return groupOf(sigil, n, e)
}

// groupOf is a reference to group n of the rule ($) or of the condition (%).
func groupOf(sigil byte, n int, e encoding) func([]byte, *source) []byte {
	return func(dst []byte, s *source) []byte {
		groups := s.rule
		if sigil == '%' {
			groups = s.condition
		}
		if n >= len(groups) {
			return dst
		}
		return e.appendTo(dst, groups[n])
	}
}

func named(value func(*source) string, e encoding) func([]byte, *source) []byte {
	if value == nil {
		return nil
	}
	return func(dst []byte, s *source) []byte { return e.appendTo(dst, value(s)) }
}
