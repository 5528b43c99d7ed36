package eval

import "github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"

// maxConditionGroups is how many capture groups a condition may have.
const maxConditionGroups = 9

// CompileConditions compiles the regular expressions of all conditions, as
// lighttpd does after its own directives were checked and before -p and -t.
// Check must not be asked before. NormalizeQueries comes first, if at all.
func (c *Config) CompileConditions() parser.Diagnostics {
	var diags parser.Diagnostics
	for _, x := range c.Contexts[1:] {
		if x.Cond.Op != Match && x.Cond.Op != NoMatch {
			continue
		}
		if err := x.compile(x.Cond.Value); err != nil {
			diags = append(diags, parser.Diagnostic{
				Severity: parser.Error, Range: x.Range,
				Summary: err.Error(), Detail: regexpAdvice(err),
			})
		}
	}
	return diags
}

func (x *Context) compile(pattern string) error {
	re, err := Compile(pattern, maxConditionGroups)
	if err == nil {
		x.Cond.regexp = re
	}
	return err
}

// NormalizeQueries brings the right-hand sides of query string conditions
// into the form that URL normalisation gives the query of a request:
// upper-case %XX, and bytes beyond ASCII encoded. Leave it out when
// server.http-parseopts disables url-normalize.
func (c *Config) NormalizeQueries() {
	for _, x := range c.Contexts[1:] {
		if x.Cond.Field == HTTPQueryString && x.Cond.Op != Else {
			x.Cond.Value = normalizeQuery(x.Cond.Value)
		}
	}
}

// NeedCaptures makes Results.Captures work for a context (config_capture).
// Call it after CompileConditions, and before the first request.
//
// A literal ==, =^ or =$ becomes a regular expression by that, as in
// lighttpd, with the literal not escaped but for a leading dot of =$: it may
// then match more, host names lose their indifference to ports, and remote-ip
// its masks.
func (c *Config) NeedCaptures(id int) error {
	x := c.Contexts[id]
	if x.captures {
		return nil
	}
	pattern := x.Cond.Value
	switch x.Cond.Op {
	case Match:
	case Equal:
		pattern = "^" + pattern + "$"
	case Prefix:
		pattern = "^" + pattern
	case Suffix:
		if len(pattern) > 0 && pattern[0] == '.' {
			pattern = `\` + pattern
		}
		pattern += "$"
	default:
		return nil
	}
	if err := x.compile(pattern); err != nil {
		return err
	}
	x.captures = true
	return nil
}
