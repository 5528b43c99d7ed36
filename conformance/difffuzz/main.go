// Command difffuzz compares how lighttpd and we read random configurations:
// whether they are accepted, the tree that -p prints, and the first error.
//
//	go run ./conformance/difffuzz -n 100000
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
	flag.Parse()
	dir, err := os.MkdirTemp("", "difffuzz")
	if err == nil {
		defer os.RemoveAll(dir)
		var s summary
		s, err = campaign(dir, *seed, *n, *most, os.Stdout)
		s.print(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "difffuzz:", err)
		os.Exit(1)
	}
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
