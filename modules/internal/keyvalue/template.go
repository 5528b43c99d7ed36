package keyvalue

// template is the compiled text of a rule: literal text and references.
type template struct{ parts []part }

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
	for text != "" {
		c := text[0]
		if c != '$' && c != '%' || len(text) == 1 {
			literal, text = append(literal, c), text[1:]
			continue
		}
		next, rest := text[1], text[2:]
		switch {
		case next == c:
			literal = append(literal, c)
		case isDigit(next):
			literal = t.add(literal, groupOf(c, int(next-'0'), encoding{}))
		case next == '{':
			var ref func([]byte, *source) []byte
			ref, rest = parseBrace(c, rest)
			literal = t.add(literal, ref)
		default:
			literal = append(literal, c, next)
		}
		text = rest
	}
	t.add(literal, nil)
	return t
}

// add adds the text in front of a reference and the reference, either of
// which may be nothing, and returns the emptied text.
func (t *template) add(literal []byte, ref func([]byte, *source) []byte) []byte {
	if len(literal) > 0 {
		t.parts = append(t.parts, part{text: string(literal)})
	}
	if ref != nil {
		t.parts = append(t.parts, part{append: ref})
	}
	return literal[:0]
}

// usesCondition reports whether a text refers to the condition of its block,
// by %digit or %{…}.
func usesCondition(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		switch next := text[i+1]; {
		case text[i] != '%':
		case next == '%':
			i++
		case isDigit(next) || next == '{':
			return true
		}
	}
	return false
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
