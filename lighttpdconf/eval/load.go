package eval

import (
	"maps"
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// maxMistakes is how many errors one load reports.
const maxMistakes = 1000

// Load reads the configuration at path with everything it includes and folds
// it into contexts. The first error, if any, is the one lighttpd stops at;
// the others are what it would have found after that. With errors the Config
// holds what could be understood.
func Load(path string, env Env) (*Config, parser.Diagnostics) {
	env = env.complete()
	l := newLoader(path, env)
	src, err := env.ReadFile(path)
	if err != nil {
		l.report(failure{
			summary: openFailed(path, err),
			detail:  "check the name given with -f, and that the server may read the file",
		})
		return l.conf, l.diags
	}
	l.source(path, src, nil, l.globalScope())
	l.conf.index()
	return l.conf, l.diags
}

// loader is one load. It goes on after an error wherever that cannot lead to
// errors that are only consequences of the first.
type loader struct {
	env   Env
	conf  *Config
	diags parser.Diagnostics
	base  string // directory that relative includes start from
	byKey map[string]*Context

	frame    *frame          // the source being evaluated
	missing  bool            // an include failed: names it would have set are unknown
	unknown  map[string]bool // undefined names that were reported
	work     int             // weight of all values made, see maxWork
	mistakes int             // errors reported
	includes int             // sources read
	bytes    int             // … and their size
	stopped  bool            // a limit was exceeded; nothing more is evaluated
}

// frame is one source being evaluated, with the include that led to it.
type frame struct {
	file  *parser.File
	up    *frame
	site  parser.Range // the include statement in up
	arg   int          // offset in up where the include's argument ends
	via   []parser.Range
	late  parser.Diagnostics // found behind the place where reading stopped
	trail []string           // lighttpd's lines for the sources around it, once they were asked for
	depth int
}

// scope is where statements take effect.
type scope struct {
	context *Context
	global  bool // inside global { … }
}

func newLoader(path string, env Env) *loader {
	global := &Context{Key: "global", slots: map[string]int{}}
	l := &loader{
		env:     env,
		conf:    &Config{Path: path, Contexts: []*Context{global}, Sources: map[string][]byte{}},
		byKey:   map[string]*Context{},
		unknown: map[string]bool{},
		base:    path[:strings.LastIndexByte(path, '/')+1],
	}
	for _, name := range slices.Sorted(maps.Keys(env.Vars)) {
		global.put(Setting{Name: name, Value: env.Vars[name]})
	}
	return l
}

func (l *loader) globalScope() scope { return scope{context: l.conf.Contexts[0]} }

// source parses and evaluates one source in the given scope.
func (l *loader) source(name string, src []byte, at *frame, sc scope) {
	l.conf.Sources[name] = src
	file, diags := parser.Parse(name, src)
	f := &frame{file: file}
	if at != nil {
		f.up, f.site, f.arg, f.via, f.depth = at.up, at.site, at.arg, at.via, at.depth
	}
	outer := l.frame
	l.frame = f
	warnings, errors := bySeverity(diags)
	l.parserSays(warnings)
	l.statements(file.Statements, sc)
	if !l.stopped {
		l.parserSays(errors)
		l.diags = append(l.diags, f.late...)
		l.missing = l.missing || len(errors) > 0
	}
	l.frame = outer
}

func bySeverity(all parser.Diagnostics) (warnings, errors parser.Diagnostics) {
	for _, d := range all {
		if d.Severity == parser.Error {
			errors = append(errors, d)
		} else {
			warnings = append(warnings, d)
		}
	}
	return warnings, errors
}

// parserSays passes on what the parser found, with the includes around it.
func (l *loader) parserSays(diags parser.Diagnostics) {
	for _, d := range diags {
		d.Via = l.frame.via
		if d.Severity == parser.Error {
			d.Trail = slices.Concat(d.Trail, l.frame.includeTrail())
		}
		l.diags = append(l.diags, d)
	}
}

// statements evaluates one after the other, as lighttpd does while it reads.
func (l *loader) statements(list []*parser.Statement, sc scope) {
	for _, s := range list {
		if l.mistakes > maxMistakes {
			l.giveUp(s.Range, "too many mistakes", "the rest was not looked at")
		}
		if l.stopped {
			return
		}
		switch {
		case s.Assign != nil:
			l.assign(s.Assign, sc)
		case s.Include != nil:
			l.include(s, sc)
		case s.Chain != nil:
			l.chain(s.Chain, sc)
		case s.Global != nil:
			l.global(s, sc)
		}
	}
}

// global evaluates its body in block 0, whatever the nesting.
func (l *loader) global(s *parser.Statement, sc scope) {
	if sc.global {
		l.noConditionals(s.Range)
		return
	}
	l.statements(s.Global.Body, scope{context: l.conf.Contexts[0], global: true})
}

func (l *loader) noConditionals(at parser.Range) {
	l.report(failure{
		at:      at,
		summary: "Cannot use conditionals inside a global { ... } block",
		detail:  "move it out of the global block; the statements around it need none at the top level of a file",
	})
}

// index prepares Invalidate.
func (c *Config) index() {
	c.byField = make([][]*Context, RequestHeader+1)
	for _, x := range c.Contexts[1:] {
		c.byField[x.Cond.Field] = append(c.byField[x.Cond.Field], x)
	}
}
