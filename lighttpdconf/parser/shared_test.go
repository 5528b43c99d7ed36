package parser

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedDir is where configurations lie that are not part of this repository:
// a directory beside the one with go.mod.
func sharedDir(t *testing.T) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(filepath.Dir(dir), "shared")
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

// The configuration that lighttpd is shipped with must pass without a word.
// Without the files beside the repository there is nothing to read.
func TestUpstreamConfig(t *testing.T) {
	root := filepath.Join(sharedDir(t), "upstream-config", "doc", "config")
	if _, err := os.Stat(root); os.IsNotExist(err) {
		t.Logf("no configurations in %s", root)
		return
	}
	read := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".conf") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read++
		if _, ds := Parse(path, src); len(ds) > 0 {
			t.Errorf("%s: %+v", path, ds)
		}
		return nil
	})
	if err != nil || read < 20 {
		t.Errorf("%d files, %v", read, err)
	}
}
