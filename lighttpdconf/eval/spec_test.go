package eval

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// specRow is an input, and the lines of -p or the error that come of it.
// White space does not count.
type specRow struct {
	in   string
	tree []string
	err  string
}

// fakeEnv has the given files, the variable HOME, and a shell that knows a
// few commands.
func fakeEnv(files map[string]string) Env {
	return Env{
		ReadFile: func(name string) ([]byte, error) {
			text, ok := files[name]
			if !ok {
				return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.ENOENT}
			}
			return []byte(text), nil
		},
		Glob: func(pattern string) ([]string, error) {
			var names []string
			for name := range files {
				if ok, _ := path.Match(pattern, name); ok {
					names = append(names, name)
				}
			}
			slices.Sort(names)
			return names, nil
		},
		Shell: func(_, command string) ([]byte, error) {
			out, ok := strings.CutPrefix(command, "echo ")
			switch out, status, fails := strings.Cut(out, "; exit "); {
			case fails:
				return nil, ShellStatus(status[0] - '0')
			case ok:
				return []byte(out + "\n"), nil
			}
			return nil, ShellStatus(127)
		},
		Getenv: func(name string) (string, bool) { return "/root", name == "HOME" },
		Vars:   map[string]Value{"var.CWD": StringValue("/cwd"), "var.PID": IntegerValue(4711)},
	}
}

// loadText loads one file, with the conditions compiled.
func loadText(text string, files ...string) (*Config, parser.Diagnostics) {
	all := map[string]string{"main.conf": text}
	for i := 0; i+1 < len(files); i += 2 {
		all[files[i]] = files[i+1]
	}
	c, diags := Load("main.conf", fakeEnv(all))
	if !diags.HasErrors() {
		diags = append(diags, c.CompileConditions()...)
	}
	return c, diags
}

// mustLoad is loadText for what has no mistakes.
func mustLoad(t *testing.T, text string, files ...string) *Config {
	t.Helper()
	c, diags := loadText(text, files...)
	if d := firstError(diags); d.Summary != "" {
		t.Fatalf("%s: %s", text, d.Summary)
	}
	return c
}

func firstError(diags parser.Diagnostics) parser.Diagnostic {
	for _, d := range diags {
		if d.Severity == parser.Error {
			return d
		}
	}
	return parser.Diagnostic{}
}

func printed(t *testing.T, c *Config) string {
	t.Helper()
	var b strings.Builder
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// squeezed takes out all white space.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

func TestSpec(t *testing.T) {
	for _, row := range slices.Concat(specRows, moreRows) {
		c, diags := loadText(row.in + "\n")
		first := firstError(diags)
		said := first.Summary + "\n" + strings.Join(first.Trail, "\n")
		if row.err != "" {
			if !strings.Contains(said, row.err) || first.Summary == "" {
				t.Errorf("%s\n got error %q\nwant error %q", row.in, said, row.err)
			}
			if first.Summary != "" && first.Detail == "" {
				t.Errorf("%s\n%q does not say what to do", row.in, first.Summary)
			}
			continue
		}
		if first.Summary != "" {
			t.Errorf("%s\n got error %q", row.in, said)
			continue
		}
		tree := squeezed(printed(t, c))
		for _, line := range row.tree {
			if !strings.Contains(tree, squeezed(line)) {
				t.Errorf("%s\nno %q in\n%s", row.in, line, printed(t, c))
			}
		}
	}
}

// moreRows are what the examples leave out.
var moreRows = []specRow{
	{in: "a = 1\na += 2\nA += 3", tree: []string{"var.A = 6"}},
	{in: "a = (1)\nb = a\na += (2)\nb += (3)", tree: []string{"var.a = (1, 2)", "var.b = (1, 3)"}},
	{in: "a = env.HOME", tree: []string{`var.a = "/root"`}},
	{in: "a = ENV.HOME", err: "Undefined config variable: ENV.HOME"},
	{in: "a = var.CWD", tree: []string{`var.a = "/cwd"`}},
	{in: `var.CWD = "x"`, err: "Duplicate config variable in conditional 0 global: var.CWD"},
	{in: `var.CWD := "x"`, tree: []string{`var.CWD = "x"`}},
	{in: `env.X += "y"`, err: "Appending env variable is not supported in conditional 0 global: env.X"},
	{in: `a = ("j" => 1) + ("k" => 2) + ("K" => 2)`, tree: []string{`"k" => 2,`}},
	{in: `a = ("k" => 1) + ("k" => "1")`, err: "Duplicate array-key 'k'"},
	{in: `a = ("" => 1, "" => 2)`, err: "Error: duplicate array-key: . Please"},
	{in: `$HTTP["url"] =~ "^" { a = 1 }`, tree: []string{`if $HTTP["url"] =^ "" {`}},
	{in: `$HTTP["url"] =~ "$" { a = 1 }`, tree: []string{`if $HTTP["url"] =$ "" {`}},
	{in: `$HTTP["url"] =~ "^$" { a = 1 }`, tree: []string{`if $HTTP["url"] == "" {`}},
	{in: `$HTTP["url"] =~ "" { a = 1 }`, tree: []string{`if $HTTP["url"] =~ "" {`}},
	{in: `$HTTP["url"] =~ "^\.a$" { a = 1 }`, tree: []string{`if $HTTP["url"] =~ "^\.a$" {`}},
	{in: `$HTTP["remoteip"] == "/run/x" { a = 1 }`, tree: []string{`if $HTTP["remoteip"] == "/run/x" {`}},
	{in: `$HTTP["remoteip"] == "10.0.0" { a = 1 }`, err: "invalid IP addr: 10.0.0"},
	{in: `$HTTP["remoteip"] == "[::1]/128" { a = 1 }`, tree: []string{`"[::1]/128"`}},
	{in: `$SERVER["socket"] == "h:0" { }`, err: "invalid IP addr: h:0"},
	{in: `$HTTP["url"] =~ "(" { }`, err: "pcre2_compile: missing closing parenthesis at offset 1, regex: ("},
	{in: `$HTTP["url"] =~ "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)" { }`, err: "Too many captures in regex, use (?:...) instead of (...): (a)(b)(c)(d)(e)(f)(g)(h)(i)(j)"},
	{in: "$HTTP[\"url\"] =~ \"\xff|x\" { }", err: "pcre2_compile: UTF-8 error: illegal byte (0xfe or 0xff) at offset 0"},
	{in: `include_shell "no-such-command-x"`, err: `command "no-such-command-x" exited non-zero: 127`},
	{in: `include 5`, err: "include file not found: 5"},
	{in: "global { include \"main.conf\" }\na = 1", err: "Cannot use conditionals inside a global { ... } block"},
}
