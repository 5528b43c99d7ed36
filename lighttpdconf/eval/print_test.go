package eval

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "record the output of the lighttpd that LIGHTTPD names")

// TestPrint compares with what lighttpd -p printed. 1.4.69, with which the
// files were recorded, leaves out the "if" of conditions.
func TestPrint(t *testing.T) {
	files, err := filepath.Glob("testdata/print/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		story, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			record(t, file, story)
		}
		texts := map[string]string{}
		for _, f := range story.Files {
			texts[f.Name] = string(f.Data)
		}
		c, diags := Load("main.conf", fakeEnv(texts))
		if diags.HasErrors() {
			t.Errorf("%s: %s", file, firstError(diags).Summary)
			continue
		}
		// txtar keeps no blank lines at the end of a file.
		if got := strings.TrimRight(printed(t, c), "\n") + "\n"; got != texts["want"] {
			t.Errorf("%s:\n got %s\nwant %s", file, got, texts["want"])
		}
	}
}

var noIf = regexp.MustCompile(`(?m)^( *(?:else )?)\$`)

func record(t *testing.T, file string, story *txtar.Archive) {
	t.Helper()
	dir := t.TempDir()
	kept := story.Files[:0]
	for _, f := range story.Files {
		if f.Name == "want" {
			continue
		}
		kept = append(kept, f)
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary := os.Getenv("LIGHTTPD")
	if binary == "" {
		binary = "lighttpd"
	}
	cmd := exec.Command(binary, "-p", "-f", "main.conf")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	out = noIf.ReplaceAll(out, []byte("${1}if $$"))
	out = append(bytes.TrimRight(out, "\n"), '\n')
	story.Files = append(kept, txtar.File{Name: "want", Data: out})
	if err := os.WriteFile(file, txtar.Format(story), 0o644); err != nil {
		t.Fatal(err)
	}
}
