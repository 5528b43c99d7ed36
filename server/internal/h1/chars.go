package h1

var (
	// lower maps ASCII capitals to small letters and leaves other bytes alone.
	lower = lowerTable()
	// nameChar are the bytes of a field name (RFC 9110 section 5.1).
	nameChar = nameTable()
	// valueControl are the bytes that header-strict refuses in a value.
	valueControl = controlTable()
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

// hasControl reports whether value has a byte that header-strict refuses. It
// looks at eight bytes at a time: values are most of a head.
func hasControl(value string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	rest := value
	for len(rest) >= 8 {
		b := rest[:8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		del := x ^ 0x7f*ones
		if ((x-0x20*ones)&^x|(del-ones)&^del)&tops != 0 {
			break // a control byte, or a tab
		}
		rest = rest[8:]
	}
	for i := 0; i < len(rest); i++ {
		if valueControl[rest[i]] {
			return true
		}
	}
	return false
}
