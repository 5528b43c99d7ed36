package auth

import (
	"fmt"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// ruleParser compiles one entry of auth.require. Every mistake is reported at
// its place.
type ruleParser struct {
	at    server.At
	entry eval.Element
	rule  *rule
	given map[string]bool // options with a value
}

// ruleOptions are the keys of an entry.
var ruleOptions = map[string]func(*ruleParser, eval.Element){
	"method":       (*ruleParser).method,
	"realm":        func(p *ruleParser, e eval.Element) { p.rule.realm = e.Value.Str },
	"require":      (*ruleParser).require,
	"algorithm":    (*ruleParser).algorithm,
	"nonce-secret": func(p *ruleParser, e eval.Element) { p.rule.secret = e.Value.Str },
	"nonce_secret": func(p *ruleParser, e eval.Element) { p.rule.secret = e.Value.Str },
	"userhash":     func(p *ruleParser, e eval.Element) { p.rule.userhash = e.Value.Str == "enable" },
}

// parseRules compiles auth.require.
func parseRules(at server.At, v eval.Value) ([]*rule, error) {
	var rules []*rule
	for _, e := range v.List {
		p := ruleParser{
			at: at, entry: e, given: map[string]bool{},
			rule: &rule{prefix: e.Key, algorithms: defaultAlgorithms},
		}
		p.parse()
		if earlier := ruleFor(rules, e.Key, false); earlier != nil {
			p.report(parser.Warning, e, "auth.require: %q is never looked at: %q stands before it and fits the same paths",
				e.Key, earlier.prefix)
		}
		rules = append(rules, p.rule)
	}
	return rules, nil
}

func (p *ruleParser) report(s parser.Severity, e eval.Element, format string, a ...any) {
	place := e.Range
	if place.File == "" {
		place = p.at.Range
	}
	p.at.Loader.Report(parser.Diagnostic{Severity: s, Range: place, Via: p.at.Via, Summary: fmt.Sprintf(format, a...)})
}

func (p *ruleParser) parse() {
	for _, e := range p.entry.Value.List {
		set, known := ruleOptions[e.Key]
		switch {
		case e.Value.Kind == eval.Broken: // reported already
			p.given[e.Key] = true
		case !known:
			p.report(parser.Error, e, `the field is unknown in: auth.require = ( "..." => ( ..., -> %q <- => "..." ) )`, e.Key)
		case e.Value.Kind != eval.String:
			p.given[e.Key] = true
			p.report(parser.Error, e, `unexpected value for auth.require; expected auth.require = ( "urlpath" => ( "option" => "value" ) )`)
		case e.Value.Str != "" || e.Key == "realm":
			p.given[e.Key] = true
			set(p, e)
		}
	}
	p.demand("method", "missing or blank")
	p.demand("realm", "missing")
	p.demand("require", "missing or blank")
}

// demand reports an option that an entry must have.
func (p *ruleParser) demand(option, lack string) {
	if !p.given[option] {
		p.report(parser.Error, p.entry, `the %[1]s field is %[2]s in: auth.require = ( "..." => ( ..., "%[1]s" => "..." ) )`, option, lack)
	}
}

func (p *ruleParser) method(e eval.Element) {
	for i := range methods {
		if methods[i].name == e.Value.Str {
			p.rule.method = &methods[i]
			return
		}
	}
	p.report(parser.Error, e,
		`unknown method %s (e.g. "basic", "digest" or "extern") in auth.require = ( "..." => ( ..., "method" => "...") )`, e.Value.Str)
}

func (p *ruleParser) algorithm(e eval.Element) {
	list, ok := parseAlgorithms(e.Value.Str)
	if !ok {
		p.report(parser.Error, e, `invalid algorithm in: auth.require = ( "..." => ( ..., "algorithm" => "..." ) )`)
	}
	p.rule.algorithms = list
}
