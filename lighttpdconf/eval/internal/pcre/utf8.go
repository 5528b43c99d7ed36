package pcre

import "unicode/utf8"

// checkUTF8 finds the first byte that is not UTF-8, in PCRE2's words.
func checkUTF8(s string) *Error {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			return &Error{"UTF-8 error: " + utf8Reason(s[i:]), i}
		}
		i += size
	}
	return nil
}

// utf8Reason says what is wrong with the first character of s.
func utf8Reason(s string) string {
	c := s[0]
	need := 0
	switch {
	case c < 0xC0:
		return "isolated byte with 0x80 bit set"
	case c >= 0xFE:
		return "illegal byte (0xfe or 0xff)"
	case c >= 0xFC:
		need = 5
	case c >= 0xF8:
		need = 4
	case c >= 0xF0:
		need = 3
	case c >= 0xE0:
		need = 2
	default:
		need = 1
	}
	if missing := need - (len(s) - 1); missing > 0 {
		return [...]string{"1 byte", "2 bytes", "3 bytes", "4 bytes", "5 bytes"}[missing-1] + " missing at end"
	}
	for i := 1; i <= need; i++ {
		if s[i]&0xC0 != 0x80 {
			return "byte " + string(rune('1'+i)) + " top bits not 0x80"
		}
	}
	switch {
	case need == 4:
		return "5-byte character is not allowed (RFC 3629)"
	case need == 5:
		return "6-byte character is not allowed (RFC 3629)"
	case c == 0xED:
		return "code points 0xd800-0xdfff are not defined"
	case c > 0xF4 || c == 0xF4 && s[1] > 0x8F:
		return "code points greater than 0x10ffff are not defined"
	}
	return "overlong " + string(rune('1'+need)) + "-byte sequence"
}
