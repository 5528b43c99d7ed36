package pcre

import "strings"

// Class is a POSIX character class. There is no locale here, so all are about
// ASCII.
type Class struct {
	Name   string
	ranges string // pairs of bytes, first and last
}

// Has reports whether r is in the class.
func (c Class) Has(r rune) bool {
	for i := 0; i < len(c.ranges); i += 2 {
		if rune(c.ranges[i]) <= r && r <= rune(c.ranges[i+1]) {
			return true
		}
	}
	return false
}

func (c Class) set() set {
	s := make(set, len(c.ranges))
	for i := range len(c.ranges) {
		s[i] = rune(c.ranges[i])
	}
	return s
}

var classes = []Class{
	{"alpha", "AZaz"},
	{"digit", "09"},
	{"alnum", "09AZaz"},
	{"upper", "AZ"},
	{"lower", "az"},
	{"space", "\t\r  "},
	{"blank", "\t\t  "},
	{"punct", "!/:@[`{~"},
	{"print", " ~"},
	{"graph", "!~"},
	{"cntrl", "\x00\x1f\x7f\x7f"},
	{"xdigit", "09AFaf"},
	{"ascii", "\x00\x7f"},
	{"word", "09AZ__az"},
}

// PosixClass recognises [:name:] at the beginning of s.
func PosixClass(s string) (Class, bool) {
	rest, ok := strings.CutPrefix(s, "[:")
	if !ok {
		return Class{}, false
	}
	for _, c := range classes {
		if strings.HasPrefix(rest, c.Name+":]") {
			return c, true
		}
	}
	return Class{}, false
}
