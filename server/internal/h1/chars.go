package h1

var (
	// lower maps ASCII capitals to small letters and leaves other bytes alone.
	lower = lowerTable()
	// nameChar are the bytes of a field name (RFC 9110 section 5.1).
	nameChar = nameTable()
	// valueControl are the bytes that header-strict refuses in a value.
	valueControl = controlTable()
	// hexDigit is the value of a hex digit, 255 for other bytes.
	hexDigit = hexTable()
)

func lowerTable() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
	}
	for c := 'A'; c <= 'Z'; c++ {
		t[c] = byte(c) + 'a' - 'A'
	}
	return t
}

func nameTable() (t [256]bool) {
	for i := 0x21; i < 0x7f; i++ {
		t[i] = true
	}
	for _, c := range `()<>@,;:\"/[]?={}` {
		t[c] = false
	}
	return t
}

func controlTable() (t [256]bool) {
	for i := range 0x20 {
		t[i] = i != '\t'
	}
	t[0x7f] = true
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
