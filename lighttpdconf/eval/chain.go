package eval

import (
	"fmt"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// temporaryElse is the key of a plain else while its body is read. Conditions
// in the body keep it in their keys, so two plain else blocks of one parent
// share equally spelt inner conditions.
const temporaryElse = "else_tmp_token"

// chain evaluates a condition with its else branches.
func (l *loader) chain(c *parser.Chain, sc scope) {
	if sc.global {
		first := c.Links[0].Cond
		if cond, ok := l.condition(first, sc); ok && l.check(&cond, first) {
			l.noConditionals(c.Links[0].Range)
		}
		return
	}
	var prev *Context
	for _, link := range c.Links {
		if l.stopped {
			return
		}
		x := l.open(link, sc, prev)
		l.statements(link.Body, scope{context: x})
		if prev != nil && !link.Unfinished && l.attached(prev) && l.attached(x) {
			if !l.follow(prev, x, link) {
				x = l.detached(sc.context, x.Range)
			}
		}
		prev = x
	}
}

// open finds or makes the context of a link. After a mistake in the header
// the body is evaluated in a context that belongs to nothing.
func (l *loader) open(link *parser.Link, sc scope, prev *Context) *Context {
	if link.Cond == nil {
		x := l.create(sc.context, temporaryElse, link.Range)
		x.Cond = Cond{Op: Else}
		if prev != nil {
			x.Cond.Field = prev.Cond.Field
		}
		return x
	}
	cond, ok := l.condition(link.Cond, sc)
	if !ok {
		return l.detached(sc.context, link.Range)
	}
	key := sc.context.Key + " / " + cond.head()
	if x, ok := l.byKey[asciiLower(key)]; ok {
		return x
	}
	if !l.check(&cond, link.Cond) {
		return l.detached(sc.context, link.Range)
	}
	x := l.create(sc.context, cond.head(), link.Range)
	x.Cond = cond
	if l.attached(x) {
		l.byKey[asciiLower(key)] = x
	}
	return x
}

// create makes the next context.
func (l *loader) create(parent *Context, key string, at parser.Range) *Context {
	x := l.detached(parent, at)
	x.Key = parent.Key + " / " + key
	if l.attached(parent) {
		l.conf.Contexts = append(l.conf.Contexts, x)
		parent.Children = append(parent.Children, x)
	}
	return x
}

// detached makes a context outside the configuration.
func (l *loader) detached(parent *Context, at parser.Range) *Context {
	return &Context{
		ID: len(l.conf.Contexts), Key: parent.Key, Parent: parent, Range: at, slots: map[string]int{},
	}
}

func (l *loader) attached(x *Context) bool {
	return x.ID < len(l.conf.Contexts) && l.conf.Contexts[x.ID] == x
}

// follow makes x the branch after prev (section 8.6).
func (l *loader) follow(prev, x *Context, link *parser.Link) bool {
	if x.ID <= prev.ID {
		l.unreachable(link, "unreachable else condition",
			"a condition may stand only once in a chain, and not in a block before it", x)
		return false
	}
	if prev.Cond.Op == Else {
		l.unreachable(link, "unreachable condition following else catch-all",
			"nothing is left for this branch: move it before the plain else", prev)
		return false
	}
	if x.Cond.Op == Else && !l.rename(prev, x, link) {
		return false
	}
	x.Prev, prev.Next = prev, x
	return true
}

// rename gives a plain else its final key: that of the branch before it with
// the operator negated.
func (l *loader) rename(prev, x *Context, link *parser.Link) bool {
	head := prev.Cond.head()
	negated := prev.Cond
	block := prev.Key[:len(prev.Key)-len(head)]
	x.Key = block + "$" + negated.Object + `["` + negated.Name + `"] ` +
		opposites[negated.Op] + ` "` + negated.Text + `"`
	key := asciiLower(x.Key)
	if other, taken := l.byKey[key]; taken {
		l.unreachable(link, "unreachable else condition",
			"a block with the opposite condition stands before: write its settings there", other)
		return false
	}
	l.byKey[key] = x
	return true
}

func (l *loader) unreachable(link *parser.Link, summary, detail string, other *Context) {
	l.report(failure{
		at:      link.Range,
		summary: summary,
		detail:  detail,
		related: []parser.Note{{Range: other.Range, Text: "the block it collides with"}},
		near:    &link.End,
	})
}

// condition evaluates a header up to the point where equal conditions share
// a block.
func (l *loader) condition(c *parser.Condition, sc scope) (Cond, bool) {
	name, nameOK := l.text(c.Field, sc)
	v := l.expr(c.Value, sc)
	if v.Kind != String {
		if v.Kind != Broken {
			l.report(failure{
				at:      c.Value.Range,
				summary: "rvalue must be string",
				detail:  "write the value to compare with in double quotes",
				near:    &c.Value.Range.End,
			})
		}
		return Cond{}, false
	}
	if !nameOK {
		return Cond{}, false
	}
	cond := Cond{Object: c.Object, Name: name, Op: operators[c.Op], Text: v.Str}
	f, ok := lookupField(c.Object, name)
	cond.Field, cond.Header = f.field, f.header
	if cond.Op == Match && cond.Field != ServerSocket {
		cond.Op, cond.Text = simplify(cond.Text)
	}
	if !ok {
		l.unknownField(&cond, c)
		return Cond{}, false
	}
	cond.Value = cond.Text
	return cond, true
}

var operators = map[string]Op{
	"==": Equal, "!=": NotEqual, "=~": Match, "!~": NoMatch, "=^": Prefix, "=$": Suffix,
}

func (l *loader) unknownField(cond *Cond, c *parser.Condition) {
	l.report(failure{
		at:      c.Range,
		summary: "error comp_key " + cond.head(),
		detail:  fieldAdvice(cond.Object, cond.Name),
		near:    &c.Value.Range.End,
	})
}

// check looks at the right-hand side when a block is made, and brings it into
// the form that is compared.
func (l *loader) check(cond *Cond, c *parser.Condition) bool {
	literal := cond.Op != Match && cond.Op != NoMatch
	ok := true
	switch {
	case cond.Field == HTTPHost && literal, cond.Field == ServerSocket && !rawSocket(cond.Value):
		cond.Value, ok = normalizeHost(cond.Value)
	case cond.Field == HTTPRemoteIP && literal:
		cond.peer, ok = parsePeer(cond.Value)
		if ok && cond.peer.kind == peerNever {
			l.warn(c.Value.Range, fmt.Sprintf("%q is no address: this condition is never equal", cond.Text),
				"write an address such as 192.0.2.1 or 2001:db8::1, with a mask such as /24 from 1 to 32 or 128")
		}
	}
	if ok {
		return true
	}
	l.report(failure{
		at:      c.Value.Range,
		summary: "invalid IP addr: " + cond.Text,
		detail:  addressAdvice(cond.Field),
		near:    &c.Value.Range.End,
	})
	return false
}
