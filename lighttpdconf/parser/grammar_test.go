package parser

import (
	"strings"
	"testing"
)

// The grammar reads what the filter keeps, also through participle's own way
// of lexing.
func TestGrammar(t *testing.T) {
	n, err := assignGrammar.ParseString("x.conf", "a = = ( \"k\" => 1 2, b ) + c ]\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := dump([]*Statement{converter{"x.conf"}.assignment(n)}), "1:1 a = (\"k\" => 1, b) + c\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := assignGrammar.ParseString("x.conf", "a = ?\n"); err == nil || !strings.Contains(err.Error(), "line: 1 pos: 4 invalid character") {
		t.Errorf("got error %v", err)
	}
	if _, err := assignGrammar.ParseString("x.conf", "a =\n"); err == nil {
		t.Error("an assignment without a value is accepted")
	}
}

// Every position must say what it expects, and every rule must lead somewhere:
// a position that accepts nothing would swallow the rest of the file.
func TestRules(t *testing.T) {
	for at, r := range rules {
		accepts := 0
		for _, s := range r.on {
			if s != nil {
				accepts++
			}
		}
		if accepts == 0 {
			t.Errorf("position %d accepts nothing", at)
		}
		if !r.ends && expectations[at] == "" {
			t.Errorf("position %d does not say what it expects", at)
		}
	}
	for k, name := range kindNames {
		if name == "" {
			t.Errorf("kind %d has no symbol", k)
		}
	}
}
