package eval

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRealConfigurations reads configurations from the field and compares
// with what lighttpd -p made of them. They are not part of this tree: where
// they are missing, there is nothing to compare.
//
// Of lighttpd's refusals only those of evaluation count here; the types of
// directives are not known to this package. 1.4.69 was asked, which drops
// tokens that 1.4.86 refuses.
func TestRealConfigurations(t *testing.T) {
	dir := filepath.Join(root(t), "..", "shared", "realconfs")
	oracle, err := os.ReadFile(filepath.Join(dir, "oracle.tsv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Log("no configurations to read")
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(oracle)), "\n")[1:] {
		column := strings.Split(line, "\t")
		name, exit, said := column[0], column[3], column[4]
		c, diags := Load(filepath.Join(dir, name), realEnv(said))
		if !diags.HasErrors() {
			diags = append(diags, c.CompileConditions()...)
		}
		compileRules(t, name, c)
		first := firstError(diags)
		switch {
		case strings.Contains(said, "(configfile-glue.c."):
		case exit == "0" && first.Summary != "":
			t.Errorf("%s: %s %q", name, first.Summary, first.Trail)
		case exit != "0" && first.Summary == "":
			t.Errorf("%s: lighttpd says %s", name, said)
		case strings.Contains(first.Summary, "missing assignment operator"):
		case exit != "0" && !sameMessage(said, first.Summary):
			t.Errorf("%s: lighttpd says %s, we say %s", name, said, first.Summary)
		}
	}
}

// compileRules compiles the patterns of redirect and rewrite rules.
func compileRules(t *testing.T, name string, c *Config) {
	t.Helper()
	for _, x := range c.Contexts {
		for _, s := range x.Settings {
			if !strings.HasPrefix(s.Name, "url.re") || s.Value.Kind != Array {
				continue
			}
			for _, e := range s.Value.List {
				if _, err := Compile(e.Key, 19); err != nil {
					t.Errorf("%s: %s: %v", name, s.Name, err)
				}
			}
		}
	}
}

// realEnv is the real one, except that commands are not run: those that
// lighttpd could not run fail, others print nothing.
func realEnv(said string) Env {
	env := OSEnv()
	env.Shell = func(string, string) ([]byte, error) {
		if strings.Contains(said, "sh: ") {
			return nil, ShellStatus(127)
		}
		return nil, nil
	}
	return env
}

// sameMessage compares the first line of lighttpd with ours. A shell's own
// message comes before lighttpd's, and paths depend on where the files are.
func sameMessage(said, ours string) bool {
	if strings.Contains(said, "sh: ") {
		return strings.Contains(ours, "exited non-zero: 127")
	}
	if _, text, ok := strings.Cut(said, ") "); ok && strings.HasPrefix(said, "(") {
		said = text
	}
	if file, ok := strings.CutPrefix(said, "include file not found: "); ok {
		return strings.HasPrefix(ours, "include file not found: ") && strings.HasSuffix(ours, file)
	}
	if strings.HasPrefix(said, "source: ") {
		_, place, _ := strings.Cut(said, " line: ")
		return strings.HasSuffix(ours, " line: "+place)
	}
	return said == ours
}

// root is the directory of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(".")
	for err == nil && dir != "/" {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("no go.mod", err)
	return ""
}
