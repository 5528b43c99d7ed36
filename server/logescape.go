package server

import "unicode/utf8"

const hexDigits = "0123456789abcdef"

// appendEscaped adds s with all bytes outside printable ASCII in C notation,
// so that nothing a client sends can start a line of its own in a log. With
// utf8ok well-formed UTF-8 passes (server.errorlog-utf8).
func appendEscaped(b []byte, s string, utf8ok bool) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case ' ' <= c && c < 0x7f:
			b = append(b, c)
		case c >= utf8.RuneSelf && utf8ok:
			if _, n := utf8.DecodeRuneInString(s[i:]); n > 1 {
				b = append(b, s[i:i+n]...)
				i += n
				continue
			}
			b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = appendControl(b, c)
		}
		i++
	}
	return b
}

// controls are the bytes with a letter of their own in C.
var controls = map[byte]byte{
	'\a': 'a', '\b': 'b', '\t': 't', '\n': 'n', '\v': 'v', '\f': 'f', '\r': 'r',
}

func appendControl(b []byte, c byte) []byte {
	if letter := controls[c]; letter != 0 {
		return append(b, '\\', letter)
	}
	return append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
}
