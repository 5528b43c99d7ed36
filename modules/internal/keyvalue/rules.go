// Package keyvalue holds lists of a pattern and a text to put in its place, as
// url.redirect and url.rewrite have them (keyvalue.c).
package keyvalue

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// maxGroups is how many capture groups a rule's pattern may have.
const maxGroups = 19

// Rules are the rules one directive sets in one block, in the order written
// (pcre_keyvalue_buffer). They are not changed after Parse.
type Rules struct {
	// Context is the block; %0 to %9 are the groups of its condition.
	Context  *eval.Context
	list     []rule
	captures bool // some text refers to that condition
}

// rule is a pattern and what takes the place of the target; text is nil for
// an empty value, which ends the search.
type rule struct {
	pattern *eval.Regexp
	text    *template
}

// Parse compiles a value of type TypeStringMap. A pattern that does not
// compile is reported with its place; lighttpd does not start with one.
func Parse(at server.At, v eval.Value) (*Rules, error) {
	rules := &Rules{Context: at.Context}
	normalize := at.Loader.Server.Policy.URL.Normalize
	for _, e := range v.List {
		key, value := e.Key, e.Value.Str
		if normalize {
			key, value = normalizePattern(key), normalizeText(value)
		}
		re, err := eval.Compile(key, maxGroups)
		if err != nil {
			at.Loader.Report(parser.Diagnostic{
				Severity: parser.Error, Range: e.Range, Via: at.Via,
				Summary: err.Error(), Detail: "pcre-compile failed for " + key,
			})
			continue
		}
		r := rule{pattern: re}
		if value != "" {
			r.text = compile(value)
			rules.captures = rules.captures || usesCondition(value)
		}
		rules.list = append(rules.list, r)
	}
	if rules.captures {
		needCaptures(at)
	}
	return rules, nil
}

// needCaptures makes the groups of the block's condition available. A literal
// condition becomes a regular expression by that, which may turn out not to
// be one.
func needCaptures(at server.At) {
	if err := at.Loader.Config.NeedCaptures(at.Context.ID); err != nil {
		at.Loader.Report(parser.Diagnostic{
			Severity: parser.Error, Range: at.Context.Range, Via: at.Via,
			Summary: err.Error(),
			Detail: "a % reference in " + at.Name + " makes the text of its condition a regular expression: " +
				`write =~ and put a \ in front of special characters`,
		})
	}
}

// Len is the number of rules; a nil list has none.
func (rs *Rules) Len() int {
	if rs == nil {
		return 0
	}
	return len(rs.list)
}

// Outcome is what a list says about a target.
type Outcome uint8

const (
	// NoMatch: no rule fits; a list that follows may be tried.
	NoMatch Outcome = iota
	// Stop: the first rule that fits has an empty value; nothing changes and
	// no further rule is tried.
	Stop
	// Match: the text of the first rule that fits.
	Match
)

// errUTF8 is why PCRE2, in UTF mode, does not look at a target.
var errUTF8 = errors.New("not UTF-8")

// Apply matches the request's target, query included, and returns the text of
// the first rule that fits. An error says that matching was given up: what
// follows has to be that the request is dropped (Failed).
func (rs *Rules) Apply(r *server.Request) (string, Outcome, error) {
	if !utf8.ValidString(r.Target) {
		return "", NoMatch, errUTF8
	}
	for i := range rs.list {
		rule := &rs.list[i]
		groups, ok, err := rule.pattern.CaptureLimit(r.Target, nil)
		switch {
		case err != nil:
			return "", NoMatch, fmt.Errorf("%w, regex: %s", err, rule.pattern)
		case !ok:
			continue
		case rule.text == nil:
			return "", Stop, nil
		}
		s := source{request: r, rule: groups}
		if rs.captures {
			s.condition = r.Captures(rs.Context.ID)
		}
		return rule.text.expand(&s), Match, nil
	}
	return "", NoMatch, nil
}

// LogError writes lighttpd's line about an error of Apply.
func LogError(r *server.Request, err error) {
	r.Errorf("pcre_exec() error while processing uri: %s: %v", r.Target, err)
}
