package eval

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// said are the summaries of all errors.
func said(diags parser.Diagnostics) []string {
	var all []string
	for _, d := range diags {
		if d.Severity == parser.Error {
			all = append(all, d.Summary)
		}
	}
	return all
}

// TestAllMistakes checks that one run finds every mistake, and none that is
// only a consequence of another.
func TestAllMistakes(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"independent", "a = nope\nb = (1) + 2\nc = 1\nc = 2\n", []string{
			"Undefined config variable: var.nope", "data type mismatch, cannot merge",
			"Duplicate config variable in conditional 0 global: var.c",
		}},
		{"a name that failed is defined", "a = nope\nb = a + 1\nc = b + (2)\n$HTTP[\"host\"] == a { x = a }\n", []string{
			"Undefined config variable: var.nope",
		}},
		{"one name", "a = nope\nb = nope + 1\nc = NOPE\n", []string{"Undefined config variable: var.nope"}},
		{"one expression", "a = one + two + (\"k\" => three, \"K\" => four)\n", []string{
			"Undefined config variable: var.one", "Undefined config variable: var.two", "Undefined config variable: var.three",
			"Undefined config variable: var.four", "Error: duplicate array-key: K. Please get rid of the duplicate entry.",
		}},
		{"in the body of a bad condition", "$HTTP[\"foo\"] == \"x\" { a = nope }\nb = nope2\n", []string{
			`error comp_key $HTTP["foo"] == "x"`, "Undefined config variable: var.nope", "Undefined config variable: var.nope2",
		}},
		{"behind a bad condition", "$HTTP[\"host\"] == \"h:0\" { } else { a = nope }\n", []string{
			"invalid IP addr: h:0", "Undefined config variable: var.nope",
		}},
		{"a file that is missing may define everything", "include \"none\"\na = nope\nb = 1\nb = 2\n", []string{
			"include file not found: none", "Duplicate config variable in conditional 0 global: var.b",
		}},
		{"both patterns", "$HTTP[\"url\"] =~ \"(\" { }\n$HTTP[\"url\"] =~ \"[a\" { }\n", []string{
			"pcre2_compile: missing closing parenthesis at offset 1, regex: (",
			"pcre2_compile: missing terminating ] for character class at offset 2, regex: [a",
		}},
		{"before a byte that is no token", "a = nope\nb = ?\n", []string{
			"Undefined config variable: var.nope", "source: main.conf line: 2 pos: 4 invalid character in variable name",
		}},
		{"a byte that is no token comes first", "a = nope ?\n", []string{
			"source: main.conf line: 1 pos: 9 invalid character in variable name",
		}},
		{"in a block that does not end", "$HTTP[\"host\"] == \"a\" {\na = nope\nb = 1\n", []string{
			"Undefined config variable: var.nope", "source: main.conf line: 4 pos: 0 parser failed somehow near here: (EOL)",
		}},
	} {
		_, diags := loadText(tc.text)
		if got := said(diags); !slices.Equal(got, tc.want) {
			t.Errorf("%s:\n got %q\nwant %q", tc.name, got, tc.want)
		}
	}
}

func TestDiagnosticsHelp(t *testing.T) {
	for _, tc := range []struct{ text, detail, related string }{
		{"server.name = \"x\"\na = server.nmae\n", "did you mean server.name?", ""},
		{"docroot = 1\na = docrot\n", "did you mean docroot?", ""},
		{"a = enable\n", `"enable"`, ""},
		{"a = 1\nb = 2\na = 3\n", ":=", "1"},
		{"a = (\"k\" => 1,\n\"k\" => 2)\n", "once", "1"},
		{"\n$HTTP[\"host\"] == \"a\" { } else $HTTP[\"host\"] == \"a\" { }\n", "once in a chain", "2"},
		{"$HTTP[\"URL\"] == \"a\" { }\n", `$HTTP["url"]`, ""},
		{"$HTTP[\"x-forwarded-for\"] == \"a\" { }\n", `$REQUEST_HEADER["x-forwarded-for"]`, ""},
		{"$PHYSICAL[\"path\"] == \"a\" { }\n", "$HTTP", ""},
		{"$HTTP[\"remoteip\"] =~ \"^10\" { }\n", "a regular expression", ""},
		{"$HTTP[\"url\"] =~ \"*.php\" { }\n", `".*"`, ""},
		{"a = (1) + \"x\"\n", "parentheses", ""},
	} {
		_, diags := loadText(tc.text)
		d := firstError(diags)
		if !strings.Contains(d.Detail, tc.detail) {
			t.Errorf("%s: %s: %s", tc.text, d.Summary, d.Detail)
		}
		if (tc.related == "") != (len(d.Related) == 0) || tc.related != "" && fmt.Sprint(d.Related[0].Range.Start.Line) != tc.related {
			t.Errorf("%s: related %v", tc.text, d.Related)
		}
		if d.Range.File != "main.conf" || d.Range.Start.Line == 0 {
			t.Errorf("%s: no place: %v", tc.text, d.Range)
		}
	}
}

func TestWarnings(t *testing.T) {
	_, diags := loadText("a = 4294967296\nb = (\"k\" => 1) + (\"k\" => 1)\n$HTTP[\"remoteip\"] == \"10.0.0.0/33\" { }\n")
	var got []string
	for _, d := range diags {
		if d.Severity == parser.Warning {
			got = append(got, d.Summary)
		}
	}
	if len(got) != 3 || diags.HasErrors() {
		t.Errorf("%q", got)
	}
}

func TestGet(t *testing.T) {
	c := mustLoad(t, "Server.Name = \"x\"\na = 1\na += 2\n$HTTP[\"host\"] == \"h\" { b = 1 }\n")
	s, ok := c.Contexts[0].Get("SERVER.NAME")
	if !ok || s.Name != "Server.Name" || s.Value.Str != "x" || s.Range.Start.Line != 1 {
		t.Errorf("%+v", s)
	}
	if s, _ := c.Contexts[0].Get("var.a"); s.Value.Int != 3 || s.Range.Start.Line != 3 {
		t.Errorf("%+v", s)
	}
	if _, ok := c.Contexts[1].Get("server.name"); ok {
		t.Error("Get looked at an enclosing context")
	}
}

func TestContexts(t *testing.T) {
	c := mustLoad(t, `$HTTP["host"] == "a" { $HTTP["url"] == "/" { } }
else $HTTP["host"] == "b" { }
else { }
$REQUEST_HEADER["X-Any"] =~ "^x" { }`)
	var got []string
	for _, x := range c.Contexts {
		line := fmt.Sprintf("%d %s", x.ID, x.Key)
		if x.Parent != nil {
			line += fmt.Sprintf(" parent %d", x.Parent.ID)
		}
		if x.Prev != nil {
			line += fmt.Sprintf(" prev %d", x.Prev.ID)
		}
		if x.Next != nil {
			line += fmt.Sprintf(" next %d", x.Next.ID)
		}
		got = append(got, line)
	}
	want := []string{
		"0 global",
		`1 global / $HTTP["host"] == "a" parent 0 next 3`,
		`2 global / $HTTP["host"] == "a" / $HTTP["url"] == "/" parent 1`,
		`3 global / $HTTP["host"] == "b" parent 0 prev 1 next 4`,
		`4 global / $HTTP["host"] != "b" parent 0 prev 3`,
		`5 global / $REQUEST_HEADER["X-Any"] =^ "x" parent 0`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if cond := c.Contexts[5].Cond; cond.Field != RequestHeader || cond.Header != "x-any" || cond.Op != Prefix || cond.Value != "x" {
		t.Errorf("%+v", cond)
	}
	if cond := c.Contexts[4].Cond; cond.Op != Else || cond.Field != HTTPHost {
		t.Errorf("%+v", cond)
	}
}

// TestGrowth has values that would fill the memory.
func TestGrowth(t *testing.T) {
	for name, text := range map[string]string{
		"strings": "a = \"0123456789\"\n" + strings.Repeat("a += a\n", 60),
		"lists":   "a = (1)\n" + strings.Repeat("a += a\n", 60),
		"nested":  "a = (1)\n" + strings.Repeat("a := (a, a)\n", 60),
		"many":    "a = \"x\"\n" + strings.Repeat("a += a\n", 24) + strings.Repeat("b := a + \"x\"\n", 1000),
	} {
		_, diags := loadText(text)
		if d := firstError(diags); d.Summary != "value too large" {
			t.Errorf("%s: %q", name, d.Summary)
		}
	}
}

// TestLarge loads what large sites have. The time is only there to catch
// what grows with the square.
func TestLarge(t *testing.T) {
	var vhosts, types, added strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&vhosts, "$HTTP[\"host\"] =~ \"^(www\\.)?site%d\\.example\\.org$\" {\n"+
			"    server.document-root = base + \"/site%d/htdocs\"\n    accesslog.filename = logs + \"/site%d.log\"\n"+
			"    $HTTP[\"url\"] =^ \"/private/\" { auth.require = ( \"\" => ( \"method\" => \"basic\", \"realm\" => \"site %d\" ) ) }\n"+
			"    url.redirect = ( \"^/old/(.*)$\" => \"/new/$1\" )\n}\n", i, i, i, i)
		fmt.Fprintf(&types, "    \".ext%d\" => \"application/x-%d\",\n", i, i)
		fmt.Fprintf(&added, "m += ( \".ext%d\" => \"application/x-%d\" )\n", i, i)
	}
	for name, text := range map[string]string{
		"virtual hosts": "base = \"/srv\"\nlogs = \"/var/log\"\n" + vhosts.String(),
		"one list":      "mimetype.assign = (\n" + types.String() + ")\n",
		"added":         added.String(),
	} {
		start := time.Now()
		c, diags := loadText(text)
		if diags.HasErrors() {
			t.Errorf("%s: %s", name, firstError(diags).Summary)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Logf("%s: %d bytes, %d contexts, %v", name, len(text), len(c.Contexts), took)
		}
	}
}

// FuzzLoad checks that no bytes make it fail or run away, that the first
// error has its place, and that what it accepts can be printed and loaded
// again to the same effect.
func FuzzLoad(f *testing.F) {
	for _, row := range slices.Concat(specRows, moreRows) {
		f.Add(row.in+"\n", "b = 1\n")
	}
	f.Add("include \"one\"\n", "include \"one\"\n")
	f.Add("a = (1)\na += a\na += a\na += a\n", "")
	f.Fuzz(func(t *testing.T, text, included string) {
		if len(text)+len(included) > 4096 {
			return
		}
		c, diags := loadText(text, "one", included)
		if diags.HasErrors() {
			if d := firstError(diags); d.Summary == "" || d.Range.File == "" {
				t.Fatalf("%+v", d)
			}
			return
		}
		if n := strings.Count(text+included, "]") + 1; len(c.Contexts) > 50*n+50 {
			t.Fatalf("%d contexts", len(c.Contexts))
		}
		var rs Results
		rs.Reset(len(c.Contexts))
		for id := range c.Contexts {
			c.Check(id, &rs, &request{})
		}
		printed(t, c)
	})
}
