package eval

import (
	"net/netip"
	"strconv"
	"strings"
)

// normalizeHost brings the right-hand side of a host or socket condition into
// the form request authorities have (http_request_host_normalize): IP
// literals canonical, the port decimal, an empty port dropped. Names keep
// their case.
func normalizeHost(s string) (string, bool) {
	host, port, ok := splitHost(s)
	if !ok {
		return "", false
	}
	if host, ok = canonicalHost(host); !ok {
		return "", false
	}
	if port == "" {
		return host, true
	}
	n, ok := parsePort(port)
	if !ok {
		return "", false
	}
	return host + ":" + strconv.Itoa(n), true
}

// splitHost separates the port at the first ":" outside brackets. A name in
// front of it must not be empty.
func splitHost(s string) (host, port string, ok bool) {
	if !strings.HasPrefix(s, "[") {
		host, port, _ = strings.Cut(s, ":")
		return host, port, host != "" || s == ""
	}
	if strings.HasSuffix(s, "]") {
		return s, "", true
	}
	end := strings.IndexByte(s, ']')
	if end < 0 || end+1 >= len(s) || s[end+1] != ':' {
		return "", "", false
	}
	return s[:end+1], s[end+2:], true
}

func canonicalHost(host string) (string, bool) {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		return canonicalIPv6(strings.TrimSuffix(inner, "]"))
	}
	if host != "" && '0' <= host[0] && host[0] <= '9' {
		if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
			return a.String(), true
		}
	}
	return host, true
}

func canonicalIPv6(inner string) (string, bool) {
	text, zone, zoned := strings.Cut(inner, "%")
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is6() {
		return "", false
	}
	if zoned {
		return "[" + a.String() + "%" + zone + "]", true
	}
	return "[" + a.String() + "]", true
}

// parsePort reads a port in C notation: decimal, 0x hexadecimal, 0 octal.
func parsePort(s string) (int, bool) {
	digits, base := cNumber(s)
	n, err := strconv.ParseUint(digits, base, 16)
	return int(n), err == nil && n > 0
}

// cNumber takes off what strtol skips in front of digits and finds the base.
func cNumber(s string) (digits string, base int) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	s = strings.TrimPrefix(s, "+")
	switch {
	case len(s) > 2 && s[0] == '0' && lower(s[1]) == 'x':
		return s[2:], 16
	case len(s) > 1 && s[0] == '0':
		return s[1:], 8
	}
	return s, 10
}

// parsePeer reads the right-hand side of a remote-ip condition. Text that is
// neither an address nor a path is an error; an impossible mask or a
// malformed IPv6 address is none, but is never equal to anything.
func parsePeer(s string) (peerRule, bool) {
	if strings.HasPrefix(s, "/") {
		return peerRule{kind: peerText}, true
	}
	text, mask, masked := strings.Cut(s, "/")
	v6 := strings.Contains(s, ":") || strings.HasPrefix(s, "[")
	bits := 0
	if masked {
		if bits = maskBits(mask, v6); bits == 0 {
			return peerRule{kind: peerNever}, true
		}
	}
	addr, ok := peerAddress(text, v6)
	switch {
	case !ok:
		return peerRule{kind: peerNever}, v6
	case masked:
		return peerRule{kind: peerNetwork, addr: addr, bits: bits}, true
	}
	return peerRule{kind: peerAddr, addr: addr}, true
}

// maskBits reads the length of a network mask, or 0 if it is none.
func maskBits(s string, v6 bool) int {
	longest := uint64(32)
	if v6 {
		longest = 128
	}
	s = strings.TrimPrefix(strings.TrimLeft(s, " \t\n\v\f\r"), "+")
	bits, err := strconv.ParseUint(s, 10, 8)
	if err != nil || bits > longest {
		return 0
	}
	return int(bits)
}

func peerAddress(text string, v6 bool) (netip.Addr, bool) {
	if inner, ok := strings.CutPrefix(text, "["); ok {
		if text, ok = strings.CutSuffix(inner, "]"); !ok {
			return netip.Addr{}, false
		}
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Is6() != v6 || a.Zone() != "" {
		return netip.Addr{}, false
	}
	return a, true
}

// normalizeQuery upper-cases %xx and encodes bytes above ASCII, as URL
// normalisation does to the query string of a request.
func normalizeQuery(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x80:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= lower(c) && lower(c) <= 'f'
}

// rawSocket reports whether a $SERVER["socket"] value is taken as written:
// all addresses, or the path of a unix socket.
func rawSocket(s string) bool {
	return strings.HasPrefix(s, ":") || strings.HasPrefix(s, "[]") ||
		strings.HasPrefix(s, "/") || strings.HasPrefix(s, `\`)
}
