package eval

// Regexp is a compiled regular expression with the meaning PCRE2 gives it in
// UTF mode. It is safe for concurrent use.
type Regexp struct {
	pattern string
	groups  int
}

// Compile compiles a pattern that may have at most maxGroups capture groups:
// 9 in a condition, 19 in url.redirect and url.rewrite. The error has
// lighttpd's words, "pcre2_compile: … at offset N, regex: …" or "Too many
// captures in regex, …".
func Compile(pattern string, maxGroups int) (*Regexp, error) { return nil, nil }

// String is the pattern.
func (re *Regexp) String() string { return re.pattern }

// Groups is the number of capture groups.
func (re *Regexp) Groups() int { return re.groups }

// Match reports whether s matches. Text that is not UTF-8 does not match, nor
// does text on which the expression gives up; MatchLimit tells those apart.
func (re *Regexp) Match(s string) bool {
	ok, _ := re.MatchLimit(s)
	return ok
}

// MatchLimit is Match with an error, always a *LimitError, when the match
// limit was exceeded. lighttpd counts that as no match and logs it.
func (re *Regexp) MatchLimit(s string) (bool, error) { return false, nil }

// MatchCaptures appends the whole match and then every group to dst; a group
// that took no part is "".
func (re *Regexp) MatchCaptures(s string, dst []string) ([]string, bool) {
	dst, ok, _ := re.CaptureLimit(s, dst)
	return dst, ok
}

// CaptureLimit is MatchCaptures with the error of MatchLimit.
func (re *Regexp) CaptureLimit(s string, dst []string) ([]string, bool, error) {
	return dst, false, nil
}
