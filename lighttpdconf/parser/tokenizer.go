package parser

import "strings"

// tokenizer is lighttpd's tokenizer (config_tokenizer). It is a plain value: a
// copy is a checkpoint from which the same tokens follow.
type tokenizer struct {
	src string

	at        Pos // the next byte
	line      int // newlines outside strings, plus one
	lineStart int // offset behind the last such newline

	depth     int    // of open parentheses
	condition bool   // between "$" and the comparison
	dollar    Pos    // the last "$"
	prev      kind   // the token returned last
	before    kind   // the token before that
	prevText  string // its text as in messages
	begun     bool   // there was a token before
	insertEOL bool   // the "}" just read is followed by more on its line
	ended     bool   // the EOL behind the last byte was returned
	long      Range  // the last string that spans lines, a suspect when quotes do not pair
}

func newTokenizer(src string) tokenizer {
	return tokenizer{src: src, at: Pos{Line: 1, Column: 1}, line: 1, prev: kEOL}
}

// scanners maps the first byte of a token to what reads it; scanWord reads
// all others.
var scanners = [256]func(*tokenizer) (kind, *lexError){
	'\n': (*tokenizer).scanEOL,
	'\r': (*tokenizer).scanEOL,
	'"':  (*tokenizer).scanString,
	'=':  (*tokenizer).scanEqual,
	'!':  (*tokenizer).scanNot,
	'+':  (*tokenizer).scanPlus,
	':':  (*tokenizer).scanColon,
	'(':  (*tokenizer).scanOpen,
	')':  (*tokenizer).scanClose,
	'{':  (*tokenizer).scanBrace,
	'}':  (*tokenizer).scanUnbrace,
	'$':  (*tokenizer).scanDollar,
	',':  (*tokenizer).scanComma,
	'[':  (*tokenizer).scanBracket,
	']':  (*tokenizer).scanUnbracket,
}

// next returns the next token. Behind the last byte comes one more EOL, then
// EOF without end. After an error the lexer must not be used any more.
func (l *tokenizer) next() (token, *lexError) {
	for {
		l.skip()
		start := l.at
		k, err := l.scan()
		if err != nil {
			return token{}, err
		}
		if k == kinds { // the word "if"
			continue
		}
		t := token{
			kind: k, raw: l.src[start.Offset:l.at.Offset], start: start, end: l.at,
		}
		if k == kRBrace {
			l.lookBehindBrace()
		}
		t.after = place{l.line, l.at.Offset - l.lineStart}
		l.remember(&t)
		return t, nil
	}
}

// scan reads one token at the current place. It returns kinds for the word
// "if", which is no token.
func (l *tokenizer) scan() (kind, *lexError) {
	switch {
	case l.insertEOL:
		l.insertEOL = false
		return kEOL, nil
	case l.atEnd() && !l.ended:
		l.ended = true
		return kEOL, nil
	case l.atEnd():
		return kEOF, nil
	}
	if f := scanners[l.src[l.at.Offset]]; f != nil {
		return f(l)
	}
	return l.scanWord()
}

// remember notes t for the rules that look at the previous token. The EOL and
// EOF that stand for the end of the source are not seen by lighttpd's
// tokenizer, so its messages keep naming the token before.
func (l *tokenizer) remember(t *token) {
	l.before, l.prev = l.prev, t.kind
	if !l.ended {
		l.prevText, l.begun = t.text(), true
	}
	if t.kind == kString && t.end.Line > t.start.Line {
		l.long = Range{Start: t.start, End: t.end}
	}
}

// last is the text of the token before, as messages show it.
func (l *tokenizer) last() string {
	if !l.begun {
		return "(null)"
	}
	return l.prevText
}

// atEnd reports whether the input is over. A NUL ends it too.
func (l *tokenizer) atEnd() bool { return l.peek(0) == 0 }

// peek returns the byte n places ahead, 0 behind the end.
func (l *tokenizer) peek(n int) byte {
	if i := l.at.Offset + n; i < len(l.src) {
		return l.src[i]
	}
	return 0
}

// skip passes over what separates tokens.
func (l *tokenizer) skip() {
	for !l.insertEOL {
		switch c := l.peek(0); {
		case c == ' ' || c == '\t' || c == ',' && l.depth == 0:
			l.advance(1)
		case c == '#':
			l.skipComment()
		case isNewline(c) && l.depth > 0:
			l.newline()
		case c == 0xC2 && l.peek(1) == 0xA0 && !l.condition:
			l.advance(2) // a no-break space, as copied from a web page
		default:
			return
		}
	}
}

// advance passes over n bytes without newlines.
func (l *tokenizer) advance(n int) {
	l.at.Offset += n
	l.at.Column += n
}

// newline passes over LF, CR LF or CR.
func (l *tokenizer) newline() {
	n := 1
	if l.peek(0) == '\r' && l.peek(1) == '\n' {
		n = 2
	}
	l.at.Offset += n
	l.at.Line, l.at.Column = l.at.Line+1, 1
	l.line, l.lineStart = l.line+1, l.at.Offset
}

// skipComment passes over a comment up to its newline.
func (l *tokenizer) skipComment() {
	n := strings.IndexAny(l.src[l.at.Offset:], "\r\n\x00")
	if n < 0 {
		n = len(l.src) - l.at.Offset
	}
	l.advance(n)
}

// scanEOL reads a run of newlines, blanks and comment lines.
func (l *tokenizer) scanEOL() (kind, *lexError) {
	for {
		switch c := l.peek(0); {
		case isNewline(c):
			l.newline()
		case c == ' ' || c == '\t':
			l.advance(1)
		case c == '#':
			l.skipComment()
		default:
			return kEOL, nil
		}
	}
}

// lookBehindBrace passes over the blanks behind a "}" and sees to it that an
// EOL follows.
func (l *tokenizer) lookBehindBrace() {
	for l.peek(0) == ' ' || l.peek(0) == '\t' {
		l.advance(1)
	}
	c := l.peek(0)
	l.insertEOL = c != 0 && c != '#' && !isNewline(c)
}

func isNewline(c byte) bool { return c == '\n' || c == '\r' }
