package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// errStop ends option processing: the exit code is decided.
var errStop = errors.New("stop")

// parse works through the options from left to right. done tells that the
// program has nothing more to do.
func (c *command) parse() (code int, done bool) {
	fs := pflag.NewFlagSet(c.args[0], pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	fs.SortFlags = false
	c.define(fs, &code)
	err := fs.Parse(c.args[1:]) // arguments that are no options are ignored
	switch {
	case errors.Is(err, errStop):
		return code, true
	case err != nil:
		fmt.Fprintf(c.stderr, "%s: %v\n", c.args[0], err)
		c.usage()
		return exitFailed, true
	case c.explain.url == "" && c.explain.incomplete():
		fmt.Fprintln(c.stderr, "--header, --remote-ip, --method, --socket and --json go with --explain")
		return exitFailed, true
	}
	return exitOK, false
}

// define lists the options. Those that act at once set code and stop.
func (c *command) define(fs *pflag.FlagSet, code *int) {
	stop := func(with int) error {
		*code = with
		return errStop
	}
	show := func(text func()) func(string) error {
		return func(string) error {
			text()
			return stop(exitOK)
		}
	}
	fs.FuncP("config", "f", "", func(path string) error {
		if !c.read(path) {
			return stop(exitFailed)
		}
		return nil
	})
	fs.StringP("module-dir", "m", "", "")
	fs.FuncP("idle-timeout", "i", "", func(text string) error {
		seconds, ok := parseSeconds(text)
		if !ok {
			fmt.Fprintf(c.stderr, "Invalid idle timeout value: %s\n", text)
			return stop(exitFailed)
		}
		c.idle = time.Duration(seconds) * time.Second
		return nil
	})
	fs.BoolVarP(&c.oneShot, "one-shot", "1", false, "")
	fs.BoolVarP(&c.print, "print", "p", false, "")
	fs.CountVarP(&c.test, "test", "t", "")
	fs.BoolVarP(&c.foreground, "foreground", "D", false, "")
	fs.BoolFuncP("version", "v", "", show(c.version))
	fs.BoolFuncP("features", "V", "", show(c.features))
	fs.BoolFuncP("help", "h", "", show(c.usage))

	fs.BoolFunc("reference", "", func(string) error { return stop(c.reference()) })
	fs.MarkHidden("reference")

	fs.StringVar(&c.explain.url, "explain", "", "")
	fs.StringArrayVar(&c.explain.headers, "header", nil, "")
	fs.StringVar(&c.explain.remoteIP, "remote-ip", "", "")
	fs.StringVar(&c.explain.method, "method", "", "")
	fs.StringVar(&c.explain.socket, "socket", "", "")
	fs.BoolVar(&c.explain.json, "json", false, "")
}

// parseSeconds reads a number as C's strtol does with base 0: decimal, 0x…
// hexadecimal, 0… octal.
func parseSeconds(text string) (int64, bool) {
	text = strings.TrimPrefix(strings.TrimLeft(text, " \t"), "+")
	if len(text) > 1 && text[0] == '0' && strings.ContainsAny(text[1:2], "bBoO") || strings.Contains(text, "_") {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 0, 32)
	return n, err == nil && n >= 0
}
