package parser

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestGolden runs each testdata archive: NAME.conf is a source, NAME.out what
// comes of it, first the tree, then the diagnostics as printed.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives in testdata", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { testArchive(t, file) })
	}
}

func testArchive(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range a.Files {
		want[f.Name] = string(f.Data)
	}
	out := &txtar.Archive{Comment: a.Comment}
	for _, f := range a.Files {
		name, ok := strings.CutSuffix(f.Name, ".conf")
		if !ok {
			continue
		}
		got := outcome(t, f.Name, f.Data)
		if got != want[name+".out"] && !*update {
			t.Errorf("%s:\n--- got\n%s--- want\n%s", f.Name, got, want[name+".out"])
		}
		out.Files = append(out.Files, f, txtar.File{Name: name + ".out", Data: []byte(got)})
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(out), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// outcome is the text of a golden file.
func outcome(t *testing.T, name string, src []byte) string {
	file, ds := Parse(name, src)
	var b bytes.Buffer
	b.WriteString(dump(file.Statements))
	p := Printer{Sources: map[string][]byte{name: src}, W: &b}
	if err := p.Print(ds); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
