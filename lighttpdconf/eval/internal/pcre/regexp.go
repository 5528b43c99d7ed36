package pcre

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// Regexp is a compiled pattern, safe for concurrent use.
type Regexp struct {
	pattern string
	groups  int
	plain   *literal
	golang  *regexp.Regexp
	// endings sends text with a newline at its end to the machine.
	endings  bool
	prog     *program
	machines sync.Pool
}

// Compile compiles a pattern. The error is an *Error.
func Compile(pattern string) (*Regexp, error) {
	t, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	re := &Regexp{pattern: pattern, groups: t.groups}
	if l, ok := plain(t); ok {
		re.plain = &l
		return re, nil
	}
	re.prog = compile(t)
	if re.prog == nil {
		return nil, &Error{"regular expression is too large", len(pattern)}
	}
	if text, endings, ok := goSyntax(t); ok {
		if golang, err := regexp.Compile(text); err == nil {
			re.golang, re.endings = golang, endings
		}
	}
	return re, nil
}

// String is the pattern.
func (re *Regexp) String() string { return re.pattern }

// Groups is the number of capture groups.
func (re *Regexp) Groups() int { return re.groups }

// Engine names what matches: "text", "regexp" or "machine".
func (re *Regexp) Engine() string {
	switch {
	case re.plain != nil:
		return "text"
	case re.golang != nil:
		return "regexp"
	}
	return "machine"
}

// Match reports whether s matches. Text that is not UTF-8 does not. The error
// is a *LimitError.
func (re *Regexp) Match(s string) (bool, error) {
	switch {
	case !utf8.ValidString(s):
		return false, nil
	case re.plain != nil:
		return re.plain.find(s) >= 0, nil
	case re.forGo(s):
		return re.golang.MatchString(s), nil
	}
	m := re.machine(s)
	defer re.done(m)
	ok := m.run()
	return ok, re.given(m)
}

// Captures appends the whole match and then every group to dst; one that took
// no part is "".
func (re *Regexp) Captures(s string, dst []string) ([]string, bool, error) {
	switch {
	case !utf8.ValidString(s):
		return dst, false, nil
	case re.plain != nil:
		at := re.plain.find(s)
		if at < 0 {
			return dst, false, nil
		}
		return append(dst, s[at:at+len(re.plain.text)]), true, nil
	case re.forGo(s):
		loc := re.golang.FindStringSubmatchIndex(s)
		return appendGroups(dst, s, loc), loc != nil, nil
	}
	m := re.machine(s)
	defer re.done(m)
	if !m.run() {
		return dst, false, re.given(m)
	}
	return appendGroups(dst, s, m.slots[:2*(re.groups+1)]), true, nil
}

func (re *Regexp) forGo(s string) bool {
	return re.golang != nil && !(re.endings && strings.HasSuffix(s, "\n"))
}

func appendGroups(dst []string, s string, loc []int) []string {
	for i := 0; i < len(loc); i += 2 {
		text := ""
		if loc[i] >= 0 && loc[i+1] >= loc[i] {
			text = s[loc[i]:loc[i+1]]
		}
		dst = append(dst, text)
	}
	return dst
}

func (re *Regexp) machine(s string) *machine {
	m, ok := re.machines.Get().(*machine)
	if !ok {
		m = &machine{prog: re.prog, slots: make([]int, re.prog.slots)}
	}
	m.text, m.steps, m.limit = s, 0, ""
	return m
}

// done keeps m for the next match, unless it grew large.
func (re *Regexp) done(m *machine) {
	const keep = 10000 // choices
	m.text = ""
	if cap(m.stack) <= keep {
		re.machines.Put(m)
	}
}

func (re *Regexp) given(m *machine) error {
	if m.limit == "" {
		return nil
	}
	return &LimitError{Pattern: re.pattern, Reason: m.limit}
}
