package auth

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// paramNames are the parameters of digest credentials that count (RFC 7616,
// section 3.4). Names are told apart by case, as lighttpd does.
var paramNames = map[string]bool{
	"username": true, "username*": true, "realm": true, "nonce": true, "uri": true, "algorithm": true,
	"qop": true, "cnonce": true, "nc": true, "response": true, "userhash": true,
}

// params are the parameters of digest credentials. The last one of a name
// counts.
type params map[string]string

// parseParams takes pairs apart. What is not understood is skipped up to the
// next comma.
func parseParams(s string) params {
	p := params{}
	for s != "" {
		s = strings.TrimLeft(s, " \t,")
		end := strings.IndexAny(s, "=, \t")
		if end < 0 {
			break
		}
		name := s[:end]
		s = strings.TrimLeft(s[end:], " \t")
		if !strings.HasPrefix(s, "=") {
			_, s, _ = strings.Cut(s, ",")
			continue
		}
		var value string
		value, s = cutValue(strings.TrimLeft(s[1:], " \t"))
		if paramNames[name] {
			p[name] = value
		}
	}
	return p
}

// cutValue takes a value and the comma behind it off s. A quoted value keeps
// its backslashes; one without closing quote goes on to the end.
func cutValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ",")
		return strings.TrimRight(value, " \t"), rest
	}
	s = s[1:]
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			_, rest, _ = strings.Cut(s[i+1:], ",")
			return s[:i], rest
		}
	}
	return s, ""
}

// has reports whether all parameters are there; they may be empty.
func (p params) has(names ...string) bool {
	for _, name := range names {
		if _, ok := p[name]; !ok {
			return false
		}
	}
	return true
}

// complete reports whether nothing is missing (digest: missing field).
func (p params) complete(session bool) bool {
	return p.has("realm", "nonce", "uri", "response") &&
		p.has("username") != p.has("username*") &&
		(!p.has("qop") || p.has("nc", "cnonce")) &&
		(!session || p.has("cnonce"))
}

// extValue decodes a name with its character set (RFC 8187, section 3.2), as
// in UTF-8”J%C3%B6rg.
func extValue(s string) (string, bool) {
	charset, rest, ok := strings.Cut(s, "'")
	_, coded, ok2 := strings.Cut(rest, "'")
	text, err := url.PathUnescape(coded)
	if !ok || !ok2 || err != nil {
		return "", false
	}
	switch {
	case strings.EqualFold(charset, "ISO-8859-1"):
		text = latin1(text)
	case !strings.EqualFold(charset, "UTF-8"):
		return "", false
	}
	return text, utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// latin1 is ISO-8859-1 as UTF-8.
func latin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
