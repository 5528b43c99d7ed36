package burl

// Classes of a raw byte in a target. From rawEscape on a byte has to change.
const (
	rawPlain  = iota // stays
	rawSlash         // "/"
	rawQuery         // "?"
	rawEscape        // has to be percent-encoded, or is "%"
)

const (
	alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	upperHex     = "0123456789ABCDEF"
)

var (
	raw        = rawTable()
	unreserved = set(alphanumeric + "-._~")
	// relURI are the bytes of a path that a redirect leaves alone
	// (ENCODING_REL_URI).
	relURI = set(alphanumeric + "!()*-./_~")
	// relURIPart are those of a single name in a link
	// (ENCODING_REL_URI_PART).
	relURIPart = set(alphanumeric + "!()*-._~")
	htmlPlain  = htmlTable()
	// HexValue is the value of a hex digit, 255 for other bytes.
	HexValue = hexTable()
)

func set(s string) (t [256]bool) {
	for i := 0; i < len(s); i++ {
		t[s[i]] = true
	}
	return t
}

func rawTable() (t [256]uint8) {
	plain := set(alphanumeric + "!$&'()*+,-.:;=@_~")
	for i := range t {
		if !plain[i] {
			t[i] = rawEscape
		}
	}
	t['/'], t['?'] = rawSlash, rawQuery
	return t
}

// htmlTable marks what needs no escape in HTML text and attributes.
func htmlTable() (t [256]bool) {
	for i := 0x20; i < len(t); i++ {
		t[i] = i != 0x7f
	}
	for _, c := range "\"&'<>`" {
		t[c] = false
	}
	return t
}

func hexTable() (t [256]uint8) {
	for i := range t {
		t[i] = 0xff
	}
	for i := range 10 {
		t['0'+i] = uint8(i)
	}
	for i := range 6 {
		t['a'+i], t['A'+i] = uint8(10+i), uint8(10+i)
	}
	return t
}

// unhex reads the two digits behind the "%" that s starts with.
func unhex(s string) (byte, bool) {
	if len(s) < 3 {
		return 0, false
	}
	hi, lo := HexValue[s[1]], HexValue[s[2]]
	return hi<<4 | lo, hi|lo < 16
}

// appendEscape adds c as %XX.
func appendEscape(dst []byte, c byte) []byte {
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}
