package eval

import (
	"net/netip"
	"strings"
)

// Op is the operator of a condition (config_cond_t).
type Op uint8

// The operators, and Else for a branch without a condition of its own.
const (
	Equal    Op = iota // ==
	NotEqual           // !=
	Match              // =~
	NoMatch            // !~
	Prefix             // =^
	Suffix             // =$
	Else               // plain else
)

// String is the operator as it is written.
func (o Op) String() string { return opNames[o] }

var opNames = [...]string{
	Equal: "==", NotEqual: "!=", Match: "=~", NoMatch: "!~",
	Prefix: "=^", Suffix: "=$", Else: "else",
}

// opposites are the operators in the key of the else branch that follows.
var opposites = [...]string{
	Equal: "!=", NotEqual: "==", Match: "!~", NoMatch: "=~",
	Prefix: "!^", Suffix: "!$", Else: "else",
}

// Cond is the condition of a context. A plain else has Op Else and the Field
// of the branch before it.
type Cond struct {
	Field  Field
	Header string // lower-case header name for RequestHeader
	Object string // HTTP, SERVER or REQUEST_HEADER
	Name   string // what stands in the brackets, as written
	Op     Op
	// Text is the right-hand side as written, a simple =~ already reduced
	// to =^, =$ or ==. It is what -p shows.
	Text string
	// Value is Text as it is compared: a host in canonical form, the
	// address of the listener, a query string normalised.
	Value string

	peer   peerRule
	regexp *Regexp
}

// peerRule is the right-hand side of a remote-ip comparison with == or !=.
type peerRule struct {
	kind peerKind
	addr netip.Addr
	bits int
}

type peerKind uint8

const (
	peerText    peerKind = iota // compare the text: a unix socket's path
	peerAddr                    // the one address
	peerNetwork                 // an address and a mask
	peerNever                   // accepted by lighttpd with an undefined meaning
)

// head is the condition without its block, as messages and -p show it.
func (c *Cond) head() string {
	return "$" + c.Object + `["` + c.Name + `"] ` + c.Op.String() + ` "` + c.Text + `"`
}

// holds compares the subject with the right-hand side (section 14.3). A
// condition whose captures are used compares with a regular expression,
// whatever its operator.
func (c *Cond) holds(s Subject, onLimit func(error)) bool {
	if c.regexp != nil {
		ok, err := c.regexp.MatchLimit(s.Text(c.Field, c.Header))
		if err != nil && onLimit != nil {
			onLimit(err)
		}
		return ok == (c.Op != NoMatch)
	}
	switch c.Op {
	case Equal:
		return c.equal(s)
	case NotEqual:
		return !c.equal(s)
	case Prefix:
		return strings.HasPrefix(s.Text(c.Field, c.Header), c.Value)
	case Suffix:
		return strings.HasSuffix(s.Text(c.Field, c.Header), c.Value)
	}
	return false
}

// capture is holds for a condition whose captures are used.
func (c *Cond) capture(s Subject, dst []string, onLimit func(error)) ([]string, bool) {
	dst, ok, err := c.regexp.CaptureLimit(s.Text(c.Field, c.Header), dst)
	if err != nil && onLimit != nil {
		onLimit(err)
	}
	return dst, ok
}

func (c *Cond) equal(s Subject) bool {
	switch c.Field {
	case HTTPHost:
		return hostEqual(s.Text(HTTPHost, ""), c.Value)
	case HTTPRemoteIP:
		if c.peer.kind != peerText {
			return c.peer.matches(s.RemoteAddr())
		}
	}
	return s.Text(c.Field, c.Header) == c.Value
}

// hostEqual compares names, ignoring a port that only one side has.
func hostEqual(host, want string) bool {
	const longestPort = len(":65535")
	switch {
	case len(host) == len(want) || host == "":
		return host == want
	case len(host) > len(want):
		return host[len(want)] == ':' && len(host)-len(want) <= longestPort &&
			host[:len(want)] == want
	default:
		return want[len(host)] == ':' && want[:len(host)] == host
	}
}

// matches compares the leading bits; v4-mapped IPv6 and IPv4 meet only where
// there is a mask.
func (p *peerRule) matches(addr netip.Addr) bool {
	if !addr.IsValid() || p.kind == peerNever {
		return false
	}
	addr = addr.WithZone("")
	if p.kind == peerAddr {
		return addr == p.addr
	}
	bits := p.bits
	switch {
	case p.addr.Is4() && addr.Is4In6():
		addr = addr.Unmap()
	case p.addr.Is4In6() && addr.Is4():
		if bits <= 96 {
			return true
		}
		addr = netip.AddrFrom16(addr.As16())
	case p.addr.Is4() != addr.Is4():
		return false
	}
	return leadingBits(p.addr, bits) == leadingBits(addr, bits)
}

func leadingBits(a netip.Addr, bits int) netip.Addr {
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr()
}
