package userfile

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// records yields the lines that count, with their numbers: no comments, no
// empty lines, none that is too long.
func records(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(text) {
			n++
			if len(line) > maxLine {
				continue
			}
			line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(n, line) {
				return
			}
		}
	}
}

// maxReported bounds how many lines of a file are named in a complaint.
const maxReported = 5

// complaints gathers the lines of a file that could not be used.
type complaints struct {
	phrase string // with %s for the path
	path   string
	lines  []int
}

func (c *complaints) add(line int) { c.lines = append(c.lines, line) }

// err is one message about all of them.
func (c *complaints) err() error {
	if len(c.lines) == 0 {
		return nil
	}
	var where strings.Builder
	for i, n := range c.lines[:min(len(c.lines), maxReported)] {
		if i > 0 {
			where.WriteString(", ")
		}
		where.WriteString(strconv.Itoa(n))
	}
	if more := len(c.lines) - maxReported; more > 0 {
		fmt.Fprintf(&where, " and %d more", more)
	}
	return fmt.Errorf(c.phrase+" in line %s", c.path, &where)
}
