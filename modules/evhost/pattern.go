package evhost

import (
	"errors"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// pattern is evhost.path-pattern, taken apart.
type pattern []piece

// piece is literal text, or a part of the host name.
type piece struct {
	text  string
	whole bool // %_
	part  int  // N of %N, if text is empty and whole is not set
	char  int  // M of %{N.M}; 0 is all of it
}

// compile takes a pattern apart.
func compile(text string) (pattern, error) {
	var p pattern
	rest := text
	for rest != "" {
		literal, after, found := strings.Cut(rest, "%")
		if literal != "" {
			p = append(p, piece{text: literal})
		}
		if !found {
			break
		}
		next, n := compilePiece(after)
		if n == 0 {
			return nil, errors.New("invalid evhost.path-pattern: " + text)
		}
		p, rest = append(p, next), after[n:]
	}
	return p, nil
}

// compilePiece reads what follows a percent sign and tells how long it is; 0
// is a mistake.
func compilePiece(s string) (piece, int) {
	at := func(i int) byte {
		if i < len(s) {
			return s[i]
		}
		return 0
	}
	switch c := at(0); {
	case c == '%':
		return piece{text: "%"}, 1
	case c == '_':
		return piece{whole: true}, 1
	case isDigit(c):
		return piece{part: int(c - '0')}, 1
	case c != '{' || !isDigit(at(1)):
		return piece{}, 0
	case at(2) == '}':
		return piece{part: int(s[1] - '0')}, 3
	case at(2) == '.' && isDigit(at(3)) && at(4) == '}':
		return piece{part: int(s[1] - '0'), char: int(s[3] - '0')}, 5
	}
	return piece{}, 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// expand puts the parts of a host into the pattern.
func (p pattern) expand(authority string) string {
	labels := split(authority)
	whole, _, _ := strings.Cut(authority, ":")
	var b strings.Builder
	for _, piece := range p {
		switch {
		case piece.text != "":
			b.WriteString(piece.text)
		case piece.whole:
			b.WriteString(whole)
		case piece.part < len(labels):
			b.WriteString(pick(labels[piece.part], piece.char))
		}
	}
	return b.String()
}

// pick is the n-th character of a label, or all of it.
func pick(label string, n int) string {
	switch {
	case n == 0:
		return label
	case n <= len(label):
		return label[n-1 : n]
	}
	return ""
}

// split returns what %0, %1 and so on stand for. An IPv6 address is not taken
// apart.
func split(authority string) []string {
	host := server.HostName(authority)
	if strings.HasPrefix(host, "[") {
		return []string{host}
	}
	labels := strings.Split(host, ".")
	parts := []string{strings.Join(labels[max(len(labels)-2, 0):], ".")}
	for i := len(labels) - 1; i >= 0; i-- {
		parts = append(parts, labels[i])
	}
	return parts
}
