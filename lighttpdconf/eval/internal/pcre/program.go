package pcre

// op is an instruction of the backtracking machine.
type op uint8

const (
	opSet    op = iota // one character of set
	opMany             // characters of set, as many as there are, at least n, at most y; gives back one at a time
	opSplit            // go on at x; if that fails, at y
	opJump             // go on at x
	opSave             // remember the position in slot n
	opClose            // group n ends here and began where slot x says
	opEmpty            // go on at x if nothing was consumed since slot n
	opAssert           // assertion kind n
	opLook             // the code at x up to opDone must match here, else not if negative; go on at y
	opAtomic           // as opLook, consuming what matched
	opBack             // go n characters back
	opRef              // the text of group n again
	opCall             // the code at x up to opReturn, which is group n
	opReturn           // behind the opCall
	opGroup            // go on at x if group n is set, else at y
	opInside           // go on at x if in a recursion into group n (-1: any), else at y
	opChoose           // go on at y if the code at x matches here, else at z
	opFail
	opDone
)

type inst struct {
	op       op
	negative bool // opLook, opChoose
	fold     bool // opRef
	n        int
	x, y, z  int
	set      set
}

// program is a pattern compiled for the machine.
type program struct {
	code     []inst
	slots    int // two for each group, then one for each group and loop in the code
	groups   int
	anchored bool // can only match at the beginning
}

// maxCode bounds what counted repeats expand to.
const maxCode = 100000

type compiler struct {
	program
	tree  *tree
	subs  map[int]int // where the code of a called group begins
	calls []int       // instructions that call, to be linked
}

// compile makes the program. It is nil if the pattern is too large.
func compile(t *tree) *program {
	c := &compiler{tree: t, subs: map[int]int{}}
	c.groups = t.groups
	c.slots = 2 * (t.groups + 1)
	c.anchored = startsAnchored(t.root)
	c.node(t.root)
	c.emit(inst{op: opDone})
	c.link()
	if len(c.code) > maxCode {
		return nil
	}
	p := c.program
	return &p
}

func startsAnchored(n *node) bool {
	switch n.kind {
	case kStart:
		return true
	case kConcat:
		return len(n.kids) > 0 && startsAnchored(n.kids[0])
	case kGroup, kAtomic:
		return startsAnchored(n.kids[0])
	}
	return false
}

// link compiles the groups that are called, each once, as subroutines.
func (c *compiler) link() {
	for i := 0; i < len(c.calls); i++ {
		at := c.calls[i]
		n := c.code[at].n
		if _, done := c.subs[n]; !done {
			c.subs[n] = len(c.code)
			if n == 0 {
				c.node(c.tree.root)
			} else {
				c.node(c.tree.bodies[n])
			}
			c.emit(inst{op: opReturn})
		}
		c.code[at].x = c.subs[n]
	}
}

func (c *compiler) emit(in inst) int {
	if len(c.code) <= maxCode {
		c.code = append(c.code, in)
	}
	return len(c.code) - 1
}

// slot reserves a slot.
func (c *compiler) slot() int {
	c.slots++
	return c.slots - 1
}

func (c *compiler) here() int { return len(c.code) }

func (c *compiler) node(n *node) {
	if len(c.code) > maxCode {
		return
	}
	switch n.kind {
	case kConcat:
		for _, k := range n.kids {
			c.node(k)
		}
	case kAlt:
		c.alternatives(n.kids)
	case kRepeat:
		c.repeat(n)
	case kGroup:
		c.group(n)
	case kAtomic:
		c.inner(inst{op: opAtomic}, n.kids[0])
	case kLook:
		c.look(n)
	case kCond:
		c.cond(n)
	default:
		c.leaf(n)
	}
}

// leaf compiles what has no patterns in it.
func (c *compiler) leaf(n *node) {
	switch n.kind {
	case kSet:
		c.emit(inst{op: opSet, set: n.set})
	case kBackref:
		c.emit(inst{op: opRef, n: n.n, fold: n.fold})
	case kCall:
		c.calls = append(c.calls, c.emit(inst{op: opCall, n: n.n}))
	case kKeep:
		c.emit(inst{op: opSave})
	case kFail:
		c.emit(inst{op: opFail})
	default:
		c.emit(inst{op: opAssert, n: int(n.kind)})
	}
}

// group lets the group keep its old text until it is closed.
func (c *compiler) group(n *node) {
	begin := c.slot()
	c.emit(inst{op: opSave, n: begin})
	c.node(n.kids[0])
	c.emit(inst{op: opClose, n: n.n, x: begin})
}

func (c *compiler) alternatives(kids []*node) {
	var ends []int
	for i, k := range kids {
		if i == len(kids)-1 {
			c.node(k)
			break
		}
		split := c.emit(inst{op: opSplit})
		c.code[split].x = c.here()
		c.node(k)
		ends = append(ends, c.emit(inst{op: opJump}))
		c.code[split].y = c.here()
	}
	for _, e := range ends {
		c.code[e].x = c.here()
	}
}

// inner compiles code that matches on its own, up to opDone.
func (c *compiler) inner(in inst, body *node) {
	at := c.emit(in)
	c.code[at].x = c.here()
	c.node(body)
	c.emit(inst{op: opDone})
	c.code[at].y = c.here()
}

// look puts a step back in front of every branch of a lookbehind.
func (c *compiler) look(n *node) {
	in := inst{op: opLook, negative: n.negative}
	if !n.behind {
		c.inner(in, n.kids[0])
		return
	}
	at := c.emit(in)
	c.code[at].x = c.here()
	c.behind(branches(n.kids[0]))
	c.emit(inst{op: opDone})
	c.code[at].y = c.here()
}

func (c *compiler) behind(kids []*node) {
	var ends []int
	for i, k := range kids {
		split := -1
		if i < len(kids)-1 {
			split = c.emit(inst{op: opSplit})
			c.code[split].x = c.here()
		}
		length, _ := k.length(c.tree.bodies, 0)
		c.emit(inst{op: opBack, n: length})
		c.node(k)
		if split >= 0 {
			ends = append(ends, c.emit(inst{op: opJump}))
			c.code[split].y = c.here()
		}
	}
	for _, e := range ends {
		c.code[e].x = c.here()
	}
}

func (c *compiler) cond(n *node) {
	at := 0
	switch {
	case n.define:
		at = c.emit(inst{op: opJump})
	case n.kids[0] != nil:
		at = c.emit(inst{op: opChoose, negative: n.kids[0].negative})
		c.code[at].x = c.here()
		if n.kids[0].behind {
			c.behind(branches(n.kids[0].kids[0]))
		} else {
			c.node(n.kids[0].kids[0])
		}
		c.emit(inst{op: opDone})
		c.code[at].y = c.here()
	case n.recurse:
		at = c.emit(inst{op: opInside, n: n.n})
		c.code[at].x = c.here()
	default:
		at = c.emit(inst{op: opGroup, n: n.n})
		c.code[at].x = c.here()
	}
	c.node(n.kids[1])
	end := c.emit(inst{op: opJump})
	switch c.code[at].op {
	case opJump:
		c.code[at].x = c.here()
	case opChoose:
		c.code[at].z = c.here()
	default:
		c.code[at].y = c.here()
	}
	c.node(n.kids[2])
	c.code[end].x = c.here()
}

func (c *compiler) repeat(n *node) {
	if n.mode == possessive {
		loop := *n
		loop.mode = greedy
		c.inner(inst{op: opAtomic}, &loop)
		return
	}
	body := n.kids[0]
	if body.kind == kSet && n.mode == greedy {
		c.emit(inst{op: opMany, set: body.set, n: n.min, y: n.max})
		return
	}
	for range n.min {
		c.node(body)
	}
	if n.max < 0 {
		c.loop(body, n.mode == lazy)
		return
	}
	var splits []int
	for i := n.min; i < n.max && len(c.code) <= maxCode; i++ {
		splits = append(splits, c.emit(inst{op: opSplit}))
		c.branch(splits[len(splits)-1], n.mode == lazy, true)
		c.node(body)
	}
	for _, s := range splits {
		c.branch(s, n.mode == lazy, false)
	}
}

// branch points one side of a split at the next instruction: into the loop,
// or out of it.
func (c *compiler) branch(split int, lazy, into bool) {
	if into != lazy {
		c.code[split].x = c.here()
	} else {
		c.code[split].y = c.here()
	}
}

// loop repeats body without limit. A round that consumed nothing is the last.
func (c *compiler) loop(body *node, lazy bool) {
	slot := -1
	if body.nullable() {
		slot = c.slot()
	}
	split := c.emit(inst{op: opSplit})
	c.branch(split, lazy, true)
	empty := -1
	if slot >= 0 {
		c.emit(inst{op: opSave, n: slot})
	}
	c.node(body)
	if slot >= 0 {
		empty = c.emit(inst{op: opEmpty, n: slot})
	}
	c.emit(inst{op: opJump, x: split})
	c.branch(split, lazy, false)
	if empty >= 0 {
		c.code[empty].x = c.here()
	}
}
