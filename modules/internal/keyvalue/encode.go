package keyvalue

import "encoding/base64"

// mode is how a reference's text is encoded. Where several modifiers are
// given, the first of this list counts.
type mode uint8

const (
	asIs     mode = iota // no modifier
	noesc                // noesc:, noescape:
	esc                  // esc:, escape:
	escnde               // escnde: "no double encoding"
	escpsnde             // escpsnde: and no encoding of "path separators"
	encb64u              // encb64u:
	decb64u              // decb64u:
)

// encoding is a mode with a change of letter case after it.
type encoding struct {
	mode         mode
	lower, upper bool
}

// appendTo adds s, encoded. A change of case without a mode adds nothing, as
// in lighttpd.
func (e encoding) appendTo(dst []byte, s string) []byte {
	if !e.lower && !e.upper {
		return e.mode.appendTo(dst, s)
	}
	if e.mode == asIs {
		return dst
	}
	start := len(dst)
	dst = e.mode.appendTo(dst, s)
	change := lower
	if e.upper {
		change = upper
	}
	changeCase(dst[start:], change)
	return dst
}

func (m mode) appendTo(dst []byte, s string) []byte {
	switch m {
	case esc:
		return appendEscaped(dst, s, false, false)
	case escnde:
		return appendEscaped(dst, s, true, false)
	case escpsnde:
		return appendEscaped(dst, s, true, true)
	case encb64u:
		return base64.RawURLEncoding.AppendEncode(dst, []byte(s))
	case decb64u:
		return appendDecoded(dst, s)
	}
	return append(dst, s...)
}

// unreserved reports the characters that percent-encoding never changes
// (RFC 3986, section 2.3).
func unreserved(c byte) bool {
	return isDigit(c) || (c|0x20)-'a' <= 'z'-'a' || c == '-' || c == '.' || c == '_' || c == '~'
}

// appendEscaped percent-encodes all but unreserved characters. With once,
// %xx that is there already stays, or is decoded where it need not be; with
// slashes, "/" stays.
func appendEscaped(dst []byte, s string, once, slashes bool) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case once && c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			if d := unhex(s[i+1])<<4 | unhex(s[i+2]); unreserved(d) {
				dst = append(dst, d)
			} else {
				dst = append(dst, s[i:i+3]...)
			}
			i += 2
		case unreserved(c), slashes && c == '/':
			dst = append(dst, c)
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return (c | 0x20) - 'a' + 10
}

// changeCase changes letters, those of %xx excepted.
func changeCase(b []byte, change func(byte) byte) {
	for i := 0; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) && isHex(b[i+1]) && isHex(b[i+2]) {
			i += 2
			continue
		}
		b[i] = change(b[i])
	}
}

// appendDecoded decodes base64url up to padding or a character that does not
// belong to it; blanks are skipped. A length that cannot be is nothing.
func appendDecoded(dst []byte, s string) []byte {
	digits := make([]byte, 0, len(s))
scan:
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c), (c|0x20)-'a' <= 'z'-'a', c == '-', c == '_':
			digits = append(digits, c)
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		default:
			break scan
		}
	}
	decoded, err := base64.RawURLEncoding.AppendDecode(dst, digits)
	if err != nil {
		return dst
	}
	return decoded
}
