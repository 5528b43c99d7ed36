package server

import "testing"

// The answers were asked of lighttpd 1.4.69, which agrees with later ones.
func TestETagListed(t *testing.T) {
	const tag = `"123"`
	for _, c := range []struct {
		list         string
		weak, strong bool
	}{
		{`"123"`, true, true},
		{`*`, true, true},
		{`"y", "123"`, true, true},
		{`"y","123"`, true, true},
		{`,, "123"`, true, true},
		{`"123" junk`, true, true},
		{"\"123\"\tjunk", true, true},
		{`* junk`, true, true},
		{`*,`, true, true},
		{`"y" ,*`, true, true},
		{`"a,"123"`, true, true},
		{`W/"123"`, true, false},
		{`W/"y",W/"123"`, true, false},
		{`W/*`, true, false},
		{`w/"123"`, false, false},
		{`W/ "123"`, false, false},
		{`W/W/"123"`, false, false},
		{`"y" "123"`, false, false},
		{`"y" *`, false, false},
		{`"y""123"`, false, false},
		{`"123"junk`, false, false},
		{`*junk`, false, false},
		{`123`, false, false},
		{`"123`, false, false},
		{`"12"`, false, false},
		{``, false, false},
	} {
		if got := etagListed(c.list, tag, true); got != c.weak {
			t.Errorf("%s, weak: %v", c.list, got)
		}
		if got := etagListed(c.list, tag, false); got != c.strong {
			t.Errorf("%s, strong: %v", c.list, got)
		}
	}
}
