package ssi

// branches are the if statements that are open, innermost last.
type branches []branch

// branch is one if: whether its present part counts, whether one has
// counted, and whether it stands in something that counts.
type branch struct{ on, done, outer bool }

// active reports whether output counts.
func (b branches) active() bool { return len(b) == 0 || b[len(b)-1].on }

// open begins an if. What does not count is not asked.
func (b *branches) open(cond func() bool) {
	outer := b.active()
	on := outer && cond()
	*b = append(*b, branch{on: on, done: on, outer: outer})
}

// next is elif or else.
func (b branches) next(cond func() bool) {
	if len(b) == 0 {
		return
	}
	last := &b[len(b)-1]
	last.on = last.outer && !last.done && cond()
	last.done = last.done || last.on
}

// close is endif.
func (b *branches) close() {
	if n := len(*b); n > 0 {
		*b = (*b)[:n-1]
	}
}
