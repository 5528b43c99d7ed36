package parser

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// The window of a long line that is shown: so many columns before the marker,
// so many in all. A tab reaches to the next multiple of tabStop.
const (
	maxBefore = 72
	maxShown  = 110
	maxBytes  = 8 * maxShown // combining marks take no columns
	tabStop   = 4
)

// shown is a line as it is shown, and where its marker goes, in columns.
type shown struct {
	text          string
	indent, width int
}

// cell is what one character of a line looks like.
type cell struct {
	text  string
	width int // in columns
}

// excerpt returns the part of the line around src[start:end] that is worth
// showing, its text empty if the line is blank. Offsets outside src are
// tolerated, because a source may have changed since it was parsed.
func excerpt(src []byte, start, end int) shown {
	start = min(max(start, 0), len(src))
	lineStart := bytes.LastIndexAny(src[:start], "\r\n") + 1
	lineEnd := len(src)
	if n := bytes.IndexAny(src[start:], "\r\n"); n >= 0 {
		lineEnd = start + n
	}
	end = min(max(end, start), lineEnd)

	before, cut := left(src[lineStart:start])
	s := shown{indent: columns(before)}
	var b strings.Builder
	if cut {
		b.WriteString("…")
		s.indent++
	}
	for _, c := range before {
		b.WriteString(c.text)
	}
	s.width = max(1, right(&b, src[start:lineEnd], end-start, s.indent))
	s.text = strings.TrimRight(b.String(), " ")
	return s
}

// left returns the cells of text, or the last of them if they are too many.
func left(text []byte) (cells []cell, cut bool) {
	if n := len(text) - maxBytes; n > 0 {
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n++
		}
		text, cut = text[n:], true
	}
	at := 0
	for len(text) > 0 {
		c, n := nextCell(text, at)
		cells, text, at = append(cells, c), text[n:], at+c.width
	}
	for at > maxBefore {
		at -= cells[0].width
		cells, cut = cells[1:], true
	}
	return cells, cut
}

// right writes the cells of text that fit, the line being at columns wide
// already. It returns how many columns the first n bytes of text take.
func right(b *strings.Builder, text []byte, n, at int) int {
	marked := 0
	for i := 0; i < len(text); {
		c, size := nextCell(text[i:], at)
		if at+c.width > maxShown || i > maxBytes {
			b.WriteString("…")
			break
		}
		b.WriteString(c.text)
		if i < n {
			marked += c.width
		}
		i, at = i+size, at+c.width
	}
	return marked
}

func columns(cells []cell) int {
	n := 0
	for _, c := range cells {
		n += c.width
	}
	return n
}

// nextCell returns the first character of text as it looks at column at, and
// its size in bytes.
func nextCell(text []byte, at int) (cell, int) {
	r, size := utf8.DecodeRune(text)
	switch {
	case r == '\t':
		n := tabStop - at%tabStop
		return cell{strings.Repeat(" ", n), n}, size
	case r == utf8.RuneError && size == 1, !unicode.IsPrint(r):
		return cell{hex(text[:size]), 4 * size}, size
	case unicode.In(r, unicode.Mn, unicode.Me):
		return cell{string(r), 0}, size
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return cell{string(r), 2}, size
	}
	return cell{string(r), 1}, size
}

// escape shows what a terminal must not see as lighttpd's log does: \xNN.
func escape(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == '\n' {
			b.WriteString(`\n`)
		} else if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) {
			b.WriteString(hex([]byte(s[:size])))
		} else {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

func hex(text []byte) string {
	var b strings.Builder
	for _, c := range text {
		fmt.Fprintf(&b, `\x%02x`, c)
	}
	return b.String()
}
