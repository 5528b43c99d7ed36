package parser

import "strings"

// one passes over n bytes that are a token.
func (l *tokenizer) one(n int, k kind) (kind, *lexError) {
	l.advance(n)
	return k, nil
}

func (l *tokenizer) scanOpen() (kind, *lexError) {
	l.depth++
	return l.one(1, kLParen)
}

func (l *tokenizer) scanClose() (kind, *lexError) {
	if l.depth == 0 {
		return 0, l.fail(1, "close-parens without open-parens")
	}
	l.depth--
	return l.one(1, kRParen)
}

func (l *tokenizer) scanBrace() (kind, *lexError)     { return l.one(1, kLBrace) }
func (l *tokenizer) scanUnbrace() (kind, *lexError)   { return l.one(1, kRBrace) }
func (l *tokenizer) scanBracket() (kind, *lexError)   { return l.one(1, kLBracket) }
func (l *tokenizer) scanUnbracket() (kind, *lexError) { return l.one(1, kRBracket) }

// scanComma is only reached inside parentheses.
func (l *tokenizer) scanComma() (kind, *lexError) { return l.one(1, kComma) }

func (l *tokenizer) scanDollar() (kind, *lexError) {
	l.condition, l.dollar = true, l.at
	return l.one(1, kDollar)
}

func (l *tokenizer) scanPlus() (kind, *lexError) {
	if l.peek(1) == '=' {
		return l.one(2, kAppend)
	}
	return l.one(1, kPlus)
}

func (l *tokenizer) scanColon() (kind, *lexError) {
	if l.peek(1) == '=' {
		return l.one(2, kForce)
	}
	return 0, l.fail(1, "unexpected character ':'")
}

// scanEqual reads what "=" means here: the parentheses count first, then the
// condition.
func (l *tokenizer) scanEqual() (kind, *lexError) {
	c := l.peek(1)
	switch {
	case l.depth > 0 && c == '>':
		return l.one(2, kArrow)
	case l.depth > 0:
		return 0, l.fail(1, "use => for assignments in arrays")
	case !l.condition:
		return l.one(1, kAssign)
	case c == '=' || c == '~' || c == '^' || c == '$':
		l.condition = false
		return l.one(2, kOp)
	}
	return 0, l.fail(1, "only == =~ =^ =$ are allowed in the condition")
}

func (l *tokenizer) scanNot() (kind, *lexError) {
	c := l.peek(1)
	switch {
	case !l.condition:
		return 0, l.fail(1, "unexpected exclamation-marks: !")
	case c == '=' || c == '~':
		l.condition = false
		return l.one(2, kOp)
	}
	return 0, l.fail(1, "only !~ and != are allowed in the condition")
}

// scanString reads up to the next quote without a backslash before it. The
// adjacency is judged before the string is looked at.
func (l *tokenizer) scanString() (kind, *lexError) {
	switch l.prev {
	case kString:
		return 0, l.fail(1, "strings may be combined with '+' or separated with ',' or '=>' in lists")
	case kKey:
		return 0, l.fail(1, "missing assignment operator ('=') ?")
	}
	n, ok := stringLength(l.src[l.at.Offset:])
	if !ok {
		return 0, l.unclosed(n)
	}
	l.advanceText(n)
	return kString, nil
}

// stringLength returns the length of the string at the start of s with its
// quotes. Without a closing quote it returns how far it looked and false.
func stringLength(s string) (int, bool) {
	for i := 1; i < len(s); i++ {
		n := strings.IndexAny(s[i:], "\\\"\x00")
		if n < 0 {
			return len(s), false
		}
		i += n
		switch s[i] {
		case '"':
			return i + 1, true
		case 0:
			return i, false
		}
		if i+1 < len(s) && s[i+1] == '"' {
			i++
		}
	}
	return len(s), false
}

// advanceText passes over n bytes of a string. Its newlines count for our
// lines, not for lighttpd's.
func (l *tokenizer) advanceText(n int) {
	l.at = l.at.behind(l.src[l.at.Offset : l.at.Offset+n])
}

// behind returns the place behind text that starts at p.
func (p Pos) behind(text string) Pos {
	for {
		i := strings.IndexAny(text, "\r\n")
		if i < 0 {
			break
		}
		n := i + 1
		if strings.HasPrefix(text[i:], "\r\n") {
			n++
		}
		p.Offset += n
		p.Line, p.Column = p.Line+1, 1
		text = text[n:]
	}
	p.Offset += len(text)
	p.Column += len(text)
	return p
}

// unquote returns the value of a string token. Only a quote can be escaped;
// every other backslash stands for itself.
func unquote(raw string) string {
	return strings.ReplaceAll(raw[1:len(raw)-1], `\"`, `"`)
}

// scanWord reads a number, a key, a keyword or, in a condition, a name.
func (l *tokenizer) scanWord() (kind, *lexError) {
	if l.condition {
		return l.scanName()
	}
	if c := l.peek(0); '0' <= c && c <= '9' {
		return l.one(l.span(isDigit), kInteger)
	}
	n := l.span(isKeyByte)
	if n == 0 || l.peek(n) == 0 {
		return 0, l.fail(max(n, 1), "invalid character in variable name")
	}
	word := l.src[l.at.Offset : l.at.Offset+n]
	if word == "if" {
		return l.one(n, kinds)
	}
	if k, ok := keywords[word]; ok {
		return l.one(n, k)
	}
	if l.prev == kKey {
		return 0, l.fail(n, "missing assignment operator ('=') or missing string concat operator ('+') ?")
	}
	return l.one(n, kKey)
}

func (l *tokenizer) scanName() (kind, *lexError) {
	n := l.span(isNameByte)
	if n == 0 || l.peek(n) == 0 {
		return 0, l.fail(max(n, 1), "invalid character in condition")
	}
	return l.one(n, kName)
}

// span counts the bytes from here on that belong.
func (l *tokenizer) span(belongs func(byte) bool) int {
	n := 0
	for belongs(l.peek(n)) {
		n++
	}
	return n
}

func isDigit(c byte) bool    { return '0' <= c && c <= '9' }
func isNameByte(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '_' }
func isKeyByte(c byte) bool  { return isNameByte(c) || isDigit(c) || c == '.' || c == '-' }
