package h1

import "strings"

// HasToken reports whether value, a comma-separated list such as Connection's,
// has token as one of its elements, in any case. Parameters belong to the
// element: "close;x" is not "close".
func HasToken(value, token string) bool {
	for value != "" {
		var elem string
		elem, value, _ = strings.Cut(value, ",")
		if elem = strings.Trim(elem, " \t"); len(elem) == len(token) && equalFold(elem, token) {
			return true
		}
	}
	return false
}

// FindToken is lighttpd's looser search (http_header_str_contains_token):
// token has to start an element and be followed by the end, a blank, a comma
// or a semicolon. "websocket;x" and "websocket foo" have "websocket",
// "foo websocket" has not.
func FindToken(value, token string) bool {
	for {
		for value != "" && (value[0] == ' ' || value[0] == '\t' || value[0] == ',') {
			value = value[1:]
		}
		if value == "" {
			return false
		}
		if n := len(token); len(value) >= n && equalFold(value[:n], token) && endsToken(value[n:]) {
			return true
		}
		i := strings.IndexByte(value, ',')
		if i < 0 {
			return false
		}
		value = value[i:]
	}
}

func endsToken(rest string) bool {
	return rest == "" || strings.IndexByte(" \t,;", rest[0]) >= 0
}

// equalFold compares without regard to ASCII case.
// Other letters are compared as they are: "ſ" is not "s" in a field name.
func equalFold(a, b string) bool {
	switch {
	case len(a) != len(b):
		return false
	case a == b: // names mostly come in their usual spelling
		return true
	}
	for i := 0; i < len(a); i++ {
		if lower[a[i]] != lower[b[i]] {
			return false
		}
	}
	return true
}
