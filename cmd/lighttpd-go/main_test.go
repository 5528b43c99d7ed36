package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// outcome is what a run of the program gave.
type outcome struct {
	code           int
	stdout, stderr string
}

// runWith runs the program with a file lighttpd.conf and what else files has.
func runWith(files map[string]string, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	c := command{
		args: append([]string{"lighttpd"}, args...), stdout: &stdout, stderr: &stderr,
		env: eval.Env{
			ReadFile: func(name string) ([]byte, error) {
				if text, ok := files[name]; ok {
					return []byte(text), nil
				}
				return nil, os.ErrNotExist
			},
			Glob:   filepath.Glob,
			Shell:  func(string, string) ([]byte, error) { return nil, errors.New("no shell") },
			Getenv: func(string) (string, bool) { return "", false },
			Vars:   map[string]eval.Value{"var.CWD": eval.StringValue("/"), "var.PID": eval.IntegerValue(1)},
		},
	}
	code := c.run()
	return outcome{code, stdout.String(), stderr.String()}
}

// TestCommandLine has lighttpd's options, exit codes and outputs. The texts
// are the beginnings.
func TestCommandLine(t *testing.T) {
	const version = "lighttpd/1.4.86 - a light and fast webserver\n"
	const dump = "config {\n    var.CWD     = \"/\"\n    var.PID     = 1\n    server.port = 81\n\n}\n"
	files := map[string]string{
		"good": "server.port = 81\n",
		"bad":  "server.port = \"x\"\n",
		"torn": "server.port = 1\nserver.port = 2\n",
		"mod":  "server.document-root = \"/\"\nserver.modules = (\"mod_nothing\")\n",
		"full": "server.document-root = \"/\"\nserver.upload-dirs = ( \"/\" )\n",
		"-":    "server.port = 81\n",
	}
	tests := []struct {
		args           string
		code           int
		stdout, stderr string
	}{
		{"-v", 0, version, ""},
		{"--version", 0, version, ""},
		{"-V", 0, version + "\nEvent Handlers:\n", ""},
		{"-h", 0, version + "usage:\n -f <name>", ""},
		{"--help", 0, version + "usage:\n", ""},
		{"-x", 255, version + "usage:\n", "lighttpd: unknown shorthand flag: 'x' in -x\n"},
		{"--nothing", 255, version + "usage:\n", "lighttpd: unknown flag: --nothing\n"},
		{"-f", 255, version + "usage:\n", "lighttpd: flag needs an argument: 'f' in -f\n"},
		{"-x -v", 255, version + "usage:\n", ""},
		{"-v -x", 0, version, ""},
		{"", 255, "", "No configuration available. Try using -f option.\n"},
		{"-t", 255, "", "No configuration available. Try using -f option.\n"},
		{"-t -f good", 0, "Syntax OK\n", ""},
		{"-tf good", 0, "Syntax OK\n", ""},
		{"-f good -t ignored", 0, "Syntax OK\n", ""},
		{"-tfgood", 0, "Syntax OK\n", ""},
		{"-f - -t", 0, "Syntax OK\n", ""},
		{"-p -f good", 0, dump, ""},
		{"-pf good -t", 0, dump + "Syntax OK\n", ""},
		{"-ptt -f good", 0, dump, ""},
		{"-f good -f good", 255, "", "Can only read one config file. Use the include command to use multiple config files.\n"},
		{"-f none", 255, "", "error: opening configfile none failed: "},
		{"-f none -v", 255, "", "error: opening configfile none failed: "},
		{"-v -f none", 0, version, ""},
		{"-tf bad", 255, "", "bad:1:1: error: got a string but expected a short integer: server.port x\n"},
		{"-pf bad", 255, "", "bad:1:1: error: got a string but expected a short integer: server.port x\n"},
		{"-tf torn", 255, "", ""},
		{"-tf mod", 0, "Syntax OK\n", ""},
		{"-i 5s -tf good", 255, "", "Invalid idle timeout value: 5s\n"},
		{"-i -5 -tf good", 255, "", "Invalid idle timeout value: -5\n"},
		{"-i 0x10 -tf good", 0, "Syntax OK\n", ""},
		{"-m /usr/lib/lighttpd -D -1 -tf good", 0, "Syntax OK\n", ""},
		{"--method GET -tf good", 255, "", "--header, --remote-ip, --method, --socket and --json go with --explain\n"},
	}
	for _, tt := range tests {
		got := runWith(files, strings.Fields(tt.args)...)
		if got.code != tt.code || !strings.HasPrefix(got.stdout, tt.stdout) || !strings.HasPrefix(got.stderr, tt.stderr) ||
			tt.stdout == "" && got.stdout != "" {
			t.Errorf("%s: exit %d\nstdout %q\nstderr %q\nwant %d %q %q", tt.args, got.code, got.stdout, got.stderr, tt.code, tt.stdout, tt.stderr)
		}
		if got.code != 0 && got.stdout == "" && got.stderr == "" {
			t.Errorf("%s: fails in silence", tt.args)
		}
	}
}

// TestWarningsOnce: the copy in the background does not repeat the warnings of
// its parent, but what it alone stumbles over is told.
func TestWarningsOnce(t *testing.T) {
	files := map[string]string{
		"odd": "$HTTP[\"remoteip\"] == \"1.2.3.4/77\" { }\n",
		"bad": "a = nope\n",
	}
	const warning = `"1.2.3.4/77" is no address`
	if got := runWith(files, "-tf", "odd"); !strings.Contains(got.stderr, warning) {
		t.Errorf("parent: %q", got.stderr)
	}
	t.Setenv("LIGHTTPD_GO_READY_FD", "3")
	if got := runWith(files, "-tf", "odd"); got.code != 0 || got.stderr != "" {
		t.Errorf("copy: exit %d, %q", got.code, got.stderr)
	}
	if got := runWith(files, "-tf", "bad"); got.code != 255 || !strings.Contains(got.stderr, "Undefined config variable") {
		t.Errorf("copy with an error: exit %d, %q", got.code, got.stderr)
	}
}

// TestIdleSeconds: numbers in C's notation.
func TestIdleSeconds(t *testing.T) {
	tests := map[string]int64{"0": 0, "10": 10, "010": 8, "0x1f": 31, " +7": 7, "": -1, "1_0": -1, "0b1": -1, "0o7": -1, "-1": -1, "9999999999": -1}
	for text, want := range tests {
		got, ok := parseSeconds(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// TestReferenceIsFresh: modules/REFERENCE.md is what go generate would write.
func TestReferenceIsFresh(t *testing.T) {
	page, err := os.ReadFile("../../modules/REFERENCE.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := runWith(nil, "--reference"); got.code != 0 || got.stdout != string(page) {
		t.Error("modules/REFERENCE.md is stale: run go generate ./cmd/lighttpd-go")
	}
}
