package pcre

import "strings"

// setFlags reads (?flags) or (?flags: … ), with flags after a "-" switched
// off and "^" for none.
func (p *parser) setFlags(at int) (*node, bool) {
	f, on := p.flags, true
	if p.take("^") {
		f = flags{ungreedy: f.ungreedy}
	}
	for p.err == nil {
		if !p.more() {
			p.fail(p.pos, "missing closing parenthesis")
			return nil, false
		}
		c := p.src[p.pos]
		p.pos++
		switch {
		case c == ')':
			p.flags = f
			return nil, false
		case c == ':':
			saved := p.flags
			p.flags = f
			n := &node{kind: kConcat, kids: []*node{p.inner(nil)}, at: at}
			p.flags = saved
			return n, true
		case c == '-' && on:
			on = false
		case c == 'J':
			p.fail(p.pos-1, "(?J) is not supported here")
		default:
			if !p.setFlag(&f, c, on) {
				p.fail(p.pos-1, "unrecognized character after (? or (?-")
			}
		}
	}
	return nil, false
}

func (p *parser) setFlag(f *flags, c byte, on bool) bool {
	switch c {
	case 'i':
		f.fold = on
	case 'm':
		f.multi = on
	case 's':
		f.dotAll = on
	case 'x':
		f.extended = on
		f.extendedMore = on && p.take("x")
	case 'U':
		f.ungreedy = on
	case 'n':
		f.noCapture = on
	default:
		return false
	}
	return true
}

// options reads what may stand before a pattern: (*UTF) says what is so
// anyway, others are about PCRE2's engine.
func (p *parser) options() {
	for strings.HasPrefix(p.rest(), "(*") {
		end := strings.IndexByte(p.rest(), ')')
		if end < 0 {
			return
		}
		name := p.rest()[2:end]
		switch {
		case ignoredOptions[name] || strings.HasPrefix(name, "LIMIT_"):
			p.pos += end + 1
		case unsupportedOptions[name]:
			p.fail(p.pos+2, "(*%s) is not supported here", name)
		default:
			return
		}
	}
}

var ignoredOptions = map[string]bool{
	"UTF": true, "NO_JIT": true, "NO_START_OPT": true, "NO_AUTO_POSSESS": true,
	"NO_DOTSTAR_ANCHOR": true, "LF": true, "BSR_UNICODE": true,
}

var unsupportedOptions = map[string]bool{
	"UCP": true, "NOTEMPTY": true, "NOTEMPTY_ATSTART": true, "CR": true, "CRLF": true,
	"ANYCRLF": true, "ANY": true, "NUL": true, "BSR_ANYCRLF": true,
}

// assertionVerbs are the long names of groups.
var assertionVerbs = map[string]string{
	"pla": "=", "positive_lookahead": "=", "nla": "!", "negative_lookahead": "!",
	"plb": "<=", "positive_lookbehind": "<=", "nlb": "<!", "negative_lookbehind": "<!",
	"atomic": ">",
}

// verb reads what follows "(*".
func (p *parser) verb(at int) (*node, bool) {
	start := p.pos
	for p.more() && isWordByte(p.src[p.pos]) {
		p.pos++
	}
	name := p.src[start:p.pos]
	switch {
	case name == "FAIL" || name == "F":
		if p.take(")") {
			return &node{kind: kFail, at: at}, false
		}
	case unsupportedVerbs[name]:
		p.fail(at, "(*%s) is not supported here", name)
		return nil, false
	}
	if open, ok := assertionVerbs[name]; ok && p.take(":") {
		for _, o := range openings() {
			if o.text == open {
				return o.read(p, at), true
			}
		}
	}
	p.fail(p.pos, "(*VERB) not recognized or malformed")
	return nil, false
}

var unsupportedVerbs = map[string]bool{
	"ACCEPT": true, "COMMIT": true, "PRUNE": true, "SKIP": true, "THEN": true, "MARK": true,
	"sr": true, "asr": true, "script_run": true, "atomic_script_run": true,
	"napla": true, "naplb": true,
}
