package dirlisting

import (
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// wantsJSON reports whether the query asks for JSON. lighttpd looks at the
// length and the first three letters only.
func wantsJSON(r *server.Request) bool {
	return len(r.URI.Query) == len("json") && strings.HasPrefix(r.URI.Query, "jso")
}

// appendJSON adds the listing as an array of objects, in the order of the file
// system.
func appendJSON(b []byte, entries []entry) []byte {
	b = append(b, '[')
	for i := range entries {
		e := &entries[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"name":"`...)
		b = appendJSONText(b, e.name)
		b = append(b, `","type":"`...)
		if e.dir {
			b = append(b, "dir"...)
		} else {
			b = append(b, "file"...)
		}
		b = append(b, `","size":`...)
		b = strconv.AppendInt(b, e.size, 10)
		b = append(b, `,"mtime":`...)
		b = strconv.AppendInt(b, e.mtime, 10)
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendJSONText escapes what may not stand in a JSON string. Bytes from 0x80
// on are names as the file system has them and are kept.
func appendJSONText(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20 || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return b
}
