package accesslog

import (
	"fmt"
	"strings"
)

// maxItems bounds the items of a format; adjacent literal text is one item.
const maxItems = 127

// appender adds one item of a line to dst.
type appender func(dst []byte, e *entry) []byte

// format is a compiled accesslog.format.
type format struct{ items []appender }

// append adds the line, without an end of line.
func (f *format) append(dst []byte, e *entry) []byte {
	for _, item := range f.items {
		dst = item(dst, e)
	}
	return dst
}

// compiler takes a format apart.
type compiler struct {
	out     format
	literal []byte
	stamps  int // time fields of which a format may have one only
}

// compile translates a format. Errors name the place in it, counted in bytes
// from 0.
func compile(s string) (*format, error) {
	var c compiler
	for i := 0; i < len(s); {
		switch s[i] {
		case '\\':
			i += c.backslash(s[i+1:])
		case '%':
			n, err := c.field(s[i:])
			if err != nil {
				return nil, fmt.Errorf("accesslog.format: %w at offset %d in %q", err, i, s)
			}
			i += n
		default:
			c.literal = append(c.literal, s[i])
			i++
		}
	}
	c.flush()
	if len(c.out.items) > maxItems {
		return nil, fmt.Errorf("accesslog.format: more than %d fields and texts in %q", maxItems, s)
	}
	return &c.out, nil
}

// escapes are the letters that mean a control byte behind a backslash, in
// formats and in what default escaping writes.
var escapes = map[byte]byte{'a': 7, 'b': 8, 't': 9, 'n': 10, 'v': 11, 'f': 12, 'r': 13}

// backslash takes what follows one and returns how much was used, with it.
func (c *compiler) backslash(rest string) int {
	if rest == "" {
		c.literal = append(c.literal, '\\')
		return 1
	}
	b, ok := escapes[rest[0]]
	if !ok {
		b = rest[0]
	}
	c.literal = append(c.literal, b)
	return 2
}

// field takes %X, %{name}X, %>X or %<X at the start of s and returns its
// length.
func (c *compiler) field(s string) (int, error) {
	i, name, named := 1, "", false
	if i < len(s) && (s[i] == '<' || s[i] == '>') {
		i++ // the original status and the final one are the same here
	} else if i < len(s) && s[i] == '{' {
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			return 0, fmt.Errorf("missing } after %%{")
		}
		if end == 1 {
			return 0, fmt.Errorf("nothing between the braces of %%{}")
		}
		name, named, i = s[i+1:i+end], true, i+end+1
	}
	if i >= len(s) {
		return 0, fmt.Errorf("%% without a field letter")
	}
	build, ok := fields[s[i]]
	if !ok {
		return 0, fmt.Errorf("unknown field %q", s[:i+1])
	}
	if s[i] == '%' && !named {
		c.literal = append(c.literal, '%')
		return i + 1, nil
	}
	item, err := build(c, name)
	if err != nil {
		return 0, err
	}
	if item != nil {
		c.flush()
		c.out.items = append(c.out.items, item)
	}
	return i + 1, nil
}

// flush makes the literal text so far an item.
func (c *compiler) flush() {
	if len(c.literal) == 0 {
		return
	}
	text := c.literal
	c.literal = nil
	c.out.items = append(c.out.items, func(dst []byte, _ *entry) []byte { return append(dst, text...) })
}
