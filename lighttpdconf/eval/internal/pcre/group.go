package pcre

import "strings"

// group reads what follows a "(" at the offset at.
func (p *parser) group(at int) (*node, bool) {
	if p.depth++; p.depth > maxNesting {
		p.fail(p.pos, "parentheses are too deeply nested")
	}
	defer func() { p.depth-- }()
	if p.take("*") {
		return p.verb(at)
	}
	if !p.take("?") {
		if p.flags.noCapture {
			return &node{kind: kConcat, kids: []*node{p.inner(nil)}, at: at}, true
		}
		return p.capture(at, ""), true
	}
	for _, o := range openings() {
		if p.take(o.text) {
			return o.read(p, at), true
		}
	}
	if !p.more() {
		p.fail(p.pos, "missing closing parenthesis")
		return nil, false
	}
	return p.special(at)
}

// opening is a group that is known by what follows "(?".
type opening struct {
	text string
	read func(p *parser, at int) *node
}

// openings lists longer texts before their prefixes.
func openings() []opening {
	return []opening{
		{":", func(p *parser, at int) *node {
			return &node{kind: kConcat, kids: []*node{p.inner(nil)}, at: at}
		}},
		{"|", (*parser).branchReset},
		{">", func(p *parser, at int) *node { return p.wrap(kAtomic, at) }},
		{"<=", func(p *parser, at int) *node { return p.look(at, true, false) }},
		{"<!", func(p *parser, at int) *node { return p.look(at, true, true) }},
		{"=", func(p *parser, at int) *node { return p.look(at, false, false) }},
		{"!", func(p *parser, at int) *node { return p.look(at, false, true) }},
		{"P<", func(p *parser, at int) *node { return p.named(at, '>') }},
		{"<", func(p *parser, at int) *node { return p.named(at, '>') }},
		{"'", func(p *parser, at int) *node { return p.named(at, '\'') }},
		{"P=", func(p *parser, _ int) *node { return p.refer(kBackref, ')') }},
		{"P>", func(p *parser, _ int) *node { return p.refer(kCall, ')') }},
		{"&", func(p *parser, _ int) *node { return p.refer(kCall, ')') }},
		{"(", (*parser).conditional},
	}
}

// special reads recursion by number, callouts and flags.
func (p *parser) special(at int) (*node, bool) {
	c := p.src[p.pos]
	signed := (c == '+' || c == '-') && p.pos+1 < len(p.src) && isDigit(p.src[p.pos+1])
	switch {
	case c == 'R':
		p.pos++
		n := &node{kind: kCall, at: at}
		if !p.take(")") {
			p.fail(p.pos, "(?R (recursive pattern call) must be followed by a closing parenthesis")
		}
		return n, true
	case isDigit(c) || signed:
		n := p.numbered(kCall)
		if !p.take(")") {
			p.fail(p.pos, "missing closing parenthesis")
		}
		return n, true
	case c == 'C':
		return p.callout()
	}
	return p.setFlags(at)
}

func (p *parser) callout() (*node, bool) {
	p.pos++
	for p.more() && isDigit(p.src[p.pos]) {
		p.pos++
	}
	if !p.take(")") {
		p.fail(p.pos, "callouts with a string are not supported here")
	}
	return nil, false
}

// inner reads the body of a group up to its closing parenthesis. Flags set
// inside end with it.
func (p *parser) inner(each func()) *node {
	saved := p.flags
	n := p.alternatives(each)
	p.flags = saved
	if !p.take(")") {
		p.fail(len(p.src), "missing closing parenthesis")
	}
	return n
}

func (p *parser) wrap(k kind, at int) *node {
	return &node{kind: k, kids: []*node{p.inner(nil)}, at: at}
}

func (p *parser) capture(at int, name string) *node {
	p.groups++
	n := &node{kind: kGroup, n: p.groups, at: at}
	for len(p.bodies) <= n.n {
		p.bodies = append(p.bodies, nil)
	}
	if p.bodies[n.n] == nil {
		p.bodies[n.n] = n
	}
	if name != "" {
		p.names[name] = n.n
	}
	n.kids = []*node{p.inner(nil)}
	return n
}

func (p *parser) named(at int, end byte) *node {
	name := p.name(end)
	if n, taken := p.names[name]; taken && n != p.groups+1 {
		p.fail(p.pos, "two named subpatterns have the same name (PCRE2_DUPNAMES not set)")
	}
	return p.capture(at, name)
}

// name reads a group name and the character that ends it.
func (p *parser) name(end byte) string {
	start := p.pos
	for p.more() && isWordByte(p.src[p.pos]) {
		p.pos++
	}
	name := p.src[start:p.pos]
	switch {
	case name == "":
		p.fail(p.pos, "subpattern name expected")
	case isDigit(name[0]):
		p.fail(start, "subpattern name must start with a non-digit")
	case !p.take(string(end)):
		p.fail(p.pos, "syntax error in subpattern name (missing terminator?)")
	}
	return name
}

func isWordByte(c byte) bool {
	return isDigit(c) || c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// branchReset is (?| … ), in which every branch counts its groups anew.
func (p *parser) branchReset(at int) *node {
	p.reset = true
	first, last := p.groups, p.groups
	n := p.inner(func() {
		last = max(last, p.groups)
		p.groups = first
	})
	p.groups = max(last, p.groups)
	return &node{kind: kConcat, kids: []*node{n}, at: at}
}

func (p *parser) look(at int, behind, negative bool) *node {
	p.ahead++
	n := p.wrap(kLook, at)
	p.ahead--
	n.behind, n.negative = behind, negative
	if behind {
		p.looks = append(p.looks, n)
	}
	return n
}

// refer reads a reference by name.
func (p *parser) refer(k kind, end byte) *node {
	n := &node{kind: k, fold: p.flags.fold, at: p.pos}
	at := p.pos
	p.pending = append(p.pending, reference{n, p.name(end), at})
	return n
}

// numbered reads a reference by number, relative with a sign.
func (p *parser) numbered(k kind) *node {
	n := &node{kind: k, fold: p.flags.fold, at: p.pos}
	sign := p.src[p.pos]
	if sign == '+' || sign == '-' {
		p.pos++
	}
	for p.more() && isDigit(p.src[p.pos]) {
		n.n = min(n.n*10+int(p.src[p.pos]-'0'), maxRepeat)
		p.pos++
	}
	switch sign {
	case '+':
		n.n += p.groups
	case '-':
		n.n = p.groups - n.n + 1
		if n.n <= 0 {
			n.n = maxRepeat
		}
	}
	p.pending = append(p.pending, reference{n, "", p.pos})
	return n
}

// conditional reads what follows "(?(".
func (p *parser) conditional(at int) *node {
	n := &node{kind: kCond, at: at, kids: []*node{nil, nil, nil}}
	p.condition(n, at)
	body := p.inner(nil)
	n.kids[1], n.kids[2] = body, &node{kind: kConcat}
	n.single = body.kind != kAlt
	if body.kind == kAlt {
		if len(body.kids) > 2 {
			p.fail(at, "conditional subpattern contains more than two branches")
		}
		n.kids[1], n.kids[2] = body.kids[0], body.kids[1]
		if n.define {
			p.fail(at, "DEFINE subpattern contains more than one branch")
		}
	}
	return n
}

// condition reads the part in parentheses, to the closing one.
func (p *parser) condition(n *node, at int) {
	ref := p.pos - 1
	for _, o := range []string{"?=", "?!", "?<=", "?<!"} {
		if p.take(o) {
			n.kids[0] = p.look(ref, strings.Contains(o, "<"), strings.HasSuffix(o, "!"))
			return
		}
	}
	switch {
	case p.take("DEFINE)"):
		n.define = true
	case p.take("R)"):
		n.recurse, n.n = true, -1
	case p.take("R&"):
		n.recurse = true
		name := p.pos
		p.pending = append(p.pending, reference{n, p.name(')'), name})
	case p.take("<"):
		name := p.pos
		p.pending = append(p.pending, reference{n, p.name('>'), name})
		p.close()
	case p.take("'"):
		name := p.pos
		p.pending = append(p.pending, reference{n, p.name('\''), name})
		p.close()
	case p.more() && (isDigit(p.src[p.pos]) || p.src[p.pos] == '+' || p.src[p.pos] == '-'):
		n.n = p.numbered(kCond).n
		p.pending[len(p.pending)-1] = reference{n, "", ref}
		p.close()
	case len(p.rest()) > 1 && p.src[p.pos] == 'R' && isDigit(p.src[p.pos+1]):
		p.pos++
		n.recurse = true
		n.n = p.numbered(kCond).n
		p.pending[len(p.pending)-1] = reference{n, "", ref}
		p.close()
	default:
		name := p.pos
		p.pending = append(p.pending, reference{n, p.name(')'), name})
	}
}

func (p *parser) close() {
	if !p.take(")") {
		p.fail(p.pos, "missing closing parenthesis for condition")
	}
}

// resolve looks up the groups that were referred to by name, and checks those
// referred to by number.
func (p *parser) resolve() {
	for _, r := range p.pending {
		if r.name != "" {
			n, ok := p.names[r.name]
			if !ok {
				p.fail(r.at, "reference to non-existent subpattern")
				return
			}
			r.node.n = n
			continue
		}
		if r.node.n > p.groups {
			p.fail(r.at, "reference to non-existent subpattern")
			return
		}
	}
}

// measure checks that lookbehinds have a fixed length; only alternatives at
// their top may differ.
func (p *parser) measure() {
	if p.err != nil {
		return
	}
	for _, n := range p.looks {
		for _, k := range branches(n.kids[0]) {
			if _, ok := k.length(p.bodies, 0); !ok {
				p.fail(n.at, "lookbehind assertion is not fixed length")
				return
			}
		}
	}
}

func branches(n *node) []*node {
	if n.kind == kAlt {
		return n.kids
	}
	return []*node{n}
}

// countGroups counts capture groups ahead of parsing: whether \12 is group 12
// or an octal number depends on it.
func countGroups(s string) int {
	n := 0
	inClass := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			if strings.HasPrefix(s[i:], `\Q`) {
				end := strings.Index(s[i:], `\E`)
				if end < 0 {
					return n
				}
				i += end
			}
			i++
		case inClass:
			inClass = s[i] != ']'
		case s[i] == '[':
			inClass = true
			i += len(s[i+1:]) - len(strings.TrimPrefix(strings.TrimPrefix(s[i+1:], "^"), "]"))
		case s[i] == '(' && opensCapture(s[i+1:]):
			n++
		}
	}
	return n
}

func opensCapture(s string) bool {
	if strings.HasPrefix(s, "*") {
		return false
	}
	name, ok := strings.CutPrefix(s, "?")
	if !ok {
		return true
	}
	name = strings.TrimPrefix(name, "P")
	return strings.HasPrefix(name, "'") ||
		strings.HasPrefix(name, "<") && !strings.HasPrefix(name, "<=") && !strings.HasPrefix(name, "<!")
}
