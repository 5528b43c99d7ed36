package server

import (
	"strings"
	"testing"
)

// TestReference: one row of each kind, and the mark of an extension.
func TestReference(t *testing.T) {
	table := Table[everything]{
		{Name: "wstunnel.balance", Bind: String(func(c *everything) *string { return &c.text }), Doc: "Known | there."},
		{Name: "wstunnel.colour", Scope: PerServer, Bind: Bool(func(c *everything) *bool { return &c.on }), Default: `"enable"`, Doc: "New\n\there."},
	}
	m := Define("mod_wstunnel", table, func(*Loader, *Settings[everything]) (Hooks, error) { return Hooks{}, nil })
	var b strings.Builder
	if err := WriteReference(&b, []Module{m}); err != nil {
		t.Fatal(err)
	}
	const want = "\n## mod_wstunnel\n\n" +
		"| Directive | Type | Scope | Default | |\n| --- | --- | --- | --- | --- |\n" +
		"| `wstunnel.balance` | string | request | – | Known \\| there. |\n" +
		"| `wstunnel.colour` † | boolean | server | `\"enable\"` | New here. |\n"
	if got := b.String(); !strings.HasSuffix(got, want) {
		t.Errorf("the page ends\n%s\nwant\n%s", got[max(0, len(got)-len(want)):], want)
	}
	for _, owner := range coreRows() {
		for _, row := range owner.Rows {
			if row.Doc == "" || !strings.Contains(b.String(), "| `"+row.Name+"` |") {
				t.Errorf("%s: no documentation, or not on the page", row.Name)
			}
		}
	}
}
