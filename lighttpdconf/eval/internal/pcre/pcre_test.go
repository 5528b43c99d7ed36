package pcre

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestMatch has one line a construct: the whole match and the groups, nil for
// no match. The answers are libpcre2's.
func TestMatch(t *testing.T) {
	for _, tc := range []struct {
		pattern, text string
		want          []string
		engine        string
	}{
		// Text.
		{"", "abc", []string{""}, "text"},
		{"b", "abc", []string{"b"}, "text"},
		{"^ab", "abc", []string{"ab"}, "text"},
		{"^b", "abc", nil, "text"},
		{`\.php$`, "x.php", []string{".php"}, "text"},
		{`\.php$`, "x.php\n", []string{".php"}, "text"},
		{`\.php\z`, "x.php\n", nil, "text"},
		{"^a$", "a\n", []string{"a"}, "text"},
		{"^a$", "a\n\n", nil, "text"},
		{"é", "café", []string{"é"}, "text"},
		{"e", "caf\xe9", nil, "text"},
		{`\Qa.b\E`, "axb a.b", []string{"a.b"}, "text"},
		// What Go's regexp does.
		{"(a)(b)?", "ac", []string{"a", "a", ""}, "regexp"},
		{"a|ab", "ab", []string{"a"}, "regexp"},
		{"a+?", "aaa", []string{"a"}, "regexp"},
		{"(?:(a)|b)*", "ab", []string{"ab", "a"}, "regexp"},
		{`^/(\d+)/(.*)$`, "/12/x", []string{"/12/x", "12", "x"}, "regexp"},
		{`^/(\d+)/(.*)$`, "/12/x\n", []string{"/12/x", "12", "x"}, "regexp"},
		{".+", "a\nb", []string{"a"}, "regexp"},
		{"(?s).+", "a\nb", []string{"a\nb"}, "regexp"},
		{"(?m)^b$", "a\nb\nc", []string{"b"}, "regexp"},
		{"(?m)^$", "a\n", nil, "regexp"},
		{"(?i)straSSe", "STRASSE", []string{"STRASSE"}, "regexp"},
		{"(?i)k", "\u212a", []string{"\u212a"}, "regexp"},
		{`(?i)\w`, "\u212a", nil, "regexp"},
		{"a(?i)b|C", "c", []string{"c"}, "regexp"},
		{"(?x) a  b # c\n c", "abc", []string{"abc"}, "text"},
		{"[[:alpha:]_]+", "1a_é", []string{"a_"}, "regexp"},
		{"[^[:space:]]+", " a\v", []string{"a"}, "regexp"},
		{`\s+`, "a\v\tb", []string{"\v\t"}, "regexp"},
		{`\h+`, "a\t\u00a0b", []string{"\t\u00a0"}, "regexp"},
		{`[\h\d]+`, "a 1", []string{" 1"}, "regexp"},
		{`\p{Lu}\p{L}+`, "aÉté", []string{"Été"}, "regexp"},
		{`\p{^Lu}\PL`, "a1", []string{"a1"}, "regexp"},
		{`\p{Greek}+`, "aαβ", []string{"αβ"}, "regexp"},
		{`\x41\x{e9}\101\o{102}\cA\e\N{U+43}`, "AéAB\x01\x1bC", []string{"AéAB\x01\x1bC"}, "text"},
		{"(?<n>a)(?P<m>b)(?'l'c)", "abc", []string{"abc", "a", "b", "c"}, "regexp"},
		{`\bfoo\b`, "a foo b", []string{"foo"}, "regexp"},
		{"a{2,3}", "aaaa", []string{"aaa"}, "regexp"},
		{"a{,3}", "a{,3}", []string{"a{,3}"}, "text"},
		{"[]a]+", "a]", []string{"a]"}, "regexp"},
		{`[\w-]+`, "a-b", []string{"a-b"}, "regexp"},
		{"(?U)a+", "aaa", []string{"a"}, "regexp"},
		{"(?n)(a)(?<n>b)", "ab", []string{"ab", "b"}, "regexp"},
		{"a(?#comment)b", "ab", []string{"ab"}, "text"},
		// The rest.
		{"^/(?!static/)", "/static/x", nil, "machine"},
		{"^/(?!static/)(.*)", "/x", []string{"/x", "x"}, "machine"},
		{"(?=(a+))a*b\\1", "baaabac", []string{"aba", "a"}, "machine"},
		{"(?<=a|bc)d", "bcd", []string{"d"}, "machine"},
		{"(?<!a)d", "ad bd", []string{"d"}, "machine"},
		{"(?<=é)x", "éx", []string{"x"}, "machine"},
		{`(a|b)\1`, "abba", []string{"bb", "b"}, "machine"},
		{`(?i)(a)\1`, "aA", []string{"aA", "a"}, "machine"},
		{`(?<n>a)\k<n>\g{n}(?P=n)\g{-1}\g1`, "aaaaaa", []string{"aaaaaa", "a"}, "machine"},
		{"a++a", "aaa", nil, "machine"},
		{"(?>a|ab)c", "abc", nil, "machine"},
		{`"(?>[^"\\]+|\\.)*"`, `x "a\"b" y`, []string{`"a\"b"`}, "machine"},
		{`\R\z`, "a\r\n", []string{"\r\n"}, "machine"},
		{`a\Kb`, "ab", []string{"b"}, "machine"},
		{`^\((?:[^()]|(?R))*\)$`, "(a(b)c)", nil, "machine"},
		{`\((?:[^()]++|(?R))*\)`, "x(a(b)c)y", []string{"(a(b)c)"}, "machine"},
		{`^(\((?:[^()]|(?1))*\))$`, "(a(b)c)", []string{"(a(b)c)", "(a(b)c)"}, "machine"},
		{`(?<p>\[(?:\d|(?&p))*\])`, "x[1[2]]", []string{"[1[2]]", "[1[2]]"}, "machine"},
		{`(?(DEFINE)(?<d>\d+))(?&d)-\g<d>`, "12-3", []string{"12-3", ""}, "machine"},
		{`(<)?a(?(1)>|!)`, "<a>", []string{"<a>", "<"}, "machine"},
		{`(<)?a(?(1)>|!)`, "a!", []string{"a!", ""}, "machine"},
		{`(?(?=\d)\d{2}|[a-z])`, "1a", []string{"a"}, "machine"},
		{"(?|(a)|(b))c", "bc", []string{"bc", "b"}, "machine"},
		{"(*pla:a)(*atomic:a|ab)", "ab", []string{"a"}, "machine"},
		{"a(*FAIL)|b", "ab", []string{"b"}, "machine"},
		{"(a*)*b", "aab", []string{"aab", ""}, "machine"},
		{"(a|b\\1)+", "aba", []string{"aba", "ba"}, "machine"},
		{"(?:a?)*?b", "aab", []string{"aab"}, "machine"},
		{"(?:a|(?=b))*", "ab", []string{"a"}, "machine"},
	} {
		re, err := Compile(tc.pattern)
		if err != nil {
			t.Errorf("%s: %v", tc.pattern, err)
			continue
		}
		got, ok, err := re.Captures(tc.text, nil)
		if err != nil || ok != (tc.want != nil) || !slices.Equal(got, tc.want) {
			t.Errorf("%s in %q: %q %v, want %q", tc.pattern, tc.text, got, err, tc.want)
		}
		if match, _ := re.Match(tc.text); match != ok {
			t.Errorf("%s in %q: Match says %v", tc.pattern, tc.text, match)
		}
		if re.Engine() != tc.engine {
			t.Errorf("%s: engine %s, want %s", tc.pattern, re.Engine(), tc.engine)
		}
	}
}

// TestErrors has PCRE2's reasons and offsets, and those of ours.
func TestErrors(t *testing.T) {
	for _, tc := range []struct{ pattern, want string }{
		{"(", "missing closing parenthesis at offset 1"},
		{"a)b", "unmatched closing parenthesis at offset 1"},
		{"*", "quantifier does not follow a repeatable item at offset 0"},
		{"a**", "quantifier does not follow a repeatable item at offset 2"},
		{`\b+`, "quantifier does not follow a repeatable item at offset 2"},
		{"a{2}{3}", "quantifier does not follow a repeatable item at offset 6"},
		{"(?i)*", "quantifier does not follow a repeatable item at offset 4"},
		{"a{2,1}", "numbers out of order in {} quantifier at offset 5"},
		{"a{70000}", "number too big in {} quantifier at offset 7"},
		{"[a", "missing terminating ] for character class at offset 2"},
		{"[z-a]", "range out of order in character class at offset 3"},
		{`[a-\d]`, "invalid range in character class at offset 5"},
		{`[\d-z]`, "invalid range in character class at offset 3"},
		{"[[:foo:]]", "unknown POSIX class name at offset 3"},
		{"[[.a.]]", "POSIX collating elements are not supported at offset 1"},
		{`a\`, `\ at end of pattern at offset 2`},
		{`\i`, `unrecognized character follows \ at offset 1`},
		{`\L`, `PCRE2 does not support \F, \L, \l, \N{name}, \U, or \u at offset 2`},
		{`(a)\2`, "reference to non-existent subpattern at offset 4"},
		{`\k<foo>`, "reference to non-existent subpattern at offset 3"},
		{`\kfoo`, `\k is not followed by a braced, angle-bracketed, or quoted name at offset 2`},
		{"(?1)", "reference to non-existent subpattern at offset 3"},
		{"(?(1)a|b)", "reference to non-existent subpattern at offset 2"},
		{"(?<a>x)(?<a>y)", "two named subpatterns have the same name (PCRE2_DUPNAMES not set) at offset 12"},
		{"(?<1a>x)", "subpattern name must start with a non-digit at offset 3"},
		{"(?<a", "syntax error in subpattern name (missing terminator?) at offset 4"},
		{"(a)(?(1)a|b|c)", "conditional subpattern contains more than two branches at offset 3"},
		{"(?z)", "unrecognized character after (? or (?- at offset 2"},
		{"(?#abc", "missing ) after (?# comment at offset 6"},
		{"(?<!a*)", "lookbehind assertion is not fixed length at offset 0"},
		{"(?<=(?:a|bc))", "lookbehind assertion is not fixed length at offset 0"},
		{`\p{Foo}`, `unknown property after \P or \p at offset 7`},
		{`\x{110000}`, `character code point value in \x{} or \o{} is too large at offset 9`},
		{`\x{d800}`, "disallowed Unicode code point (>= 0xd800 && <= 0xdfff) at offset 7"},
		{`\c`, `\c at end of pattern at offset 2`},
		{`(?=a\K)`, `\K is not allowed in lookarounds (but see PCRE2_EXTRA_ALLOW_LOOKAROUND_BSK) at offset 7`},
		{"(*FOO)", "(*VERB) not recognized or malformed at offset 5"},
		{"a\xff", "UTF-8 error: illegal byte (0xfe or 0xff) at offset 1"},
		{"a\xc3", "UTF-8 error: 1 byte missing at end at offset 1"},
		{"a\xc3(", "UTF-8 error: byte 2 top bits not 0x80 at offset 1"},
		{"\x80", "UTF-8 error: isolated byte with 0x80 bit set at offset 0"},
		{"\xed\xa0\x80", "UTF-8 error: code points 0xd800-0xdfff are not defined at offset 0"},
		{"\xc0\x80", "UTF-8 error: overlong 2-byte sequence at offset 0"},
		{strings.Repeat("(", 251), "parentheses are too deeply nested at offset 251"},
		// Known to PCRE2 and not to us.
		{`a\X`, `\X is not supported here at offset 1`},
		{`a\C`, `\C is not supported here at offset 1`},
		{"a(*ACCEPT)", "(*ACCEPT) is not supported here at offset 1"},
		{"(*UCP)a", "(*UCP) is not supported here at offset 2"},
		{"(?J)a", "(?J) is not supported here at offset 2"},
		{"(?:(?:(?:ab){900}){900})(?!x)", "regular expression is too large at offset 29"},
	} {
		_, err := Compile(tc.pattern)
		if err == nil || err.Error() != tc.want {
			t.Errorf("%.40s: %v, want %s", tc.pattern, err, tc.want)
		}
	}
}

// TestLimits has patterns that would not end, and one without a limit on what
// it recurses into.
func TestLimits(t *testing.T) {
	for _, tc := range []struct{ pattern, text, reason string }{
		{"^(?:a+)+$(?!x)", strings.Repeat("a", 40) + "b", "match limit exceeded"},
		{"(?:(?=[ab])(?:a|b))*c", strings.Repeat("ab", 300000) + "c", "heap limit exceeded"},
		{"(?R)a", "a", "recursion loop"},
		{"a(?R)", strings.Repeat("a", 50000), "recursion limit exceeded"},
	} {
		re, err := Compile(tc.pattern)
		if err != nil {
			t.Fatal(err)
		}
		ok, err := re.Match(tc.text)
		var limit *LimitError
		if ok || !errors.As(err, &limit) || limit.Reason != tc.reason || limit.Pattern != tc.pattern {
			t.Errorf("%s: %v, %v, want %s", tc.pattern, ok, err, tc.reason)
		}
		// The machine must be as new for the next text.
		if ok, err := re.Match("zzz"); ok || err != nil && limit.Reason != "recursion loop" {
			t.Errorf("%s: then %v, %v", tc.pattern, ok, err)
		}
	}
}

// FuzzCompile checks that no pattern and no text make it fail, and that Match
// and Captures agree.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		"^/(?!a)(b|c)*$", `(?<n>a\k<n>?)++(?(<n>)b|\R)`, `[^\d\s-[:alpha:]]{2,5}?\p{Lu}`, `(?R)?a|\((?1)\)(*FAIL)`,
		`\Qa\E(?i:b(?-i)c)(?#x)(?x) d #`, `(?|(a)|b(c))\g{-1}(?<=ab|c)\K`, `(?(?=a)b|c)(?(R)d)(?(DEFINE)(e))`,
	} {
		f.Add(seed, "abcABC\n")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 200 || len(text) > 200 {
			return
		}
		re, err := Compile(pattern)
		if err != nil {
			var bad *Error
			if !errors.As(err, &bad) || bad.Offset < 0 || bad.Offset > len(pattern) {
				t.Fatalf("%q: %v", pattern, err)
			}
			return
		}
		ok, err1 := re.Match(text)
		groups, ok2, err2 := re.Captures(text, nil)
		if ok != ok2 || (err1 == nil) != (err2 == nil) || ok && len(groups) != re.Groups()+1 {
			t.Fatalf("%q in %q: %v %v, %v %v %q", pattern, text, ok, err1, ok2, err2, groups)
		}
	})
}

func BenchmarkMachine(b *testing.B) {
	re, err := Compile(`^/(?!static/|media/)([a-z]+)/(.*)$`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		re.Match("/articles/2026/a-long-title-of-some-article.html")
	}
}
