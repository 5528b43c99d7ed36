package eval

import (
	"errors"
	"fmt"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval/internal/pcre"
)

// Regexp is a compiled regular expression with the meaning PCRE2 gives it in
// UTF mode. It is safe for concurrent use.
type Regexp struct{ re *pcre.Regexp }

// LimitError tells that a regular expression gave up on a text (PCRE2's match
// limit).
type LimitError = pcre.LimitError

// Compile compiles a pattern that may have at most maxGroups capture groups:
// 9 in a condition, 19 in url.redirect and url.rewrite. The error has
// lighttpd's words, "pcre2_compile: … at offset N, regex: …" or "Too many
// captures in regex, …".
func Compile(pattern string, maxGroups int) (*Regexp, error) {
	re, err := pcre.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("pcre2_compile: %w, regex: %s", err, pattern)
	}
	if re.Groups() > maxGroups {
		return nil, &groupsError{pattern}
	}
	return &Regexp{re}, nil
}

// groupsError is a pattern with more groups than $1 to $9 (or $19) can name.
type groupsError struct{ pattern string }

// Error is lighttpd's sentence.
func (e *groupsError) Error() string {
	return "Too many captures in regex, use (?:...) instead of (...): " + e.pattern
}

// String is the pattern.
func (re *Regexp) String() string { return re.re.String() }

// Groups is the number of capture groups.
func (re *Regexp) Groups() int { return re.re.Groups() }

// Match reports whether s matches. Text that is not UTF-8 does not match, nor
// does text on which the expression gives up; MatchLimit tells those apart.
func (re *Regexp) Match(s string) bool {
	ok, _ := re.re.Match(s)
	return ok
}

// MatchLimit is Match with an error, always a *LimitError, when the match
// limit was exceeded. lighttpd counts that as no match and logs it.
func (re *Regexp) MatchLimit(s string) (bool, error) { return re.re.Match(s) }

// MatchCaptures appends the whole match and then every group to dst; a group
// that took no part is "". Without a match dst comes back as it was.
func (re *Regexp) MatchCaptures(s string, dst []string) ([]string, bool) {
	dst, ok, _ := re.re.Captures(s, dst)
	return dst, ok
}

// CaptureLimit is MatchCaptures with the error of MatchLimit.
func (re *Regexp) CaptureLimit(s string, dst []string) ([]string, bool, error) {
	return re.re.Captures(s, dst)
}

// regexpAdvice says what to do about a pattern that does not compile.
func regexpAdvice(err error) string {
	var groups *groupsError
	if errors.As(err, &groups) {
		return "only the first groups can be used as %1 to %9: write (?: … ) for those that only group"
	}
	var bad *pcre.Error
	if !errors.As(err, &bad) {
		return ""
	}
	if text := patternAdvice[bad.Reason]; text != "" {
		return text
	}
	return fmt.Sprintf("the mistake is at byte %d of the pattern", bad.Offset)
}

// patternAdvice is for the mistakes that are made most.
var patternAdvice = map[string]string{
	"quantifier does not follow a repeatable item": `"*" repeats what stands before it: for any text write ".*", for a star itself "\*"`,
	"missing closing parenthesis":                  `add the ")", or write "\(" for a parenthesis itself`,
	"unmatched closing parenthesis":                `remove the ")", or write "\)" for a parenthesis itself`,
	"missing terminating ] for character class":    `add the "]", or write "\[" for a bracket itself`,
	"lookbehind assertion is not fixed length":     "text looked for behind the current place must have a known length: no * + ? in it",
}
