package eval

import (
	"fmt"
	"strings"
)

// maxSuggestions bounds the search for similar names in a file full of
// mistakes.
const maxSuggestions = 50

// suggest says what to do about an undefined name.
func (l *loader) suggest(word, key string, sc scope) string {
	if len(l.unknown) <= maxSuggestions {
		if name := similar(key, sc.context); name != "" {
			return fmt.Sprintf("did you mean %s?", strings.TrimPrefix(name, "var."))
		}
	}
	return fmt.Sprintf("set %s before this line, or put it in double quotes if it is text: %q", word, word)
}

// similar is the visible name that differs least, or "".
func similar(key string, x *Context) string {
	best, limit := "", 1+len(key)/6
	key = asciiLower(key)
	for ; x != nil; x = x.Parent {
		for i := range x.Settings {
			name := x.Settings[i].Name
			if abs(len(name)-len(key)) > limit {
				continue
			}
			if d := distance(asciiLower(name), key); d <= limit {
				best, limit = name, d-1
			}
		}
	}
	return best
}

// distance counts the bytes to insert, remove, change or swap with their
// neighbour.
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, row := rows[0], rows[1], rows[2]
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func abs(n int) int { return max(n, -n) }
