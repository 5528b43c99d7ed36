package ssi

import (
	"bytes"
	"strings"
)

const (
	opening = "<!--#"
	closing = "-->"
	// maxStatement bounds, in bytes, what stands between opening and closing.
	maxStatement = 8 << 10
)

// tooLong is what stands in the output instead of a longer statement.
const tooLong = "<!-- [an error occurred: directive too long] "

// attribute is one name="value" of a statement.
type attribute struct{ name, value string }

// statement is one <!--#name attr="value" -->.
type statement struct {
	name  string
	attrs []attribute // two at the most
}

// get returns the value of an attribute, "" if there is none.
func (s *statement) get(name string) string {
	value, _ := s.find(name)
	return value
}

// find also reports whether the attribute is there.
func (s *statement) find(name string) (string, bool) {
	for _, a := range s.attrs {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// endOf returns the length of the statement at the start of text, closing
// included, or -1 if it does not end. A closing in quotes does not count.
func endOf(text []byte) int {
	var quote byte
	for i := len(opening); i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '-' && bytes.HasPrefix(text[i:], []byte(closing)):
			return i + len(closing)
		}
	}
	return -1
}

// parse takes a statement apart; false if it is malformed.
func parse(text string) (statement, bool) {
	text = strings.TrimSuffix(strings.TrimPrefix(text, opening), closing)
	n := wordLength(text)
	s := statement{name: text[:n]}
	rest := text[n:]
	if s.name == "" || rest != "" && !isBlank(rest[0]) {
		return s, false
	}
	for {
		rest = strings.TrimLeft(rest, blanks)
		if rest == "" || s.name == "comment" {
			return s, true
		}
		a, after, ok := parseAttribute(rest)
		if !ok || len(s.attrs) == 2 {
			return s, false
		}
		s.attrs = append(s.attrs, a)
		rest = after
	}
}

const blanks = " \t\r\n"

func isBlank(b byte) bool { return strings.IndexByte(blanks, b) >= 0 }

// wordLength is the length of the lower-case letters at the start of s.
func wordLength(s string) int {
	return len(s) - len(strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz"))
}

// parseAttribute takes name=value at the start of s and returns what follows.
func parseAttribute(s string) (a attribute, rest string, ok bool) {
	n := wordLength(s)
	a.name, rest = s[:n], strings.TrimLeft(s[n:], blanks)
	if n == 0 || rest == "" || rest[0] != '=' {
		return a, rest, false
	}
	rest = strings.TrimLeft(rest[1:], blanks)
	if rest == "" {
		return a, rest, false
	}
	if rest[0] == '"' || rest[0] == '\'' {
		end := closingQuote(rest)
		if end < 0 {
			return a, rest, false
		}
		a.value = rest[1:end]
		return a, rest[end+1:], true
	}
	end := strings.IndexAny(rest, blanks)
	if end < 0 {
		end = len(rest)
	}
	a.value = rest[:end]
	return a, rest[end:], true
}

// closingQuote is the place of the quote that ends the one at s[0], or -1. A
// backslash protects a quote and stays in the value.
func closingQuote(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if s[i] == s[0] {
			return i
		}
	}
	return -1
}
