package expire

import (
	"fmt"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// rule is one entry of a map: a time for all that begins with prefix.
type rule struct {
	prefix string
	span
}

// parseURLs takes expire.url.
func parseURLs(at server.At, v eval.Value) ([]rule, error) {
	rules := make([]rule, 0, len(v.List))
	for _, e := range v.List {
		s, err := parseSpan(e.Value.Str)
		if err != nil {
			at.Loader.Report(parser.Diagnostic{
				Severity: parser.Error, Range: e.Range, Via: at.Via,
				Summary: fmt.Sprintf(`invalid %s = "%s"`, at.Name, e.Value.Str),
				Detail:  err.Error() + `; write something like "access plus 1 days 2 hours"`,
			})
		}
		rules = append(rules, rule{e.Key, s})
	}
	return rules, nil
}

// parseTypes takes expire.mimetypes. A star at the end means nothing, and
// application/javascript is what the type of scripts used to be called.
func parseTypes(at server.At, v eval.Value) ([]rule, error) {
	rules, err := parseURLs(at, v)
	scripts := false
	for i := range rules {
		rules[i].prefix = strings.TrimSuffix(rules[i].prefix, "*")
		scripts = scripts || rules[i].prefix == "text/javascript" || rules[i].prefix == "text/"
	}
	for i := range rules {
		if rules[i].prefix == "application/javascript" && !scripts {
			rules[i].prefix = "text/javascript"
		}
	}
	return rules, err
}
