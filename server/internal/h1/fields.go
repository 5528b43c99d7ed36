package h1

import "strings"

// fields reads all field lines and the final empty line.
func (ps *parser) fields() *fault {
	for {
		if rest := ps.raw[ps.pos:]; len(rest) <= 2 && (rest == "\r\n" || rest == "\n") {
			if rest == "\n" && ps.p.HeaderStrict {
				return faultNoCR
			}
			return nil
		}
		if bad := ps.field(); bad != nil {
			return bad
		}
	}
}

// field reads the line at ps.pos with its folds.
func (ps *parser) field() *fault {
	line := ps.nextLine()
	i := 0
	for nameChar[line[i]] {
		i++
	}
	name, value := line[:i], ""
	if i > 0 && line[i] == ':' {
		value = line[i+1:]
	} else {
		var bad *fault
		if name, value, bad = ps.oddName(line); bad != nil {
			return bad
		}
	}
	value = trimLeft(value)
	if c := ps.raw[ps.pos]; c == ' ' || c == '\t' {
		value = ps.unfold(value)
	}
	value, bad := ps.cutLineEnd(value)
	if bad != nil {
		return bad
	}
	value = trimRight(value)
	if bad := ps.valueChars(value); bad != nil {
		return bad
	}
	return ps.store(name, value)
}

// oddName splits a line whose name is not followed by its colon, or has a
// byte no name should have. Some of it is accepted unless header-strict is on.
func (ps *parser) oddName(line string) (name, value string, bad *fault) {
	colon := strings.IndexByte(line, ':')
	if colon < 0 {
		return "", "", faultNoColon
	}
	name, value = line[:colon], line[colon+1:]
	if trimmed := strings.TrimRight(name, " \t"); trimmed != name {
		if ps.p.HeaderStrict {
			return "", "", faultNameSpace
		}
		name = trimmed
	}
	if name == "" {
		return "", "", faultNoName
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		control := c < ' ' && c != '\t' && c != '\r' || c >= 0x7f
		if !nameChar[c] && (ps.p.HeaderStrict || !control || c == 0) {
			if c == ' ' || c == '\t' {
				return "", "", faultNameBlank
			}
			return "", "", faultName
		}
	}
	return name, value, nil
}

// unfold appends the continuation lines to value; line breaks become blanks
// (RFC 9112 section 5.2). A value that only starts on the next line keeps them
// in front, as in lighttpd, so that a folded Content-Length, Host or
// Transfer-Encoding is refused.
func (ps *parser) unfold(value string) string {
	var b strings.Builder
	b.WriteString(value)
	for ps.raw[ps.pos] == ' ' || ps.raw[ps.pos] == '\t' {
		b.WriteString(ps.nextLine())
	}
	folded := []byte(b.String())
	for i := range folded[:len(folded)-1] {
		if folded[i] == '\n' {
			folded[i] = ' '
			if i > 0 && folded[i-1] == '\r' {
				folded[i-1] = ' '
			}
		}
	}
	return string(folded)
}

// trimLeft removes blanks and tabs in front.
func trimLeft(s string) string {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	return s
}

// trimRight removes blanks and tabs at the end.
func trimRight(s string) string {
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

// valueChars refuses control bytes; without header-strict only NUL.
func (ps *parser) valueChars(value string) *fault {
	if !ps.p.HeaderStrict {
		if strings.IndexByte(value, 0) >= 0 {
			return faultValue
		}
		return nil
	}
	if hasControl(value) {
		return faultValue
	}
	return nil
}
