package eval

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestIncludeScopes(t *testing.T) {
	c := mustLoad(t, `$HTTP["host"] == "h" { v = 1 include "in" }
include "in2"`, "in", "w = v\nelse { x = 2 }\n}", "in2", "y = 3")
	in, ok := c.Contexts[1].Get("VAR.W")
	if !ok || in.Value.Int != 1 {
		t.Errorf("w = %+v", in)
	}
	if _, ok := c.Contexts[1].Get("var.x"); !ok {
		t.Error("the body of an orphaned else is not in the current block")
	}
	if len(in.Via) != 1 || in.Via[0].File != "main.conf" || in.Range.File != "in" {
		t.Errorf("w was set in %v by way of %v", in.Range, in.Via)
	}
	if _, ok := c.Contexts[0].Get("var.y"); !ok {
		t.Error("y is missing")
	}
}

func TestIncludeTrail(t *testing.T) {
	_, diags := loadText("x = 1\ninclude \"one\"\n", "one", "\n  include \"two\"\ny = 1\n", "two", "a = nope + 1\n")
	d := firstError(diags)
	want := []string{
		"source: two line: 1 pos: 10 parser failed somehow near here: +",
		"source: one line: 3 pos: 0 parser failed somehow near here: (EOL)",
		"source: main.conf line: 3 pos: 0 parser failed somehow near here: (EOL)",
	}
	if d.Summary != "Undefined config variable: var.nope" || !slices.Equal(d.Trail, want) {
		t.Errorf("%s\n%q", d.Summary, d.Trail)
	}
	if len(d.Via) != 2 || d.Via[0].File != "one" || d.Via[1].File != "main.conf" {
		t.Errorf("via %v", d.Via)
	}
}

func TestIncludeLexicalTrail(t *testing.T) {
	_, diags := loadText("include \"one\"\n", "one", "a = ?\n")
	d := firstError(diags)
	if d.Summary != "source: one line: 1 pos: 4 invalid character in variable name" || len(d.Trail) != 2 ||
		d.Trail[1] != "source: main.conf line: 2 pos: 0 parser failed somehow near here: (EOL)" {
		t.Errorf("%s\n%q", d.Summary, d.Trail)
	}
}

func TestIncludeCycle(t *testing.T) {
	for name, files := range map[string][]string{
		"itself": {`include "main.conf"`},
		"others": {`include "a"`, "a", `include "b"`, "b", `include "a"`},
		"twice":  {"include \"a\"", "a", "include \"a\"\ninclude \"a\""},
		"shell":  {`include_shell "echo include \"main.conf\""`},
	} {
		_, diags := loadText(files[0]+"\n", files[1:]...)
		d := firstError(diags)
		if !strings.HasPrefix(d.Summary, "includes nested too deeply: ") || !strings.Contains(d.Detail, "includes itself") {
			t.Errorf("%s: %s: %s", name, d.Summary, d.Detail)
		}
		if n := len(diags); n != 1 {
			t.Errorf("%s: %d diagnostics", name, n)
		}
	}
}

func TestIncludeDeep(t *testing.T) {
	files := []string{`include "0"`}
	for i := range maxDepth {
		files = append(files, fmt.Sprint(i), fmt.Sprintf("include \"%d\"\n", i+1))
	}
	files[len(files)-1] = "a = 1\n"
	if _, diags := loadText(files[0]+"\n", files[1:]...); diags.HasErrors() {
		t.Errorf("%d includes deep: %s", maxDepth, firstError(diags).Summary)
	}
}

func TestResolve(t *testing.T) {
	l := newLoader("/etc/lighttpd/lighttpd.conf", fakeEnv(nil))
	for in, want := range map[string]string{
		"a.conf": "/etc/lighttpd/a.conf", "conf.d/a": "/etc/lighttpd/conf.d/a", "/a": "/a", "./a": "./a", "../a": "../a",
		`\a`: `\a`, "C:/a": "C:/a", "C:a": "/etc/lighttpd/C:a", ".a": "/etc/lighttpd/.a", "": "/etc/lighttpd/",
	} {
		if got := l.resolve(in); got != want {
			t.Errorf("resolve(%q) = %q, want %q", in, got, want)
		}
	}
	if base := newLoader("lighttpd.conf", fakeEnv(nil)).base; base != "" {
		t.Errorf("base %q", base)
	}
}

func TestGlob(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.conf", "b.conf", "B.conf", ".hidden.conf", "sub/c.conf", "sub2/d.conf", "x[1].conf"} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "z.conf")); err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string]string{
		"*.conf":             "B.conf a.conf b.conf x[1].conf z.conf",
		"?.conf":             "B.conf a.conf b.conf z.conf",
		"[a-b].conf":         "a.conf b.conf",
		"[!a-z].conf":        "B.conf",
		"[^a-z].conf":        "B.conf",
		"[[:upper:]].conf":   "B.conf",
		"{b,a}.conf":         "b.conf a.conf",
		"{a,?}.conf":         "a.conf B.conf a.conf b.conf z.conf",
		"{sub{,2}/*,a}.conf": "sub/c.conf sub2/d.conf a.conf",
		"sub*/*.conf":        "sub/c.conf sub2/d.conf",
		".*.conf":            ".hidden.conf",
		`x\[1\].conf`:        "x[1].conf",
		"x[[]1].conf":        "x[1].conf",
		"a.conf":             "a.conf",
		"z.conf":             "z.conf",
		"none.conf":          "",
		"{}.conf":            "",
		"{a.conf":            "",
		"[a.conf":            "",
		"sub":                "sub",
		"*/none":             "",
		"a{.conf,}":          "a.conf",
		"{a,b":               "",
	} {
		found, err := glob(dir + "/" + pattern)
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
		for i := range found {
			found[i] = strings.TrimPrefix(found[i], dir+"/")
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("glob(%q) = %s, want %s", pattern, got, want)
		}
	}
	if _, err := glob(strings.Repeat("{a,b}", 30)); err == nil {
		t.Error("a thousand million alternatives were expanded")
	}
}

func TestShell(t *testing.T) {
	t.Setenv("SHELL", "")
	dir := t.TempDir()
	script := filepath.Join(dir, "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho \"n$#\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ command, out, err string }{
		{"echo a = 1", "a = 1\n", ""},
		{"pwd", dir + "\n", ""},
		{script, "n0\n", ""},
		{script + " x", "n1\n", ""},
		{"exit 3", "", "exit status 3"},
		{"kill -9 $$", "", "exit status 0"},
		{"true", "", ""},
		{"no-such-command-anywhere 2>/dev/null", "", "exit status 127"},
	} {
		out, err := runShell(dir, tc.command)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if said != tc.err || tc.err == "" && string(out) != tc.out {
			t.Errorf("%s: %q, %q", tc.command, out, said)
		}
	}
	if _, err := runShell(dir, "/no/such/program"); err == nil || !strings.HasPrefix(reason(err), "No such file") {
		t.Errorf("a program that is not there: %v", err)
	}
}

func TestShellCommand(t *testing.T) {
	for _, tc := range []struct{ command, shell, want string }{
		{"/usr/bin/x", "/bin/zsh", "/usr/bin/x"},
		{"/usr/bin/x ", "/bin/zsh", "/bin/zsh -c /usr/bin/x "},
		{"/a;b", "", "/bin/sh -c /a;b"},
		{"x", "/bin/false", "/bin/sh -c x"},
		{"x", "/usr/bin/false", "/bin/sh -c x"},
	} {
		if got := strings.Join(shellCommand(tc.command, tc.shell).Args, " "); got != tc.want {
			t.Errorf("%q with %q: %q", tc.command, tc.shell, got)
		}
	}
}

// TestShellBounds has commands that would never end, one of them in the
// background with the output still open.
func TestShellBounds(t *testing.T) {
	t.Setenv("SHELL", "")
	for _, command := range []string{"sleep 1000", "sleep 1000 & echo a = 1", "trap '' TERM; sleep 1000"} {
		start := time.Now()
		_, err := runShellFor(200*time.Millisecond, "", command)
		if err == nil || !strings.Contains(err.Error(), "did not end within") {
			t.Errorf("%s: %v", command, err)
		}
		if time.Since(start) > 30*time.Second {
			t.Errorf("%s held up the load", command)
		}
	}
	if _, err := runShellFor(time.Minute, "", "yes"); err == nil || !strings.Contains(err.Error(), "printed more than") {
		t.Errorf("endless output: %v", err)
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := readFile(dir); err == nil || reason(err) != "Is a directory" {
		t.Errorf("a directory: %v", err)
	}
	if _, err := readFile("/dev/zero"); err == nil {
		t.Error("a file without end was read")
	}
	_, diags := Load(filepath.Join(dir, "none.conf"), OSEnv())
	if d := firstError(diags); !strings.HasSuffix(d.Summary, "none.conf failed: No such file or directory") {
		t.Errorf("%s", d.Summary)
	}
}

func TestOSEnv(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("EVAL_TEST", "value")
	main := filepath.Join(dir, "main.conf")
	for name, text := range map[string]string{
		main:                           "a = env.EVAL_TEST + 1\ninclude \"d/*.conf\"\ninclude_shell \"echo c = 3\"\nd = var.PID\n",
		filepath.Join(dir, "d/b.conf"): "b = 2\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, diags := Load(main, OSEnv())
	if diags.HasErrors() {
		t.Fatal(firstError(diags).Summary)
	}
	pid, _ := c.Contexts[0].Get("var.d")
	if tree := printed(t, c); !strings.Contains(tree, `"value1"`) || !strings.Contains(tree, "var.b   = 2") ||
		!strings.Contains(tree, "var.c   = 3") || int(pid.Value.Int) != os.Getpid() {
		t.Errorf("got %s", tree)
	}
	if len(c.Sources) != 3 {
		t.Errorf("%d sources, want 3", len(c.Sources))
	}
}
