package pcre

import (
	"strings"
	"unicode/utf8"
)

// Types of characters, all about ASCII as PCRE2 has it without (*UCP).
var (
	digits     = set{'0', '9'}
	wordChars  = set{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}
	spaces     = set{'\t', '\r', ' ', ' '}
	horizontal = set{
		'\t', '\t', ' ', ' ', 0xA0, 0xA0, 0x1680, 0x1680, 0x180E, 0x180E,
		0x2000, 0x200A, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000,
	}
	vertical = set{'\n', '\r', 0x85, 0x85, 0x2028, 0x2029}
)

var typeEscapes = map[byte]set{
	'd': digits, 'w': wordChars, 's': spaces, 'h': horizontal, 'v': vertical,
	'D': digits.negate(), 'W': wordChars.negate(), 'S': spaces.negate(),
	'H': horizontal.negate(), 'V': vertical.negate(),
}

var controlEscapes = map[byte]rune{'a': 7, 'e': 27, 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

var positionEscapes = map[byte]kind{
	'A': kStart, 'Z': kEndLine, 'z': kEnd, 'b': kWord, 'B': kNotWord,
	'G': kStart, // matching always begins at the beginning
}

// escape reads what follows a backslash at the offset at, outside classes.
func (p *parser) escape(at int) (*node, bool) {
	if !p.more() {
		p.fail(p.pos, `\ at end of pattern`)
		return nil, false
	}
	c := p.src[p.pos]
	if s, ok := typeEscapes[c]; ok {
		p.pos++
		return &node{kind: kSet, set: s, at: at}, true
	}
	if k, ok := positionEscapes[c]; ok {
		p.pos++
		return &node{kind: k, at: at}, false
	}
	switch c {
	case 'R':
		p.pos++
		return newline(at), true
	case 'N':
		return p.notNewline(at), true
	case 'K':
		return p.keep(at), false
	case 'X', 'C':
		p.fail(at, `\%c is not supported here`, c)
		return nil, false
	case 'p', 'P':
		p.pos++
		return &node{kind: kSet, set: p.property(c == 'P'), at: at}, true
	case 'g', 'k':
		p.pos++
		return p.namedReference(c), true
	}
	if n := p.backReference(); n != nil {
		return n, true
	}
	return p.literal(p.character()), true
}

// newline is \R, which is tried once.
func newline(at int) *node {
	crlf := &node{kind: kConcat, kids: []*node{
		{kind: kSet, set: single('\r')}, {kind: kSet, set: single('\n')},
	}}
	alt := &node{kind: kAlt, kids: []*node{crlf, {kind: kSet, set: vertical}}}
	return &node{kind: kAtomic, kids: []*node{alt}, at: at}
}

func (p *parser) notNewline(at int) *node {
	p.pos++
	if strings.HasPrefix(p.rest(), "{") && countEnd(p.rest()) == 0 {
		if p.take("{U+") {
			return p.literal(p.digitsIn(16, isHex, '}', "hex", at))
		}
		p.fail(p.pos, `PCRE2 does not support \F, \L, \l, \N{name}, \U, or \u`)
	}
	return &node{kind: kSet, set: single('\n').negate(), at: at}
}

func (p *parser) keep(at int) *node {
	p.pos++
	if p.ahead > 0 {
		p.fail(len(p.src), `\K is not allowed in lookarounds (but see PCRE2_EXTRA_ALLOW_LOOKAROUND_BSK)`)
	}
	return &node{kind: kKeep, at: at}
}

// backReference reads \1, and \12 if there are that many groups. Otherwise
// such digits are an octal number.
func (p *parser) backReference() *node {
	c := p.src[p.pos]
	if c < '1' || c > '9' {
		return nil
	}
	start, n := p.pos, 0
	end := start
	for end < len(p.src) && isDigit(p.src[end]) {
		n = min(n*10+int(p.src[end]-'0'), maxRepeat)
		end++
	}
	if n >= 10 && n > p.total && c < '8' {
		return nil
	}
	if n >= 10 && n > p.total {
		// \8 and \9 cannot be octal.
		p.pos = end
		p.fail(end-1, "reference to non-existent subpattern")
		return nil
	}
	p.pos = end
	ref := &node{kind: kBackref, n: n, fold: p.flags.fold, at: start}
	p.pending = append(p.pending, reference{ref, "", start})
	return ref
}

// namedReference reads what follows \g or \k.
func (p *parser) namedReference(c byte) *node {
	at := p.pos
	kind := kBackref
	var end byte
	switch {
	case p.take("{"):
		end = '}'
	case p.take("<"):
		end = '>'
	case p.take("'"):
		end = '\''
	case c == 'k':
		p.fail(p.pos, `\k is not followed by a braced, angle-bracketed, or quoted name`)
		return nil
	}
	if c == 'g' && (end == '>' || end == '\'') {
		kind = kCall
	}
	numeric := p.more() && (isDigit(p.src[p.pos]) || p.src[p.pos] == '-' || p.src[p.pos] == '+')
	switch {
	case c == 'g' && numeric:
		n := p.numbered(kind)
		if n.n == maxRepeat && end == '}' {
			p.pending[len(p.pending)-1].at = at
		}
		if end != 0 && !p.take(string(end)) {
			p.fail(p.pos, `\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number`)
		}
		return n
	case end == 0:
		p.fail(p.pos, `\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number`)
		return nil
	}
	return p.refer(kind, end)
}

// character reads an escape that stands for one character, in a class or
// outside.
func (p *parser) character() rune {
	at := p.pos
	c := p.next()
	if c < utf8.RuneSelf {
		if r, ok := controlEscapes[byte(c)]; ok {
			return r
		}
	}
	switch {
	case c == 'x':
		return p.hex(at)
	case c == 'o':
		if !p.take("{") {
			p.fail(p.pos, `missing opening brace after \o`)
			return 0
		}
		return p.digitsIn(8, isOctal, '}', "octal", at)
	case c == 'c':
		return p.control()
	case '0' <= c && c <= '7':
		return p.octal()
	case strings.ContainsRune("FLlUu", c):
		p.fail(p.pos, `PCRE2 does not support \F, \L, \l, \N{name}, \U, or \u`)
	case c < utf8.RuneSelf && (isDigit(byte(c)) && c < '8' || 'a' <= c|0x20 && c|0x20 <= 'z'):
		p.fail(at, `unrecognized character follows \`)
	}
	return c
}

func (p *parser) hex(at int) rune {
	if p.take("{") {
		return p.digitsIn(16, isHex, '}', "hex", at)
	}
	r := rune(0)
	for i := 0; i < 2 && p.more() && isHex(p.src[p.pos]); i++ {
		r = r*16 + hexValue(p.src[p.pos])
		p.pos++
	}
	return r
}

// octal reads up to three digits, the first of which was read.
func (p *parser) octal() rune {
	p.pos--
	r := rune(0)
	for i := 0; i < 3 && p.more() && isOctal(p.src[p.pos]); i++ {
		r = r*8 + rune(p.src[p.pos]-'0')
		p.pos++
	}
	return r
}

// digitsIn reads a code point in braces; the opening one was read.
func (p *parser) digitsIn(base rune, valid func(byte) bool, end byte, name string, at int) rune {
	start, r := p.pos, rune(0)
	for p.more() && valid(p.src[p.pos]) {
		r = r*base + hexValue(p.src[p.pos])
		p.pos++
		if r > maxRune {
			p.fail(p.pos, `character code point value in \x{} or \o{} is too large`)
			return 0
		}
	}
	switch {
	case p.pos == start || !p.more() || p.src[p.pos] != end:
		letter := "x"
		if base == 8 {
			letter = "o"
		}
		p.fail(p.pos, `non-%s character in \%s{} (closing brace missing?)`, name, letter)
		return 0
	case 0xD800 <= r && r <= 0xDFFF:
		p.fail(p.pos, "disallowed Unicode code point (>= 0xd800 && <= 0xdfff)")
		return 0
	}
	p.pos++
	return r
}

func (p *parser) control() rune {
	if !p.more() {
		p.fail(p.pos, `\c at end of pattern`)
		return 0
	}
	c := p.src[p.pos]
	if c < ' ' || c > '~' {
		p.fail(p.pos, `\c must be followed by a printable ASCII character`)
		return 0
	}
	p.pos++
	if 'a' <= c && c <= 'z' {
		c -= 'a' - 'A'
	}
	return rune(c ^ 0x40)
}

func isOctal(c byte) bool { return '0' <= c && c <= '7' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

func hexValue(c byte) rune {
	if isDigit(c) {
		return rune(c - '0')
	}
	return rune(c|0x20-'a') + 10
}
