package main

import (
	"errors"
	"fmt"
	"io"
)

// errDifferent ends a campaign that found something.
var errDifferent = errors.New("there are differences that no rule explains")

// campaign compares n configurations and reports the first differences.
func campaign(dir string, seed uint64, n, most int, w io.Writer) (summary, error) {
	s := summary{known: map[string]int{}}
	ref, err := newReference(dir)
	if err != nil {
		return s, err
	}
	for i := range uint64(n) {
		c := generate(seed + i)
		want, err := ref.run(c)
		if err != nil {
			return s, fmt.Errorf("seed %d: %w", seed+i, err)
		}
		got := ours(c, dir)
		if want.ok {
			s.accepted++
		} else {
			s.refused++
		}
		how := difference(want, got)
		if how == "" {
			continue
		}
		if name := explain(c, want, got); name != "" {
			s.known[name]++
			continue
		}
		if s.different++; s.different <= most {
			fmt.Fprintf(w, "=== seed %d: %s\n%s--- lighttpd: %q\n%s--- we: %q\n%s\n",
				seed+i, how, c, want.errors, want.tree, got.errors, got.tree)
		}
	}
	if s.different > 0 {
		return s, errDifferent
	}
	return s, nil
}
