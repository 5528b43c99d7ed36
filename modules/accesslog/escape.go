package accesslog

const (
	upperHex = "0123456789ABCDEF"
	letters  = "abtnvfr" // of bytes 7 to 13
)

// appendEscaped adds what a client sent so that it can do no harm in a log:
// printable ASCII as it is, quotes and backslashes behind a backslash, the
// rest by letter or number. For JSON, bytes above ASCII pass.
func appendEscaped(dst []byte, s string, json bool) []byte {
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b >= ' ' && b < 0x7f, json && b >= 0x80:
			dst = append(dst, b)
		case b >= 7 && b <= 13 && !(json && (b == 7 || b == 11)):
			dst = append(dst, '\\', letterOf(b))
		case json:
			dst = append(dst, '\\', 'u', '0', '0', upperHex[b>>4], upperHex[b&15])
		default:
			dst = append(dst, '\\', 'x', upperHex[b>>4], upperHex[b&15])
		}
	}
	return dst
}

// letterOf names the control bytes from 7 to 13 as C does.
func letterOf(b byte) byte { return letters[b-7] }
