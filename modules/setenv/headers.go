package setenv

import (
	"fmt"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// parseHeaders takes header fields as they can be sent: on one line. A name or
// value that HTTP does not allow is worth a warning and no more, as in
// lighttpd.
func parseHeaders(at server.At, v eval.Value) ([]server.Pair, error) {
	fields := make([]server.Pair, 0, len(v.List))
	for _, e := range v.List {
		value := strings.Trim(blanks.Replace(e.Value.Str), " ")
		if !isToken(e.Key) || strings.ContainsFunc(value, isControl) {
			at.Loader.Report(parser.Diagnostic{
				Severity: parser.Warning, Range: e.Range, Via: at.Via,
				Summary: fmt.Sprintf("WARNING: setenv.*-header contains invalid char: %q: %q", e.Key, value),
				Detail:  "names are letters, digits and !#$%&'*+-.^_`|~; values have no control characters",
			})
		}
		fields = append(fields, server.Pair{Key: e.Key, Value: value})
	}
	return fields, nil
}

// blanks makes blanks of what would begin a new line.
var blanks = strings.NewReplacer("\t", " ", "\r", " ", "\n", " ")

func isControl(c rune) bool { return c < ' ' || c == 0x7f }

// isToken reports a name as RFC 9110, section 5.6.2, wants it.
func isToken(name string) bool {
	const others = "!#$%&'*+-.^_`|~"
	for i := range len(name) {
		c := name[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return name != ""
}
