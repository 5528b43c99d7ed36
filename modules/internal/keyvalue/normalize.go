package keyvalue

const upperHex = "0123456789ABCDEF"

// normalizePattern brings the pattern of a rule into the form that URL
// normalisation gives targets: hexadecimal digits of %xx in upper case, bytes
// beyond ASCII percent-encoded.
func normalizePattern(s string) string { return normalize(s, "%") }

// normalizeText does the same for a rule's text, where a percent sign is
// written twice.
func normalizeText(s string) string { return normalize(s, "%%") }

// normalize is for a text in which percent stands for a percent sign.
func normalize(s, percent string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		c := s[i]
		n := len(percent)
		switch {
		case c >= 0x80:
			b = append(b, percent...)
			b = append(b, upperHex[c>>4], upperHex[c&15])
			i++
		case len(s) >= i+n+2 && s[i:i+n] == percent && isHex(s[i+n]) && isHex(s[i+n+1]):
			b = append(b, percent...)
			b = append(b, upper(s[i+n]), upper(s[i+n+1]))
			i += n + 2
		default:
			b = append(b, c)
			i++
		}
	}
	return string(b)
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func isHex(c byte) bool { return isDigit(c) || (c|0x20)-'a' <= 5 }

func upper(c byte) byte {
	if c-'a' <= 'z'-'a' {
		c -= 'a' - 'A'
	}
	return c
}

func lower(c byte) byte {
	if c-'A' <= 'Z'-'A' {
		c += 'a' - 'A'
	}
	return c
}
