package conformance

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "record what the installed lighttpd does (LIGHTTPD, LIGHTTPD_MODDIR)")

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	CleanUp()
	os.Exit(code)
}

// binaryFor returns the server of a run: ours, or lighttpd when recording.
func binaryFor(t *testing.T) Binary {
	t.Helper()
	find := Ours
	if *update {
		find = Reference
	}
	b, err := find()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// storyFiles lists the stories that hold for the server: one whose first line
// is "# 1.4.86: REASON" tells what an older lighttpd does not do yet.
func storyFiles(t *testing.T, b Binary) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(all) == 0 {
		t.Fatalf("no stories (%v)", err)
	}
	var files []string
	for _, f := range all {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		newer := bytes.HasPrefix(text, []byte("# 1.4.86: "))
		if !newer || !b.Reference || b.Version == "1.4.86" {
			files = append(files, f)
		}
	}
	return files
}

func runStories(t *testing.T, b Binary) {
	testscript.Run(t, testscript.Params{
		Files:               storyFiles(t, b),
		Setup:               Setup(b),
		Cmds:                Commands(),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

func TestStories(t *testing.T) { runStories(t, binaryFor(t)) }
