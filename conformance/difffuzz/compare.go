package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// outcome is what a server makes of a configuration.
type outcome struct {
	ok     bool
	tree   string   // -p, without what differs by nature
	errors []string // lines of the first error
}

// reference is the real lighttpd.
type reference struct {
	binary, modules, dir string
}

// newReference finds lighttpd by LIGHTTPD and LIGHTTPD_MODDIR, or in PATH.
func newReference(dir string) (*reference, error) {
	binary := os.Getenv("LIGHTTPD")
	if binary == "" {
		found, err := exec.LookPath("lighttpd")
		if err != nil {
			return nil, fmt.Errorf("set LIGHTTPD to the lighttpd to compare with: %w", err)
		}
		binary = found
	}
	return &reference{binary, os.Getenv("LIGHTTPD_MODDIR"), dir}, nil
}

// patience is how long one lighttpd -p may take.
const patience = 20 * time.Second

// run asks the real lighttpd. An error is about running it, not about the
// configuration.
func (r *reference) run(c conf) (outcome, error) {
	for name, text := range c {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
			return outcome{}, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	args := []string{"-p", "-t", "-f", "main.conf"}
	if r.modules != "" {
		args = append(args, "-m", r.modules)
	}
	cmd := exec.CommandContext(ctx, r.binary, args...)
	cmd.Dir = r.dir
	cmd.Env = environment
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		tree, ok := strings.CutSuffix(stdout.String(), "Syntax OK\n")
		if !ok {
			return outcome{}, fmt.Errorf("%s -t ends with status 0 and without Syntax OK", r.binary)
		}
		return outcome{ok: true, tree: normal(tree)}, nil
	case errors.As(err, &exit) && exit.ExitCode() == 255:
		return outcome{errors: splitLog(stderr.String())}, nil
	case errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled() && ctx.Err() == nil:
		return outcome{errors: []string{crashed}}, nil
	}
	return outcome{}, fmt.Errorf("running %s: %w", r.binary, err)
}

const crashed = "(crashed)"

var environment = []string{"HOME=/root", "PATH=/usr/bin:/bin", "LC_ALL=C"}

// ours loads the configuration in this process.
func ours(c conf, dir string) outcome {
	config, diags := eval.Load("main.conf", env(c, dir))
	if !diags.HasErrors() {
		diags = append(diags, config.CompileConditions()...)
	}
	for _, d := range diags {
		if d.Severity == parser.Error {
			return outcome{errors: append([]string{d.Summary}, d.Trail...)}
		}
	}
	var b strings.Builder
	if err := config.Print(&b); err != nil {
		return outcome{errors: []string{err.Error()}}
	}
	return outcome{ok: true, tree: normal(b.String())}
}

// env has the files of c and nothing else but a shell.
func env(c conf, dir string) eval.Env {
	e := eval.OSEnv()
	e.Vars["var.CWD"] = eval.StringValue(dir)
	shell := e.Shell
	// Damage can make a command of any word, even one with ">" in it.
	e.Shell = func(_, command string) ([]byte, error) { return shell(dir, command) }
	e.ReadFile = func(name string) ([]byte, error) {
		text, ok := c[name]
		if !ok {
			return nil, syscall.ENOENT
		}
		return []byte(text), nil
	}
	glob := e.Glob
	e.Glob = func(pattern string) ([]string, error) {
		names, err := glob(dir + "/" + pattern)
		for i := range names {
			names[i] = strings.TrimPrefix(names[i], dir+"/")
		}
		return names, err
	}
	e.Getenv = func(name string) (string, bool) {
		for _, v := range environment {
			if text, ok := strings.CutPrefix(v, name+"="); ok {
				return text, true
			}
		}
		return "", false
	}
	return e
}

var (
	process   = regexp.MustCompile(`(?m)^    var\.(PID|CWD) += .*\n`)
	padding   = regexp.MustCompile(`(?m)^( *[A-Za-z._0-9-]+) += `)
	ifs       = regexp.MustCompile(`(?m)^( *(?:else )?)if \$`)
	timestamp = regexp.MustCompile(`(?m)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: \([a-z_.-]+\.c\.\d+\) `)
)

// normal takes out of a tree what differs without meaning: the process, the
// padding that depends on its names, and "if", which 1.4.69 does not print.
func normal(tree string) string {
	tree = process.ReplaceAllString(tree, "")
	tree = padding.ReplaceAllString(tree, "$1 = ")
	return ifs.ReplaceAllString(tree, "$1$$")
}

func splitLog(stderr string) []string {
	return strings.Split(timestamp.ReplaceAllString(stderr, "\n"), "\n")
}

// escaped is a line as lighttpd's log shows it.
func escaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '\r':
			b.WriteString(`\r`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// difference says how two outcomes differ, or "".
func difference(want, got outcome) string {
	switch {
	case want.ok != got.ok:
		return fmt.Sprintf("accepted by lighttpd: %v, by us: %v", want.ok, got.ok)
	case want.tree != got.tree:
		return "the trees differ"
	}
	all := strings.Join(want.errors, "\n")
	for _, line := range got.errors {
		if !strings.Contains(all, line) && !strings.Contains(all, escaped(line)) {
			return fmt.Sprintf("lighttpd does not say %q", line)
		}
	}
	return ""
}
