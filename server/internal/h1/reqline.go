package h1

import "strings"

// minLine is the shortest request line with its line end: "x x HTTP/1.0" LF.
const minLine = 13

// requestLine reads METHOD SP TARGET SP HTTP/1.x.
func (ps *parser) requestLine() *fault {
	line := ps.nextLine()
	if len(line) < minLine {
		return faultShort
	}
	line, bad := ps.cutLineEnd(line)
	if bad != nil {
		return bad
	}
	rest, bad := ps.version(line)
	if bad != nil {
		return bad
	}
	if c := ps.raw[ps.pos]; c == ' ' || c == '\t' {
		return faultLine // a fold, which only fields may have
	}
	if rest[len(rest)-1] == ' ' && strings.IndexByte(rest, ' ') < len(rest)-1 {
		return faultLine
	}
	method, target, _ := strings.Cut(rest, " ")
	if !KnownMethod(method) {
		return faultMethod
	}
	ps.h.Method = method
	if target == "" || target[0] == ' ' {
		return faultNoURI
	}
	if target[0] != '/' {
		if target, bad = ps.otherTarget(method, target); bad != nil {
			return bad
		}
	}
	ps.h.Target, ps.h.TargetOrig = target, target
	return ps.targetChars(target)
}

// version takes " HTTP/1.x" off the line.
func (ps *parser) version(line string) (string, *fault) {
	const v11, v10 = " HTTP/1.1", " HTTP/1.0"
	n := len(line) - len(v11)
	if n < 1 {
		return "", faultVersion
	}
	switch line[n:] {
	case v11:
		ps.h.HTTP11, ps.h.KeepAlive = true, true
	case v10:
	default:
		return "", faultVersion
	}
	return line[:n], nil
}

// otherTarget reads a target that is no path: absolute, "*", or CONNECT's.
func (ps *parser) otherTarget(method, target string) (string, *fault) {
	if rest, ok := cutScheme(target); ok {
		return ps.absolute(rest)
	}
	if !ps.p.HeaderStrict || method == "OPTIONS" && target == "*" {
		return target, nil
	}
	if method == "CONNECT" && (target[0] == ':' || '0' <= target[0] && target[0] <= '9') {
		return target, nil
	}
	return "", faultTarget
}

// cutScheme takes http:// or https:// off an absolute target.
func cutScheme(target string) (string, bool) {
	for _, scheme := range [...]string{"http://", "https://"} {
		if len(target) > len(scheme) && equalFold(target[:len(scheme)], scheme) {
			return target[len(scheme):], true
		}
	}
	return "", false
}

// absolute makes the authority of an absolute target the Host (RFC 9112
// section 3.2.2) and returns the rest.
func (ps *parser) absolute(rest string) (string, *fault) {
	i := strings.IndexByte(rest, '/')
	switch {
	case i < 0:
		return "", faultTarget
	case i == 0, i >= maxHost:
		return "", faultAuthority
	}
	ps.host = len(ps.h.Fields)
	ps.h.Fields = append(ps.h.Fields, Field{Name: "Host", Value: rest[:i]})
	return rest[i:], nil
}

// targetChars refuses bytes that normalisation would not deal with.
func (ps *parser) targetChars(target string) *fault {
	switch {
	case ps.p.URL.Normalize && ps.p.URL.CtrlsReject:
		// Left to normalisation, which turns a blank into %20.
	case !ps.p.HeaderStrict:
		if strings.IndexByte(target, 0) >= 0 {
			return faultURIChar
		}
	default:
		for i := 0; i < len(target); i++ {
			if c := target[i]; c <= ' ' || c == 0x7f || c == 0xff {
				return faultURIChar
			}
		}
	}
	return nil
}
