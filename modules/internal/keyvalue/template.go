package keyvalue

import "strings"

// template is the compiled text of a rule: literal text and references.
type template struct {
	parts []part
	// condition tells that the block's condition is referred to, by %digit
	// or %{…}.
	condition bool
}

// part is literal text or, if text is empty, a reference.
type part struct {
	text   string
	append func(dst []byte, s *source) []byte
}

// compile reads a rule's text. Every text is valid: what is no reference
// stands for itself.
func compile(text string) *template {
	t := &template{}
	var literal []byte
	flush := func() {
		if len(literal) > 0 {
			t.parts = append(t.parts, part{text: string(literal)})
			literal = literal[:0]
		}
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '$' && c != '%' || i+1 == len(text) {
			literal = append(literal, c)
			continue
		}
		i++
		switch next := text[i]; {
		case next == c:
			literal = append(literal, c)
		case isDigit(next):
			flush()
			t.add(c, groupOf(c, int(next-'0'), encoding{}))
		case next == '{':
			flush()
			inner, _, closed := strings.Cut(text[i+1:], "}")
			if !closed {
				t.condition = t.condition || c == '%'
				return t // lighttpd ends the text here
			}
			t.add(c, parseBrace(c, inner))
			i += len(inner) + 1
		default:
			literal = append(literal, c, next)
		}
	}
	flush()
	return t
}

// add adds a reference; one that stands for nothing is nil.
func (t *template) add(sigil byte, ref func([]byte, *source) []byte) {
	t.condition = t.condition || sigil == '%'
	if ref != nil {
		t.parts = append(t.parts, part{append: ref})
	}
}

// expand is the text for one match.
func (t *template) expand(s *source) string {
	if len(t.parts) == 1 && t.parts[0].append == nil {
		return t.parts[0].text
	}
	b := make([]byte, 0, 256)
	for i := range t.parts {
		if p := &t.parts[i]; p.append != nil {
			b = p.append(b, s)
		} else {
			b = append(b, p.text...)
		}
	}
	return string(b)
}
