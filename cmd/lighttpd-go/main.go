package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/daemon"
)

func main() {
	c := command{args: os.Args, stdout: os.Stdout, stderr: os.Stderr, env: eval.OSEnv()}
	c.color = isTerminal(os.Stderr) && os.Getenv("NO_COLOR") == ""
	os.Exit(c.run())
}

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 255
)

// command is one run of the program: what the options say, and where it
// writes.
type command struct {
	args           []string // program name first
	stdout, stderr io.Writer
	env            eval.Env
	color          bool

	cfg      *eval.Config       // read when -f was met
	warnings parser.Diagnostics // of the core's directives
	stdin    []byte             // what -f - has read

	path       string
	test       int // how often -t was given
	print      bool
	foreground bool
	oneShot    bool
	idle       time.Duration
	explain    explainOptions
}

// run does what the options say and returns the exit code.
func (c *command) run() int {
	if code, done := c.parse(); done {
		return code
	}
	switch {
	case c.cfg == nil:
		fmt.Fprintln(c.stderr, "No configuration available. Try using -f option.")
		return exitFailed
	case c.explain.url != "":
		return c.runExplain()
	case c.print || c.test == 1:
		return c.check()
	}
	return daemon.Run(daemon.Config{
		Settings:   c.cfg,
		Reload:     c.reload,
		Modules:    modules,
		Preflight:  c.test > 1,
		Foreground: c.foreground,
		OneShot:    c.oneShot,
		Idle:       c.idle,
		Args:       c.args,
		Stdin:      c.stdin,
	})
}

// check is -p and -t: what can be said without loading modules.
func (c *command) check() int {
	c.report(c.cfg, c.warnings)
	if c.print {
		if err := c.cfg.Print(c.stdout); err != nil {
			return exitFailed
		}
	}
	if c.test == 1 {
		fmt.Fprintln(c.stdout, "Syntax OK")
	}
	return exitOK
}

// read is -f. The file is read when the option is met, so a mistake in it
// ends the program before later options are looked at.
func (c *command) read(path string) bool {
	if c.cfg != nil {
		fmt.Fprintln(c.stderr, "Can only read one config file. Use the include command to use multiple config files.")
		return false
	}
	c.path = path
	cfg, diags := c.load()
	if diags.HasErrors() || !daemon.InBackground() {
		c.report(cfg, diags)
	}
	if diags.HasErrors() {
		return false
	}
	c.cfg, c.warnings = cfg, server.CheckCore(cfg)
	if c.warnings.HasErrors() {
		c.report(cfg, c.warnings)
		return false
	}
	return true
}

// load evaluates the configuration. What standard input said is kept for the
// next time.
func (c *command) load() (*eval.Config, parser.Diagnostics) {
	env := c.env
	env.ReadFile = func(name string) ([]byte, error) {
		if name != "-" {
			return c.env.ReadFile(name)
		}
		if c.stdin != nil {
			return c.stdin, nil
		}
		text, err := c.env.ReadFile(name)
		c.stdin = text
		return text, err
	}
	return eval.Load(c.path, env)
}

// reload reads the configuration again, for SIGUSR1.
func (c *command) reload() (*eval.Config, parser.Diagnostics) { return c.load() }

// report shows messages about a configuration.
func (c *command) report(cfg *eval.Config, diags parser.Diagnostics) {
	p := parser.Printer{W: c.stderr, Color: c.color}
	if cfg != nil {
		p.Sources = cfg.Sources
	}
	p.Print(diags)
}
