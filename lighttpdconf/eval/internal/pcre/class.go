package pcre

import (
	"strings"
	"unicode"
)

// class reads a character class; its "[" is at the offset at.
func (p *parser) class(at int) *node {
	var s set
	negated := p.take("^")
	for first := true; ; first = false {
		if p.err != nil {
			return nil
		}
		if p.take(`\E`) {
			continue
		}
		if !p.more() {
			p.fail(len(p.src), "missing terminating ] for character class")
			return nil
		}
		if !first && p.take("]") {
			break
		}
		s = p.classItem(s)
	}
	s = s.normal()
	if negated {
		s = s.negate()
	}
	return &node{kind: kSet, set: s, at: at}
}

// classItem adds one item or range.
func (p *parser) classItem(s set) set {
	if p.flags.extendedMore && (p.src[p.pos] == ' ' || p.src[p.pos] == '\t') {
		p.pos++
		return s
	}
	if p.take(`\Q`) {
		text, _, closed := strings.Cut(p.rest(), `\E`)
		p.pos += len(text)
		if closed {
			p.pos += 2
		}
		for _, r := range text {
			s = append(s, p.folding(single(r))...)
		}
		return s
	}
	if p.posix() {
		return append(s, p.posixItem()...)
	}
	many, low, isMany := p.classChar()
	if isMany {
		if p.isRange() {
			p.fail(p.pos, "invalid range in character class")
		}
		return append(s, many...)
	}
	if !p.isRange() {
		return append(s, p.folding(single(low))...)
	}
	p.pos++
	_, high, isMany := p.classChar()
	switch {
	case p.err != nil:
		return s
	case isMany:
		p.fail(p.pos, "invalid range in character class")
		return s
	case high < low:
		p.fail(p.pos-1, "range out of order in character class")
		return s
	}
	return append(s, p.folding(set{low, high})...)
}

func (p *parser) folding(s set) set {
	if p.flags.fold {
		return s.folded()
	}
	return s
}

// isRange reports whether a hyphen follows that is not the last in its class.
func (p *parser) isRange() bool {
	return len(p.rest()) > 1 && p.src[p.pos] == '-' && p.src[p.pos+1] != ']'
}

// classChar reads one character, or an escape that stands for many.
func (p *parser) classChar() (many set, r rune, isMany bool) {
	if p.posix() {
		return p.posixItem(), 0, true
	}
	if !p.take(`\`) {
		return nil, p.next(), false
	}
	if !p.more() {
		p.fail(p.pos, `\ at end of pattern`)
		return nil, 0, false
	}
	c := p.src[p.pos]
	if s, ok := typeEscapes[c]; ok {
		p.pos++
		return s, 0, true
	}
	switch c {
	case 'b':
		p.pos++
		return nil, '\b', false
	case 'p', 'P':
		p.pos++
		return p.property(c == 'P'), 0, true
	case 'N':
		p.pos++
		if p.take("{U+") {
			return nil, p.digitsIn(16, isHex, '}', "hex", p.pos), false
		}
		p.fail(p.pos, `\N is not supported in a class`)
		return nil, 0, false
	case 'B', 'R', 'X':
		p.fail(p.pos, "escape sequence is invalid in character class")
		return nil, 0, false
	case '1', '2', '3', '4', '5', '6', '7':
		p.pos++
		return nil, p.octal(), false
	}
	return nil, p.character(), false
}

// posix reports whether [: … :], [. … .] or [= … =] follows.
func (p *parser) posix() bool {
	s := p.rest()
	if len(s) < 2 || s[0] != '[' || !strings.ContainsRune(":.=", rune(s[1])) {
		return false
	}
	for i := 2; i+1 < len(s); i++ {
		switch {
		case s[i] == s[1] && s[i+1] == ']':
			return true
		case s[i] == ']' || s[i] == '\\' || s[i] == '[':
			return false
		}
	}
	return false
}

func (p *parser) posixItem() set {
	if p.src[p.pos+1] != ':' {
		p.fail(p.pos, "POSIX collating elements are not supported")
		return nil
	}
	body := p.rest()
	negated := strings.HasPrefix(body, "[:^")
	if negated {
		body = "[:" + body[3:]
	}
	c, ok := PosixClass(body)
	if !ok {
		p.fail(p.pos+2, "unknown POSIX class name")
		return nil
	}
	p.pos += strings.Index(p.rest()[1:], ":]") + 3
	if p.flags.fold && (c.Name == "upper" || c.Name == "lower") {
		c, _ = PosixClass("[:alpha:]")
	}
	s := c.set().normal()
	if negated {
		return s.negate()
	}
	return s
}

// property reads what follows \p or \P.
func (p *parser) property(negated bool) set {
	name := ""
	switch {
	case p.take("{"):
		end := strings.IndexByte(p.rest(), '}')
		if end < 0 {
			p.fail(len(p.src), `malformed \P or \p sequence`)
			return nil
		}
		name = p.rest()[:end]
		p.pos += end + 1
	case p.more() && 'a' <= p.src[p.pos]|0x20 && p.src[p.pos]|0x20 <= 'z':
		name = p.src[p.pos : p.pos+1]
		p.pos++
	default:
		p.fail(p.pos, `malformed \P or \p sequence`)
		return nil
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t_-", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	if rest, ok := strings.CutPrefix(name, "^"); ok {
		name, negated = rest, !negated
	}
	s, ok := propertySet(name)
	if !ok {
		p.fail(p.pos, `unknown property after \P or \p`)
		return nil
	}
	if negated {
		return s.negate()
	}
	return s
}

// propertySet resolves a name in lower case without separators.
func propertySet(name string) (set, bool) {
	switch name {
	case "any":
		return set{0, maxRune}, true
	case "l&", "lc":
		s := fromTable(unicode.Lu)
		s = append(s, fromTable(unicode.Ll)...)
		return append(s, fromTable(unicode.Lt)...).normal(), true
	case "cn":
		return unassigned(), true
	case "c":
		return append(unassigned(), fromTable(unicode.C)...).normal(), true
	case "xan":
		return append(fromTable(unicode.L), fromTable(unicode.N)...).normal(), true
	case "xsp", "xps":
		return append(append(fromTable(unicode.Z), spaces...), vertical...).normal(), true
	case "xwd":
		return append(append(fromTable(unicode.L), fromTable(unicode.N)...), '_', '_').normal(), true
	}
	for _, prefix := range []string{"script=", "script:", "sc=", "sc:"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return tableSet(unicode.Scripts, rest)
		}
	}
	if s, ok := tableSet(unicode.Categories, name); ok {
		return s, true
	}
	return tableSet(unicode.Scripts, name)
}

func tableSet(tables map[string]*unicode.RangeTable, name string) (set, bool) {
	for key, t := range tables {
		if strings.ToLower(strings.ReplaceAll(key, "_", "")) == name {
			return fromTable(t), true
		}
	}
	return nil, false
}

func unassigned() set {
	var s set
	for _, t := range []*unicode.RangeTable{
		unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z,
		unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs,
	} {
		s = append(s, fromTable(t)...)
	}
	return s.normal().negate()
}
