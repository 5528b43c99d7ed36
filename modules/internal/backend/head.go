package backend

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// head is a response head taken apart, before its fields are given a meaning.
type head struct {
	status int // of a status line, 0 without one
	fields []server.Field
	bad    string // why it cannot be used
}

// parseHead reads a head that a scanner has found, final empty line included.
// strict drops fields with illegal bytes (header-strict).
func parseHead(text string, kind Kind, strict bool) head {
	var h head
	first, rest, _ := strings.Cut(text, "\n")
	switch {
	case isStatusLine([]byte(first + "\n")):
		if h.status = parseStatusLine(trimCR(first), kind); h.status == 0 {
			h.bad = "invalid status line"
		}
		if kind == Proxy && strict && !crlfFirst(rest) {
			h.bad = "missing CR before LF"
		}
		text = rest
	case kind == Proxy:
		h.bad = "missing status line"
	case trimCR(first) != "" && !strings.Contains(first, ":"):
		h.bad = "missing ':' in header line"
	}
	h.fields = clean(splitFields(text), strict)
	return h
}

// crlfFirst reports whether the first line of text ends in CRLF. Of a web
// server's lines only the one behind the status line is looked at.
func crlfFirst(text string) bool {
	i := strings.IndexByte(text, '\n')
	return i > 0 && text[i-1] == '\r'
}

func trimCR(line string) string { return strings.TrimSuffix(line, "\r") }

// splitFields reads the lines of a head. Lines without a colon or a name mean
// nothing; one that begins with a blank goes on with the line before it.
func splitFields(text string) []server.Field {
	var fields []server.Field
	open := false // the line before was a field
	ending := ""  // of that line, as blanks
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		blanks := " "
		if strings.HasSuffix(line, "\r") {
			line, blanks = trimCR(line), "  "
		}
		if open && line != "" && (line[0] == ' ' || line[0] == '\t') {
			fields[len(fields)-1].Value += ending + line
			ending = blanks
			continue
		}
		i := strings.IndexByte(line, ':')
		if open = i > 0; open {
			fields = append(fields, server.Field{Name: line[:i], Value: line[i+1:]})
		}
		ending = blanks
	}
	for i := range fields {
		fields[i].Value = strings.TrimLeft(fields[i].Value, " \t")
	}
	return fields
}

// clean drops what must not reach a client. CR and NUL go even without
// strict: they could end a line for some of the readers.
func clean(fields []server.Field, strict bool) []server.Field {
	kept := fields[:0]
	for _, f := range fields {
		switch {
		case strings.ContainsAny(f.Name, "\r\x00"), strings.ContainsAny(f.Value, "\r\x00"):
		case strict && (!isToken(f.Name) || hasControl(f.Value)):
		default:
			kept = append(kept, f)
		}
	}
	return kept
}

// isToken reports whether all bytes may stand in a field name (RFC 9110, 5.1).
func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		alnum := c|0x20 >= 'a' && c|0x20 <= 'z' || digit(c)
		if !alnum && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return true
}

// hasControl reports a control byte other than tab.
func hasControl(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return true
		}
	}
	return false
}
