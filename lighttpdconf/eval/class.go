package eval

import "strings"

// asciiClass is a POSIX character class. In file name patterns and, as PCRE
// has no locale here, in regular expressions it is about ASCII.
type asciiClass struct {
	name   string
	ranges string // pairs of bytes, first and last
}

func (c asciiClass) has(r rune) bool {
	for i := 0; i < len(c.ranges); i += 2 {
		if rune(c.ranges[i]) <= r && r <= rune(c.ranges[i+1]) {
			return true
		}
	}
	return false
}

var asciiClasses = []asciiClass{
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

// posixClass recognises [:name:] at the beginning of s.
func posixClass(s string) (asciiClass, bool) {
	rest, ok := strings.CutPrefix(s, "[:")
	if !ok {
		return asciiClass{}, false
	}
	for _, c := range asciiClasses {
		if strings.HasPrefix(rest, c.name+":]") {
			return c, true
		}
	}
	return asciiClass{}, false
}
