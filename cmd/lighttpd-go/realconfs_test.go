package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// shared is where configurations of other projects are, beside the
// repository.
const shared = "../../../shared"

// fixup is what a configuration needs to be loaded somewhere else than on
// the machine it was written for.
type fixup struct {
	wrap      string            // text in front of an include of the file
	env       map[string]string // environment variables
	files     []string          // empty files
	wasWanted bool              // a user, a certificate and the like, which New does not look for
}

// parseFixups reads a column of the table: "kind argument; kind argument".
func parseFixups(t *testing.T, column string) fixup {
	f := fixup{env: map[string]string{}}
	for item := range strings.SplitSeq(column, "; ") {
		kind, arg, _ := strings.Cut(item, " ")
		switch kind {
		case "":
		case "wrap:":
			_, modules, _ := strings.Cut(arg, "modules ")
			f.wrap += fmt.Sprintf("server.document-root = %q\nserver.modules = ( \"%s\" )\n",
				"/srv/www", strings.ReplaceAll(modules, " ", `", "`))
		case "predefine":
			f.wrap += arg + " = \"80\"\n"
		case "env":
			name, value, _ := strings.Cut(arg, "=")
			f.env[name] = value
		case "empty":
			_, file, _ := strings.Cut(arg, " ")
			f.files = append(f.files, file)
		case "user", "group", "host", "cert", "alias", "stub":
			f.wasWanted = true
		default:
			t.Fatalf("unknown fix-up %q", item)
		}
	}
	return f
}

// environment has the one file, what the fix-up makes, and commands that
// print nothing.
func (f *fixup) environment(name string, text []byte) eval.Env {
	files := map[string]string{"file.conf": string(text) + "\n", "lighttpd.conf": f.wrap + "include \"file.conf\"\n"}
	for _, file := range f.files {
		files[file] = ""
	}
	return eval.Env{
		ReadFile: func(name string) ([]byte, error) {
			if text, ok := files[name]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
		Glob: func(pattern string) ([]string, error) {
			if _, ok := files[pattern]; ok {
				return []string{pattern}, nil
			}
			return nil, nil
		},
		Shell: func(string, string) ([]byte, error) { return nil, nil },
		Getenv: func(name string) (string, bool) {
			value, ok := f.env[name]
			return value, ok
		},
		Vars: map[string]eval.Value{"var.CWD": eval.StringValue("/"), "var.PID": eval.IntegerValue(1)},
	}
}

// preflight is -tt but for what needs the machine: names of hosts and users.
func preflight(env eval.Env) parser.Diagnostics {
	cfg, diags := eval.Load("lighttpd.conf", env)
	if diags.HasErrors() {
		return diags
	}
	_, more := server.New(cfg, modules, server.Options{Preflight: true})
	return append(diags, more...)
}

// firstError is the first mistake, or "". That a module which guards
// something is not built stops a load, as it should, and says nothing of the
// configuration.
func firstError(diags parser.Diagnostics) string {
	unbuilt := false
	for _, d := range diags {
		if d.Severity != parser.Error {
			continue
		}
		if strings.Contains(d.Summary, "not built into this server") || strings.Contains(d.Summary, "no TLS module") {
			unbuilt = true
			continue
		}
		if unbuilt && strings.Contains(d.Summary, "failed") && d.Range.File == "" {
			continue // lighttpd's closing sentence
		}
		return fmt.Sprintf("%s:%d: %s", d.Range.File, d.Range.Start.Line, d.Summary)
	}
	return ""
}

// differences are configurations that end in another exit code than with
// lighttpd 1.4.69, and why.
var differences = map[string]string{}

// TestRealConfigurations compares exit codes of -tt with those of lighttpd.
func TestRealConfigurations(t *testing.T) {
	table, err := os.ReadFile(filepath.Join(shared, "realconfs/oracle.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(table)), "\n")
	columns := strings.Split(rows[0], "\t")
	file, fixups, exit := slices.Index(columns, "file"), slices.Index(columns, "env_fixups"), slices.Index(columns, "tt_exit_after_fixups")
	for _, row := range rows[1:] {
		cells := strings.Split(row, "\t")
		name := cells[file]
		text, err := os.ReadFile(filepath.Join(shared, "realconfs", name))
		if err != nil {
			t.Fatal(err)
		}
		f := parseFixups(t, cells[fixups])
		diags := preflight(f.environment(name, text))
		problem := firstError(diags)
		got := "0"
		if problem != "" || diags.HasErrors() && cells[exit] != "0" {
			got = "255"
		}
		reason, listed := differences[name]
		switch {
		case got == cells[exit] && listed:
			t.Errorf("%s: no difference any more: %s", name, reason)
		case got != cells[exit] && !listed:
			t.Errorf("%s: exit %s, lighttpd %s; first error: %s", name, got, cells[exit], problem)
		}
	}
}

// TestUpstreamConfigurations: the samples that come with lighttpd load, the
// main one with all it includes, the others one by one.
func TestUpstreamConfigurations(t *testing.T) {
	const home = "/etc/lighttpd/"
	root := filepath.Join(shared, "upstream-config/doc/config") + "/"
	if _, err := os.Stat(root); err != nil {
		t.Fatal(err)
	}
	samples, err := filepath.Glob(root + "conf.d/*.conf")
	if err != nil || len(samples) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	samples = append(samples, root+"modules.conf", root+"vhosts.d/vhosts.template")
	const variables = `var.log_root = "/tmp" var.server_root = "/srv" var.home_dir = "/srv" var.conf_dir = "/etc/lighttpd"
var.vhosts_dir = "/none" var.state_dir = "/run" var.cache_dir = "/tmp" var.socket_dir = "/run"
server.document-root = "/srv" server.modules = ( "mod_access" )
`
	texts := map[string]string{"lighttpd.annotated.conf": `include "/etc/lighttpd/lighttpd.annotated.conf"`}
	for _, sample := range samples {
		name := strings.TrimPrefix(sample, root)
		texts[name] = variables + `include "` + home + name + `"`
	}
	for name, text := range texts {
		f := fixup{}
		env := f.environment("", nil)
		env.ReadFile = func(file string) ([]byte, error) {
			if file == "lighttpd.conf" {
				return []byte(text + "\n"), nil
			}
			return os.ReadFile(strings.Replace(file, home, root, 1))
		}
		env.Glob = func(pattern string) ([]string, error) {
			return filepath.Glob(strings.Replace(pattern, home, root, 1))
		}
		if problem := firstError(preflight(env)); problem != "" {
			t.Errorf("%s: %s", name, problem)
		}
	}
}
