package eval

import "testing"

func TestMatchName(t *testing.T) {
	for _, tc := range []struct {
		pattern, name string
		match         bool
	}{
		{"*", "a", true}, {"*", "", true}, {"*", ".a", false}, {".*", ".a", true}, {`\.*`, ".a", true}, {"?a", ".a", false}, {"[.]a", ".a", false},
		{"a*b*c", "axxbyyc", true}, {"a*b*c", "axxbyy", false}, {"*.conf", "a.conf", true}, {"*.conf", "a.conf~", false},
		{"?", "é", false}, {"??", "é", true}, {"?", "ab", false}, {"[é]", "\xa9", true}, {"é*", "été", true}, {"\xff", "\xfe", false}, {"[a-c]x", "bx", true}, {"[!a-c]x", "bx", false}, {"[^a-c]x", "dx", true},
		{"[]a]", "]", true}, {"[!]a]", "]", false}, {"[a-]", "-", true}, {`[\]]`, "]", true}, {"[[:digit:]]", "5", true}, {"[[:digit:]]", "a", false},
		{"[a", "[a", true}, {"[", "[", true}, {`\*`, "*", true}, {`\*`, "a", false}, {`a\`, `a\`, true}, {"**a", "xa", true},
		{"*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	} {
		if got := matchName(tc.pattern, tc.name); got != tc.match {
			t.Errorf("matchName(%q, %q) = %v", tc.pattern, tc.name, got)
		}
	}
}

// FuzzMatchName checks that no pattern fails, and that a name matches itself
// with everything in it escaped.
func FuzzMatchName(f *testing.F) {
	f.Add("[a-c]*?\\", "a.conf")
	f.Add("[[:alpha:]!]", "\xff")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if len(pattern) > 100 || len(name) > 100 {
			return
		}
		matchName(pattern, name)
		escaped := ""
		for i := range len(name) {
			escaped += `\` + name[i:i+1]
		}
		if !matchName(escaped, name) {
			t.Errorf("%q does not match %q", escaped, name)
		}
	})
}
