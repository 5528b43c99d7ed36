package parser

import (
	"errors"
	"strings"
	"testing"
)

// at is the range of the first occurrence of text in src.
func at(file, src, text string) Range {
	i := strings.Index(src, text)
	start := Pos{Line: 1, Column: 1}.behind(src[:i])
	return Range{File: file, Start: start, End: start.behind(text)}
}

func TestPrinter(t *testing.T) {
	main := "server.prot = 80\ninclude \"b.conf\"\n"
	sub := "a = 1\na = 2\n"
	unknown := Diagnostic{
		Range:   at("lighttpd.conf", main, "server.prot"),
		Summary: "WARNING: unknown config-key: server.prot (ignored)",
		Detail:  "did you mean server.port?",
	}
	duplicate := Diagnostic{
		Severity: Error,
		Range:    at("b.conf", sub, "a = 2"),
		Summary:  "Duplicate config variable in conditional 0 global: var.a",
		Detail:   "to replace the value, write :=; to add to it, write +=",
		Trail: []string{
			"source: b.conf line: 3 pos: 0 parser failed somehow near here: (EOL)",
			"source: lighttpd.conf line: 3 pos: 0 parser failed somehow near here: (EOL)",
		},
		Via:     []Range{at("lighttpd.conf", main, "include")},
		Related: []Note{{at("b.conf", sub, "a = 1"), "it was first set here"}, {Text: "a note without a place"}},
	}
	nowhere := Diagnostic{Severity: Error, Summary: "opening configfile x failed: \x1b[2J", Detail: "check the name"}
	unread := Diagnostic{Severity: Error, Range: Range{File: "gone.conf", Start: Pos{3, 4, 50}, End: Pos{3, 5, 51}}, Summary: "error comp_key $X"}
	sources := map[string][]byte{"lighttpd.conf": []byte(main), "b.conf": []byte(sub)}

	var b strings.Builder
	p := Printer{Sources: sources, W: &b}
	if err := p.Print(Diagnostics{unknown, duplicate, nowhere, unread}); err != nil {
		t.Fatal(err)
	}
	const want = `lighttpd.conf:1:1: WARNING: unknown config-key: server.prot (ignored)
    1 | server.prot = 80
      | ^~~~~~~~~~~ did you mean server.port?
b.conf:2:1: error: Duplicate config variable in conditional 0 global: var.a
    2 | a = 2
      | ^~~~~
      to replace the value, write :=; to add to it, write +=
      included from lighttpd.conf:2:1
      b.conf:1:1: it was first set here
    1 | a = 1
      | ^~~~~
      a note without a place
source: b.conf line: 3 pos: 0 parser failed somehow near here: (EOL)
source: lighttpd.conf line: 3 pos: 0 parser failed somehow near here: (EOL)
error: opening configfile x failed: \x1b[2J
      check the name
gone.conf:3:4: error comp_key $X
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPrinterColor(t *testing.T) {
	src := "x y\n"
	d := Diagnostic{Severity: Error, Range: at("a", src, "y"), Summary: "no", Detail: "d"}
	var b strings.Builder
	p := Printer{Sources: map[string][]byte{"a": []byte(src)}, Color: true, W: &b}
	if err := p.Print(Diagnostics{d}); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[1ma:1:3:\x1b[0m \x1b[1;31merror: \x1b[0mno\n    1 | x y\n      |   \x1b[1;32m^\x1b[0m d\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestPrinterReportsWriteErrors(t *testing.T) {
	p := Printer{W: brokenPipe{}}
	if err := p.Print(Diagnostics{{Summary: "x"}}); err == nil {
		t.Error("no error")
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("x", 100000)
	for _, row := range []struct {
		src           string
		start, end    int
		text          string
		indent, width int
	}{
		{"a\tb\n", 2, 3, "a   b", 4, 1},
		{"a\n\tb\tc", 3, 6, "    b   c", 4, 5},
		{"日本 x", 7, 8, "日本 x", 5, 1},
		{"日本 x", 0, 6, "日本 x", 0, 4},
		{"e\u0301 x", 4, 5, "e\u0301 x", 2, 1},
		{"\xff x", 2, 3, `\xff x`, 5, 1},
		{"a\u202ex", 4, 5, `a\xe2\x80\xaex`, 13, 1},
		{"abc\ndef", 1, 6, "abc", 1, 2},
		{"abc\r\ndef", 5, 5, "def", 0, 1},
		{"abc\rdef", 3, 3, "abc", 3, 1},
		{"abc", 3, 3, "abc", 3, 1},
		{"abc\n", 4, 4, "", 0, 1},
		{"abc", 90, 99, "abc", 3, 1},
		{"abc", -5, -1, "abc", 0, 1},
		{long, 0, len(long), long[:maxShown] + "…", 0, maxShown},
		{long, 50000, 50001, "…" + long[:maxShown-1] + "…", maxBefore + 1, 1},
		{long, len(long), len(long), "…" + long[:maxBefore], maxBefore + 1, 1},
	} {
		s := excerpt([]byte(row.src), row.start, row.end)
		if s != (shown{row.text, row.indent, row.width}) {
			t.Errorf("%.20q[%d:%d]: got %+v", row.src, row.start, row.end, s)
		}
	}
	marks := excerpt([]byte("x"+strings.Repeat("\u0301", 100000)), 0, 1)
	if len(marks.text) > 2*maxBytes {
		t.Errorf("%d bytes of combining marks are shown", len(marks.text))
	}
}

func TestLine(t *testing.T) {
	d := Diagnostic{
		Severity: Warning,
		Range:    Range{File: "l.conf", Start: Pos{Line: 3, Column: 1}, End: Pos{Line: 3, Column: 12, Offset: 11}},
		Summary:  "WARNING: unknown config-key: server.prot (ignored)",
		Detail:   "did you mean server.port?",
	}
	const want = "l.conf:3:1: WARNING: unknown config-key: server.prot (ignored) -- did you mean server.port?"
	if got := Line(&d); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
