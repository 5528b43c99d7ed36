// Command difffuzz compares how lighttpd and we read random configurations:
// whether they are accepted, the tree that -p prints, and the first error.
//
//	go run ./conformance/difffuzz -n 100000
//
// With -conditions it compares instead what both decide about the blocks of
// random configurations for random requests:
//
//	go run ./conformance/difffuzz -conditions -n 100
//
// LIGHTTPD names the lighttpd to compare with; it is looked for in PATH
// otherwise.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
)

func main() {
	n := flag.Int("n", 1000, "how many configurations")
	seed := flag.Uint64("seed", 1, "first seed; each configuration has its own")
	most := flag.Int("report", 10, "how many differences to show")
	conditions := flag.Bool("conditions", false, "compare decisions about blocks, not configurations")
	flag.Parse()
	if err := run(*conditions, *seed, *n, *most); err != nil {
		fmt.Fprintln(os.Stderr, "difffuzz:", err)
		os.Exit(1)
	}
}

func run(conditions bool, seed uint64, n, most int) error {
	dir, err := os.MkdirTemp("", "difffuzz")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if conditions {
		return conditionCampaign(dir, seed, n, os.Stdout)
	}
	s, err := campaign(dir, seed, n, most, os.Stdout)
	s.print(os.Stdout)
	return err
}

// summary counts the outcomes of a campaign.
type summary struct {
	accepted, refused, different int
	known                        map[string]int
}

func (s summary) print(w *os.File) {
	fmt.Fprintf(w, "%d accepted, %d refused, %d different\n", s.accepted, s.refused, s.different)
	for _, name := range slices.Sorted(maps.Keys(s.known)) {
		fmt.Fprintf(w, "%6d known: %s\n", s.known[name], name)
	}
}
