package parser

import (
	"strings"
	"testing"
)

// specRow is an input and what must come of it: the tree without places, on
// one line, or an error. A row may have both, if the tree is partial.
type specRow struct {
	input string
	tree  string
	err   string
	warns int
}

const (
	inName = "invalid character in variable name"
	inCond = "invalid character in condition"
	near   = "parser failed somehow near here: "
)

// The rows of the lexical structure.
var lexicalRows = []specRow{
	{"", "", "", 0},
	{"\n\n # only a comment", "", "", 0},
	{"a = 1, b = 2,\nc = 3\n", "a = 1; b = 2; c = 3", "", 0},
	{"a = 1; b = 2\n", "", "line: 1 pos: 5 " + inName, 0},
	{"a = 1 # x } ) \"\nb = 2\n", "a = 1; b = 2", "", 0},
	{"a = 1\n/* no */\n", "a = 1", "line: 2 pos: 0 " + inName, 0},
	{"a = 1\n// no\n", "a = 1", "line: 2 pos: 0 " + inName, 0},
	{"a = 1\n#* b = 2 *#\nc = 3\n", "a = 1; c = 3", "", 0},
	{"x-y_z.9 = 1\n-a = 2\n.b = 3\n", "x-y_z.9 = 1; -a = 2; .b = 3", "", 0},
	{"b = 1\na = b", "b = 1", "line: 2 pos: 4 " + inName, 0},
	{"a = -1\n", "a = -1", "", 0},
	{"if = 3\nb = 4\n", "b = 4", "", 1},
	{"$HTTP[\"url\"] !^ \"/a\" { }\n", "", "line: 1 pos: 13 only !~ and != are allowed in the condition", 0},
	{"$HTTP[\"url\"] = \"/a\" { }\n", "", "line: 1 pos: 13 only == =~ =^ =$ are allowed in the condition", 0},
	{"a => 1\n", "", "line: 1 pos: 3 " + inName, 0},
	{"a = 'x'\n", "", "line: 1 pos: 4 " + inName, 0},
	{`a = "q\"q"` + "\n", `a = "q\"q"`, "", 0},
	{`a = "x\ty\\z"` + "\n", `a = "x\\ty\\\\z"`, "", 0},
	{"a = \"d\\\"\nb = 1\n", "", "line: 1 pos: 4 missing closing quote", 0},
	{"a = \"one\" \"two\"\n", "", "strings may be combined with '+' or separated with ',' or '=>' in lists", 0},
	{"a = \"x # y\"\n", `a = "x # y"`, "", 0},
	{"a = \"x\r\ny\"\n", `a = "x\r\ny"`, "", 0},
	{"a = \"\xff\xc3\xa9\"\n", `a = "\xffé"`, "", 0},
	{"a = 010\n", "a = 010", "", 0},
	{"a = 10k = 5\n", "a = 10; k = 5", "", 1},
	{"3com = 1\n", "com = 1", "", 2},
	{"a = 1.5\n", "a = 1", "line: 2 pos: 0 " + near + "(EOL)", 1},
	{"a = 64k\n", "a = 64", near + "(EOL)", 1},
	{"a = 0x10\nb = 1\n", "a = 0; x10 = 1", "", 2},
	{"a \"x\"\n", "", "line: 1 pos: 2 missing assignment operator ('=') ?", 0},
	{"a b = 1\n", "", "line: 1 pos: 2 missing assignment operator ('=') or missing string concat operator ('+') ?", 0},
	{"a = b c\n", "", "missing string concat operator ('+') ?", 0},
	{"a = (b\nc)\n", "", "missing string concat operator ('+') ?", 0},
	{"a = b if c\n", "", "missing string concat operator ('+') ?", 0},
	{"a , b = 1\n", "", "missing string concat operator ('+') ?", 0},
	{"include \"x\"\n", `include "x"`, "", 0},
	{"include_shell \"x\" + y\n", `include_shell "x" + y`, "", 0},
	{"include.x = 1\nelse_ = 2\nglobal-y = 3\nIF = 4\n", "include.x = 1; else_ = 2; global-y = 3; IF = 4", "", 0},
	{"a = 1\x00 ) ? \"", "a = 1", "", 1},
	{"a = 1 # x\x00 ) ? \"", "a = 1", "", 1},
	{"a = \"x\x00y\"\n", "", "line: 1 pos: 4 missing closing quote", 0},
	{"a = b\x00c\n", "", "line: 1 pos: 4 " + inName, 0},
	{"a = 1\n)\n", "a = 1", "line: 2 pos: 0 close-parens without open-parens", 0},
	{"a = : x\n", "", "line: 1 pos: 4 unexpected character ':'", 0},
	{"a = !x\n", "", "line: 1 pos: 4 unexpected exclamation-marks: !", 0},
	{"a = (\"k\" = 1)\n", "", "line: 1 pos: 9 use => for assignments in arrays", 0},
	{"\f", "", "line: 1 pos: 0 " + inName, 0},
	{"\xef\xbb\xbfa = 1\n", "", "line: 1 pos: 0 " + inName, 0},
	{"\u00a0a\u00a0=\u00a01\n", "a = 1", "", 0},
	{"$HTTP[\"host\"]\u00a0== \"a\" { }\n", "", "line: 1 pos: 13 " + inCond, 0},
	{"$HTTP[\"host\"] ==\u00a0\"a\" { }\n", `$HTTP["host"] == "a" { }`, "", 0},
	{"$HTTP[var.f] == \"x\" { }\n", "", "line: 1 pos: 9 " + inCond, 1},
	{"$HTTP1[\"x\"]\n", "", "line: 1 pos: 5 " + inCond, 0},
	{"$HTTP", "", "line: 1 pos: 1 " + inCond, 0},
	{"$HTTP\n", "", "line: 2 pos: 0 " + near + "(EOL)", 0},
	{"a = 1\rb = 2\r\nc = 3", "a = 1; b = 2; c = 3", "", 0},
	{"a = 1\r\r\r ?", "a = 1", "line: 4 pos: 1 " + inName, 0},
	{"a = \"x\ny\" ?\n", "", "line: 1 pos: 10 " + inName, 0},
}

// The rows of grammar and error recovery.
var recoveryRows = []specRow{
	{"a = = 3\n", "a = 3", "", 1},
	{"a == 3\n", "a = 3", "", 1},
	{"} } a = 1\n", "a = 1", "", 2},
	{"[ a = 1 ]\n", "a = 1", "", 2},
	{"a = 1 2 3 ]\nb = 2\n", "a = 1; b = 2", "", 1},
	{"foo\nbar = 1\n", "foo = 1", "", 1},
	{"server.name\n= \"x\"\n", `server.name = "x"`, "", 0},
	{"a = \"x\"\n+ \"y\"\n", `a = "x"`, "", 1},
	{"a = 1 +\n2\n", "a = 1 + 2", "", 0},
	{"a = + 1\n", "a = 1", "", 1},
	{"a = 1 + + 2\n", "a = 1 + 2", "", 1},
	{"a = (1 2 3)\n", "a = (1)", "", 1},
	{"a = (,1,,2,)\n", "a = (1, 2)", "", 1},
	{"a = ( => 5)\n", "a = (5)", "", 1},
	{"a = (1 += 2)\n", "a = (1)", "", 1},
	{"a = ( { 1 } , 2 )\n", "a = (1, 2)", "", 2},
	{"a = $HTTP[\"host\"]\nb == 1\n", `a = "host"`, "", 3},
	{"else { a = 1 }\nb = 2\n", "a = 1; b = 2", "", 2},
	{"$HTTP[\"host\"] == \"a\" junk = 3 ( 1 ) { b = 2 }\n", `$HTTP["host"] == "a" { b = 2 }`, "", 1},
	{"$HTTP[\"host\"] == \"a\" { } else x.y = 5 { b = 2 }\n", `$HTTP["host"] == "a" { } else { b = 2 }`, "", 1},
	{"$HTTP[\"host\"] == \"a\" { b = 1 }\nelse\n$HTTP[\"host\"] == \"c\" { b = 2 }\n", `$HTTP["host"] == "a" { b = 1 } else { b = 2 }`, "", 1},
	{"$HTTP[\"host\"] == \"a\" {\nb = 1\n", `$HTTP["host"] == "a" { b = 1 unfinished`, "line: 3 pos: 0 " + near + "(EOL)", 0},
	{"a = (\"x\",\n\"y\"", "", "line: 2 pos: 3 " + near + "y", 0},
	{"a = (\"x\",\n\"y\"\n", "", "line: 3 pos: 0 " + near + "y", 0},
	{"a =", "", "line: 1 pos: 3 " + near + "=", 0},
	{"global {", "global { unfinished", "line: 1 pos: 8 " + near + "{", 0},
	{"$HTTP[\"url\"]\na = 1\n", "", "line: 2 pos: 2 only == =~ =^ =$ are allowed in the condition", 1},
	{"a = 1 b = 2 include \"c\"\n", `a = 1; b = 2; include "c"`, "", 0},
	{"$HTTP[\"host\"] == \"a\" { } elif $HTTP[\"host\"] == \"b\" { c = 1 }\n", `$HTTP["host"] == "a" { } else $HTTP["host"] == "b" { c = 1 }`, "", 0},
	{"if $HTTP[\"host\"] == \"a\" { }\n\n# c\nelse if $HTTP[\"host\"] == \"b\" { }\n", `$HTTP["host"] == "a" { } else $HTTP["host"] == "b" { }`, "", 0},
	{"$HTTP[\"host\"] == \"a\" { }\n,\nelse { b = 1 }\n", `$HTTP["host"] == "a" { } b = 1`, "", 2},
	{"$HTTP[\"host\"] == \"a\" { }\n\u00a0\nelse { b = 1 }\n", `$HTTP["host"] == "a" { } b = 1`, "", 2},
	{"$HTTP[\"ho\" + \"st\"] == \"x\" + 1 { global { a = 1 } b = 2 }\n", `$HTTP["ho" + "st"] == "x" + 1 { global { a = 1 }; b = 2 }`, "", 0},
	{"a = 1}", "a = 1", "", 1},
	{"a = (((1)), () + (2), \"k\" => (3) + b, \"i\" + 1 => 5,)\n", `a = (((1)), () + (2), "k" => (3) + b, "i" + 1 => 5)`, "", 0},
	{"a := 1\nb += (2)\n", "a := 1; b += (2)", "", 0},
}

func TestLexicalRows(t *testing.T)  { testRows(t, lexicalRows) }
func TestRecoveryRows(t *testing.T) { testRows(t, recoveryRows) }

func testRows(t *testing.T, rows []specRow) {
	for _, row := range rows {
		f, ds := Parse("x.conf", []byte(row.input))
		if got := oneLine(f.Statements); got != row.tree {
			t.Errorf("%q\n got tree %s\nwant tree %s", row.input, got, row.tree)
		}
		warns, failure := 0, ""
		for _, d := range ds {
			if d.Detail == "" {
				t.Errorf("%q: no advice with %q", row.input, d.Summary)
			}
			if d.Severity == Warning {
				warns++
			} else {
				failure += d.Summary
			}
		}
		if (row.err == "") != (failure == "") || !strings.Contains(failure, row.err) {
			t.Errorf("%q\n got error %q\nwant error %q", row.input, failure, row.err)
		}
		if warns != row.warns {
			t.Errorf("%q: %d warnings, want %d: %v", row.input, warns, row.warns, ds)
		}
	}
}

// oneLine is the dump of a tree without places.
func oneLine(statements []*Statement) string {
	var out []string
	for _, line := range strings.Split(dump(statements), "\n") {
		line = strings.TrimSpace(line)
		if place, rest, ok := strings.Cut(line, " "); ok && strings.Contains(place, ":") && place[0] >= '0' && place[0] <= '9' {
			line = rest
			if !strings.HasPrefix(line, "else ") && len(out) > 0 && !strings.HasSuffix(out[len(out)-1], "{") && !strings.HasSuffix(out[len(out)-1], " }") {
				out[len(out)-1] += ";"
			}
		}
		if line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, " ")
}
