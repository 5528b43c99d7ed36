package h1

import (
	"net/netip"
	"strconv"
	"strings"
)

// HostName applies the host rules to an authority and returns what replaces
// it; false is status 400. [Policy.ReadHead] has done it for its heads; it is
// for those that arrive another way, such as HTTP/2's :authority.
func (p *Policy) HostName(s string) (string, bool) {
	if s == "" || len(s) >= maxHost {
		return "", false
	}
	s = toLower(s)
	if p.HostStrict {
		var ok bool
		if s, ok = checkHostName(s); !ok {
			return "", false
		}
	}
	if !p.HostStrict && !p.HostNormalize {
		return s, true
	}
	port := 80
	if p.TLS {
		port = 443
	}
	return normalizeHost(s, port)
}

// toLower is strings.ToLower for ASCII only.
func toLower(s string) string {
	for i := 0; i < len(s); i++ {
		if lower[s[i]] != s[i] {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = lower[b[i]]
			}
			return string(b)
		}
	}
	return s
}

// checkHostName is host-strict: a host name, an IPv4 address or a bracketed
// IPv6 address, and perhaps a port. It drops a trailing dot and a colon
// without port.
func checkHostName(s string) (string, bool) {
	host, port, ok := splitPort(s)
	if !ok || !digits(port) {
		return "", false
	}
	if host[0] == '[' {
		if !bracketed(host) {
			return "", false
		}
	} else {
		if host[len(host)-1] == '.' {
			host = host[:len(host)-1]
			s = s[:len(host)] + s[len(host)+1:]
		}
		if !labels(host) {
			return "", false
		}
	}
	if port == "" {
		return host, true
	}
	return s, true
}

// splitPort cuts ":port" off an authority; host is never empty.
func splitPort(s string) (host, port string, ok bool) {
	host = s
	if s != "" && s[0] == '[' {
		i := strings.IndexByte(s, ']')
		if i < 0 {
			return "", "", false
		}
		if host, port = s[:i+1], s[i+1:]; port == "" {
			return host, "", true
		}
		return host, port[1:], port[0] == ':'
	}
	host, port, _ = strings.Cut(s, ":")
	return host, port, host != ""
}

// labels checks a host name or IPv4 address without trailing dot.
func labels(host string) bool {
	n, numeric := 0, 0
	var last bool
	for rest, more := host, true; more; n++ {
		var label string
		label, rest, more = strings.Cut(rest, ".")
		if label == "" || label[0] == '-' || !letters(label) {
			return false
		}
		if last = digits(label); last {
			numeric++
		}
	}
	return !last || n == 4 && numeric == 4
}

// letters reports whether s is letters, digits and hyphens.
func letters(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// bracketed checks the characters of "[…]"; that it is an address is checked
// when it is normalised.
func bracketed(host string) bool {
	in := host[1 : len(host)-1]
	for i := 0; i < len(in); i++ {
		if c := in[i]; c != ':' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return in != "" && strings.Count(in, ":") <= 7
}

// normalizeHost is host-normalize: addresses in canonical form, the port in
// decimal and only if it is not the default one.
func normalizeHost(s string, defaultPort int) (string, bool) {
	if plainHost(s) {
		return s, true
	}
	host, port, ok := splitPort(s)
	if !ok {
		return "", false
	}
	n := defaultPort
	if port != "" {
		v, err := strconv.ParseUint(port, 0, 16)
		if err != nil || v == 0 {
			return "", false
		}
		n = int(v)
	}
	switch {
	case host[0] == '[':
		if host, ok = canonicalV6(host); !ok {
			return "", false
		}
	case '0' <= host[0] && host[0] <= '9':
		host = canonicalV4(host)
	}
	if n != defaultPort {
		host += ":" + strconv.Itoa(n)
	}
	return host, true
}

// plainHost reports a name without port that starts with a letter: nothing to
// do.
func plainHost(s string) bool {
	return s != "" && s[0] >= 'a' && s[0] <= 'z' && strings.IndexByte(s, ':') < 0
}

// canonicalV6 rewrites "[address]"; a zone is kept.
func canonicalV6(host string) (string, bool) {
	text, zone, hasZone := strings.Cut(host[1:len(host)-1], "%")
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is6() {
		return "", false
	}
	out := "[" + a.String()
	if b := a.As16(); [12]byte(b[:12]) == [12]byte{} && b[12]|b[13] != 0 {
		out = "[::" + netip.AddrFrom4([4]byte(b[12:])).String() // as inet_ntop writes it
	}
	if hasZone {
		out += "%" + zone
	}
	return out + "]", true
}

// canonicalV4 rewrites a dotted address; names that start with a digit, and
// numbers out of range, stay.
func canonicalV4(host string) string {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.String()
	}
	return host
}
