package conformance

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
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
		if bytes.HasPrefix(text, []byte("# 1.4.86: ")) && b.Reference && b.Version != "1.4.86" {
			continue
		}
		if !waits(t, b, f, string(text)) {
			files = append(files, f)
		}
	}
	return files
}

// waits tells whether a story has to wait for a module, and says so.
func waits(t *testing.T, b Binary, file, text string) bool {
	t.Helper()
	missing, err := b.Waits(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(missing) > 0 {
		t.Logf("%s waits for %s", file, strings.Join(missing, ", "))
	}
	return len(missing) > 0
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
