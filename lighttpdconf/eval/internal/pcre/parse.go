package pcre

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of PCRE2.
const (
	maxNesting = 250   // parentheses in parentheses
	maxRepeat  = 65535 // of a quantifier
)

// Error is a pattern that does not compile: PCRE2's reason, and the offset of
// the byte where it noticed.
type Error struct {
	Reason string
	Offset int
}

// Error is the reason with its offset, as PCRE2 users print it.
func (e *Error) Error() string { return fmt.Sprintf("%s at offset %d", e.Reason, e.Offset) }

// flags are the options that a pattern can switch.
type flags struct{ fold, multi, dotAll, extended, extendedMore, ungreedy, noCapture bool }

// parser reads a pattern. After an error it stands at the end, so that all
// loops end.
type parser struct {
	src     string
	pos     int
	flags   flags
	err     *Error
	total   int            // groups in the whole pattern
	groups  int            // groups so far
	names   map[string]int // of groups
	bodies  []*node        // of groups, by number
	pending []reference
	looks   []*node // lookbehinds, to be measured
	depth   int
	ahead   int  // lookarounds around the current place
	reset   bool // there is a (?| … )
}

// reference is a use of a group that may come later.
type reference struct {
	node *node
	name string // or "", and node.n counts
	at   int
}

// tree is a parsed pattern.
type tree struct {
	root   *node
	groups int
	bodies []*node
	reset  bool
}

func parse(pattern string) (*tree, *Error) {
	if err := checkUTF8(pattern); err != nil {
		return nil, err
	}
	p := &parser{src: pattern, names: map[string]int{}}
	p.total = countGroups(pattern)
	p.options()
	root := p.alternatives(nil)
	if p.err == nil && p.pos < len(p.src) {
		p.fail(p.pos, "unmatched closing parenthesis")
	}
	p.resolve()
	p.measure()
	if p.err != nil {
		return nil, p.err
	}
	return &tree{root: root, groups: p.groups, bodies: p.bodies, reset: p.reset}, nil
}

// fail keeps the first error and ends all reading.
func (p *parser) fail(at int, format string, args ...any) {
	if p.err == nil {
		p.err = &Error{fmt.Sprintf(format, args...), at}
	}
	p.pos = len(p.src)
}

func (p *parser) rest() string { return p.src[p.pos:] }

func (p *parser) more() bool { return p.pos < len(p.src) }

func (p *parser) take(prefix string) bool {
	if strings.HasPrefix(p.rest(), prefix) {
		p.pos += len(prefix)
		return true
	}
	return false
}

// next reads one character.
func (p *parser) next() rune {
	r, size := utf8.DecodeRuneInString(p.rest())
	p.pos += size
	return r
}

// alternatives reads up to a closing parenthesis or the end. each, if set, is
// called before every branch.
func (p *parser) alternatives(each func()) *node {
	alt := &node{kind: kAlt, at: p.pos}
	for {
		if each != nil {
			each()
		}
		alt.kids = append(alt.kids, p.concat())
		if !p.take("|") {
			break
		}
	}
	if len(alt.kids) == 1 {
		return alt.kids[0]
	}
	return alt
}

func (p *parser) concat() *node {
	n := &node{kind: kConcat, at: p.pos}
	for {
		p.skip()
		if !p.more() || p.src[p.pos] == '|' || p.src[p.pos] == ')' {
			break
		}
		if p.take(`\Q`) {
			n.kids = append(n.kids, p.quoted()...)
			continue
		}
		atom, repeatable := p.atom()
		if atom != nil {
			n.kids = append(n.kids, p.quantified(atom, repeatable))
		}
	}
	if len(n.kids) == 1 {
		return n.kids[0]
	}
	return n
}

// skip passes over what means nothing: \E, comments, and with (?x) blanks.
func (p *parser) skip() {
	for {
		switch {
		case p.take(`\E`):
		case strings.HasPrefix(p.rest(), "(?#"):
			end := strings.IndexByte(p.rest(), ')')
			if end < 0 {
				p.fail(len(p.src), "missing ) after (?# comment")
				return
			}
			p.pos += end + 1
		case p.flags.extended && p.more() && strings.IndexByte(" \t\n\v\f\r", p.src[p.pos]) >= 0:
			p.pos++
		case p.flags.extended && p.take("#"):
			end := strings.IndexByte(p.rest(), '\n')
			if end < 0 {
				p.pos = len(p.src)
			} else {
				p.pos += end + 1
			}
		default:
			return
		}
	}
}

// quoted reads text up to \E; a quantifier behind it is for its last
// character.
func (p *parser) quoted() []*node {
	text, _, closed := strings.Cut(p.rest(), `\E`)
	p.pos += len(text)
	if closed {
		p.pos += 2
	}
	var nodes []*node
	for _, r := range text {
		nodes = append(nodes, p.literal(r))
	}
	if last := len(nodes) - 1; last >= 0 {
		nodes[last] = p.quantified(nodes[last], true)
	}
	return nodes
}

func (p *parser) literal(r rune) *node {
	s := single(r)
	if p.flags.fold {
		s = s.folded()
	}
	return &node{kind: kSet, set: s, at: p.pos}
}

// atom reads one item. It is nil for what only changes flags.
func (p *parser) atom() (n *node, repeatable bool) {
	at := p.pos
	switch c := p.next(); c {
	case '(':
		return p.group(at)
	case '[':
		return p.class(at), true
	case '\\':
		return p.escape(at)
	case '.':
		if p.flags.dotAll {
			return &node{kind: kSet, set: set{0, maxRune}, at: at}, true
		}
		return &node{kind: kSet, set: single('\n').negate(), at: at}, true
	case '^':
		if p.flags.multi {
			return &node{kind: kStartMany, at: at}, false
		}
		return &node{kind: kStart, at: at}, false
	case '$':
		if p.flags.multi {
			return &node{kind: kEndMany, at: at}, false
		}
		return &node{kind: kEndLine, at: at}, false
	case '*', '+', '?':
		p.fail(at, "quantifier does not follow a repeatable item")
		return nil, false
	case '{':
		if end := countEnd(p.src[at:]); end > 0 {
			p.fail(at+end-1, "quantifier does not follow a repeatable item")
			return nil, false
		}
		return p.literal(c), true
	default:
		return p.literal(c), true
	}
}

// countEnd is the length of a {n}, {n,} or {n,m} at the beginning of s, or 0.
func countEnd(s string) int {
	i := 1
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == 1 {
		return 0
	}
	if i < len(s) && s[i] == ',' {
		i++
		for i < len(s) && isDigit(s[i]) {
			i++
		}
	}
	if i < len(s) && s[i] == '}' {
		return i + 1
	}
	return 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// quantified puts the quantifier that follows, if any, on n.
func (p *parser) quantified(n *node, repeatable bool) *node {
	p.skip()
	at := p.pos
	if !p.more() {
		return n
	}
	r := &node{kind: kRepeat, kids: []*node{n}, at: at}
	switch p.src[p.pos] {
	case '*':
		r.min, r.max = 0, -1
		p.pos++
	case '+':
		r.min, r.max = 1, -1
		p.pos++
	case '?':
		r.min, r.max = 0, 1
		p.pos++
	case '{':
		end := countEnd(p.rest())
		if end == 0 {
			return n
		}
		p.counts(r, at+end)
		at += end - 1
	default:
		return n
	}
	if !repeatable {
		p.fail(at, "quantifier does not follow a repeatable item")
		return n
	}
	p.quantifierMode(r)
	if n.kind == kLook {
		// More than once is once, PCRE2 does not try again.
		r.min, r.max = min(r.min, 1), 1
	}
	return r
}

func (p *parser) quantifierMode(r *node) {
	switch {
	case p.take("+"):
		r.mode = possessive
	case p.take("?") != p.flags.ungreedy:
		r.mode = lazy
	}
}

// counts reads {n}, {n,} or {n,m}, whose form is known to be right.
func (p *parser) counts(r *node, end int) {
	p.pos++
	r.min = p.count()
	r.max = r.min
	if p.take(",") {
		r.max = -1
		if p.more() && p.src[p.pos] != '}' {
			r.max = p.count()
			if r.max < r.min {
				p.fail(p.pos, "numbers out of order in {} quantifier")
			}
		}
	}
	if p.err == nil {
		p.pos = end
	}
}

func (p *parser) count() int {
	n := 0
	for p.more() && isDigit(p.src[p.pos]) {
		n = n*10 + int(p.src[p.pos]-'0')
		p.pos++
		if n > maxRepeat {
			p.fail(p.pos, "number too big in {} quantifier")
			return 0
		}
	}
	return n
}
