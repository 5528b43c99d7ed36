// Command bench compares lighttpd-go with the installed lighttpd, and with
// nginx and websockify where they are present: the CPU time each server
// itself spends on the same work in the same run.
//
// Ratios count, absolute figures drift with the machine: every case runs its
// servers in turn, several rounds, and the median of the rounds is shown.
//
//	go run ./conformance/bench                      all cases
//	go run ./conformance/bench -run 'static 1k|404' some of them
//	go run ./conformance/bench -svg bench.svg       a plot beside the table
//
// LIGHTTPD names the lighttpd to compare with (default: from PATH) and
// LIGHTTPD_MODDIR its modules' folder. All traffic stays on 127.0.0.1.
package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"

	"github.com/spf13/pflag"
)

// options are the command line.
type options struct {
	run    *regexp.Regexp
	rounds int
	scale  float64
	svg    string
	binary string
}

func main() {
	opt, err := parseFlags(os.Args[1:])
	if err == nil {
		err = run(opt)
	}
	if err != nil && !errors.Is(err, pflag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// parseFlags reads the command line; -run is a regular expression on case
// names.
func parseFlags(args []string) (options, error) {
	fs := pflag.NewFlagSet("bench", pflag.ContinueOnError)
	pattern := fs.String("run", ".", "regular expression on case names")
	var opt options
	fs.IntVar(&opt.rounds, "rounds", 3, "rounds a case; the median counts")
	fs.Float64Var(&opt.scale, "scale", 1, "multiply the amount of work of every case")
	fs.StringVar(&opt.svg, "svg", "", "also write a plot of the ratios to this file")
	fs.StringVar(&opt.binary, "binary", "", "lighttpd-go to measure (default: built from this tree)")
	if err := fs.Parse(args); err != nil {
		return opt, err
	}
	var err error
	opt.run, err = regexp.Compile(*pattern)
	return opt, err
}

// run measures every chosen case and prints the table as it grows.
func run(opt options) error {
	dir, err := os.MkdirTemp("", "lighttpd-go-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	site, err := newSite(dir)
	if err != nil {
		return err
	}
	contenders, err := findContenders(dir, opt.binary)
	if err != nil {
		return err
	}
	var table table
	for _, c := range cases() {
		if !opt.run.MatchString(c.name) {
			continue
		}
		row, err := measure(c, site, contenders, opt)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		table.add(os.Stdout, row)
	}
	if opt.svg == "" {
		return nil
	}
	return os.WriteFile(opt.svg, table.svg(), 0o644)
}
