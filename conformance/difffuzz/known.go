package main

import "strings"

// known is a difference that is meant to be: between lighttpd 1.4.69, which
// is easy to install, and 1.4.86, which we follow, or between both and us.
type known struct {
	name, reason string
	applies      func(c conf, want, got outcome) bool
}

var knownDifferences = []known{
	{
		"adjacency", "1.4.86 refuses tokens side by side that 1.4.69 drops",
		func(_ conf, _, got outcome) bool {
			return says(got, "strings may be combined with '+'") || says(got, "missing assignment operator")
		},
	},
	{
		"close-parens", "1.4.86 words it \"close-parens without open-parens\"",
		func(_ conf, want, got outcome) bool {
			return says(want, "close-parens seen open-parens") && says(got, "close-parens without open-parens")
		},
	},
	{
		"unfinished", "we read a statement to its end before we evaluate it, so a byte that is no token, or the end, comes first",
		func(_ conf, want, got outcome) bool {
			return !want.ok && !got.ok && (says(got, "configfile parser failed at") || says(got, "source: "))
		},
	},
	{
		"negated key", "lighttpd looks for the operator to negate at a wrong place when the value was rewritten, as \"h:\" to \"h\"; the key of the else branch then comes out wrong",
		func(c conf, want, _ outcome) bool {
			return says(want, "unreachable else condition") && strings.Contains(c.String(), "!=")
		},
	},
	{
		"crash", "lighttpd -p has a buffer bug and crashes at random, and on includes in circles",
		func(_ conf, want, _ outcome) bool { return says(want, crashed) },
	},
}

func says(o outcome, text string) bool {
	for _, line := range o.errors {
		if strings.Contains(line, text) {
			return true
		}
	}
	return false
}

// explain names the known difference, or "".
func explain(c conf, want, got outcome) string {
	for _, k := range knownDifferences {
		if k.applies(c, want, got) {
			return k.name
		}
	}
	return ""
}
