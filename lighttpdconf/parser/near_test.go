package parser

import (
	"bytes"
	"strings"
	"testing"
)

// The rows of the location rules. offset is where the construct ends at which
// lighttpd would fail; Near must tell where lighttpd says that it is.
func TestNear(t *testing.T) {
	for _, row := range []struct{ src, end, want string }{
		{"a = 1\na = 2|\n\n# c\nb = 3\n", "", "line: 5 pos: 0 parser failed somehow near here: (EOL)"},
		{"a = nope| + 1\n", "", "line: 1 pos: 10 parser failed somehow near here: +"},
		{"a = \"1\n2\n3\"\nb = 1\nb = 2|\nc = 3\n", "", "line: 4 pos: 0 parser failed somehow near here: (EOL)"},
		{"$HTTP[\"foo\"] == \"x\"| { }\n", "", "line: 1 pos: 21 parser failed somehow near here: {"},
		{"$HTTP[\"host\"] == \"a\" { b = b2| }   c = 1\n", "", "line: 1 pos: 34 parser failed somehow near here: }"},
		{"$HTTP[\"host\"] == \"a\" { }|   c = 1\n", "", "line: 1 pos: 27 parser failed somehow near here: (EOL)"},
		{"$HTTP[\"host\"] == \"a\" { }|   # c\n #d\n  e = 1\n", "", "line: 3 pos: 2 parser failed somehow near here: (EOL)"},
		{"a = 1\na = 2|", "", "line: 2 pos: 5 parser failed somehow near here: 2"},
		{"a = 1\na = 2| ", "", "line: 2 pos: 6 parser failed somehow near here: 2"},
		{"a = 1\na = 2| # x", "", "line: 2 pos: 9 parser failed somehow near here: 2"},
		{"a = 1\na = 2|\x00b", "", "line: 2 pos: 5 parser failed somehow near here: 2"},
		{"a = (1|, \"x\ny\" )\n", "", "line: 1 pos: 7 parser failed somehow near here: (COMMA)"},
		{"a = (1|\n\"x\ny\" )\n", "", "line: 2 pos: 5 parser failed somehow near here: x\ny"},
		{"|", "", "line: 1 pos: 0 parser failed somehow near here: (null)"},
		{"a = nope| ?\n", "line: 1 pos: 9 invalid character in variable name", "line: 1 pos: 9 parser failed somehow near here: nope"},
	} {
		offset := strings.IndexByte(row.src, '|')
		f, _ := Parse("x.conf", []byte(strings.Replace(row.src, "|", "", 1)))
		near := f.Near(offset)
		if got := near.Failure("x.conf"); got != "source: x.conf "+row.want {
			t.Errorf("%q: got %q, want %q", row.src, got, row.want)
		}
		lexical := ""
		if near.Lexical != nil {
			lexical = strings.TrimPrefix(near.Lexical.Summary, "source: x.conf ")
		}
		if lexical != row.end {
			t.Errorf("%q: lexical %q, want %q", row.src, lexical, row.end)
		}
	}
}

// Near starts from the closest checkpoint; that must not change its answer.
func TestNearCheckpoints(t *testing.T) {
	src := bytes.Repeat([]byte("$HTTP[\"host\"] == \"a\" { b = \"x\ny\" }  else { c = (1,\n2) } a = 1 # z\n"), 1000)
	f, _ := Parse("x.conf", src)
	if len(f.checkpoints) < 5 {
		t.Fatalf("%d checkpoints", len(f.checkpoints))
	}
	whole := *f
	whole.checkpoints = f.checkpoints[:1]
	for _, c := range f.checkpoints {
		for offset := c.at.Offset - 3; offset <= c.at.Offset+3; offset++ {
			if got, want := f.Near(offset), whole.Near(offset); got != want {
				t.Errorf("at %d: got %v, want %v", offset, got, want)
			}
		}
	}
}
