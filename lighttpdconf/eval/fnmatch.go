package eval

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval/internal/pcre"
)

// matchName matches one file name against one component of a pattern
// (fnmatch with FNM_PERIOD in the C locale, which is about bytes).
func matchName(pattern, name string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(strings.TrimPrefix(pattern, `\`), ".") {
		return false
	}
	// star and retry are where to go on when what follows a "*" did not
	// match: with one more byte taken by the "*".
	p, n, star, retry := 0, 0, -1, 0
	for {
		if p < len(pattern) && pattern[p] == '*' {
			p++
			star, retry = p, n
			continue
		}
		if n == len(name) && p == len(pattern) {
			return true
		}
		if size, ok := matchOne(pattern[p:], name[n:]); ok {
			p, n = p+size, n+1
			continue
		}
		if star < 0 || retry >= len(name) {
			return false
		}
		retry++
		p, n = star, retry
	}
}

// matchOne matches the first byte of name; size is the length of the pattern
// used up.
func matchOne(pattern, name string) (size int, ok bool) {
	if pattern == "" || name == "" {
		return 0, false
	}
	switch pattern[0] {
	case '?':
		return 1, true
	case '[':
		if in, size := matchBracket(pattern, name[0]); size > 0 {
			return size, in
		}
	case '\\':
		if len(pattern) > 1 {
			return 2, pattern[1] == name[0]
		}
	}
	return 1, pattern[0] == name[0]
}

// matchBracket matches a bracket expression. size is 0 if there is no closing
// bracket, and the "[" stands for itself.
func matchBracket(pattern string, c byte) (in bool, size int) {
	i := 1
	negated := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if negated {
		i++
	}
	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return in != negated, i + 1
		}
		if class, ok := pcre.PosixClass(pattern[i:]); ok {
			in = in || class.Has(rune(c))
			i += len(class.Name) + len("[::]")
			continue
		}
		low, width := bracketByte(pattern[i:])
		i += width
		high := low
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			high, width = bracketByte(pattern[i+1:])
			i += 1 + width
		}
		in = in || low <= c && c <= high
	}
	return false, 0
}

func bracketByte(s string) (c byte, width int) {
	if s[0] == '\\' && len(s) > 1 {
		return s[1], 2
	}
	return s[0], 1
}
