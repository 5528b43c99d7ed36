package pcre

type kind uint8

const (
	kSet     kind = iota // one character of set
	kConcat              // kids one after the other
	kAlt                 // the first of kids that leads to a match
	kRepeat              // kids[0], min to max times
	kGroup               // kids[0], captured as group n
	kAtomic              // kids[0], without going back into it
	kLook                // kids[0] ahead or behind, nothing consumed
	kCond                // kids[1] or kids[2], by kids[0] or by group n
	kBackref             // the text of group n again
	kCall                // the pattern of group n again, 0 being all
	kKeep                // \K
	kFail                // (*FAIL)
	// Assertions about the position:
	kStart     // ^ and \A
	kEnd       // \z
	kEndLine   // $ and \Z: the end, or before a newline there
	kStartMany // ^ with (?m)
	kEndMany   // $ with (?m)
	kWord      // \b
	kNotWord   // \B
)

type mode uint8

const (
	greedy mode = iota
	lazy
	possessive
)

// node is one construct of a pattern. Flags, escapes and classes are resolved.
type node struct {
	kind     kind
	set      set
	kids     []*node
	min, max int // of kRepeat; max < 0 is no limit
	mode     mode
	n        int  // group number
	fold     bool // kBackref ignores case
	behind   bool // kLook
	negative bool // kLook
	define   bool // kCond is never true
	single   bool // kCond has one branch
	recurse  bool // kCond asks for a recursion, into group n or any (-1)
	at       int  // offset in the pattern
}

// length is the number of characters that n matches, if that is fixed.
func (n *node) length(groups []*node, depth int) (int, bool) {
	if depth > maxNesting {
		return 0, false
	}
	switch n.kind {
	case kSet:
		return 1, true
	case kConcat:
		sum := 0
		for _, k := range n.kids {
			l, ok := k.length(groups, depth+1)
			if !ok || sum+l > maxRepeat {
				return 0, false
			}
			sum += l
		}
		return sum, true
	case kAlt:
		return sameLength(n.kids, groups, depth)
	case kRepeat:
		l, ok := n.kids[0].length(groups, depth+1)
		return l * n.min, ok && (n.min == n.max || l == 0)
	case kGroup, kAtomic:
		return n.kids[0].length(groups, depth+1)
	case kCond:
		if n.single {
			return n.kids[1].length(groups, depth+1)
		}
		return sameLength(n.kids[1:], groups, depth)
	case kCall:
		if n.n == 0 || n.n >= len(groups) || groups[n.n] == nil {
			return 0, false
		}
		return groups[n.n].length(groups, depth+10)
	case kBackref:
		return 0, false
	}
	return 0, true
}

func sameLength(kids []*node, groups []*node, depth int) (int, bool) {
	first, ok := kids[0].length(groups, depth+1)
	for _, k := range kids[1:] {
		l, fixed := k.length(groups, depth+1)
		ok = ok && fixed && l == first
	}
	return first, ok
}

// nullable reports whether n can match the empty string.
func (n *node) nullable() bool {
	switch n.kind {
	case kSet, kFail:
		return false
	case kConcat:
		for _, k := range n.kids {
			if !k.nullable() {
				return false
			}
		}
	case kAlt:
		for _, k := range n.kids {
			if k.nullable() {
				return true
			}
		}
		return false
	case kRepeat:
		return n.min == 0 || n.kids[0].nullable()
	case kGroup, kAtomic:
		return n.kids[0].nullable()
	}
	return true
}
