package pcre

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Limits on one match, as PCRE2's match limit and heap limit.
const (
	maxSteps = 10_000_000
	maxStack = 500_000 // places to go back to
	maxCalls = 20_000  // recursion in recursion
)

// LimitError tells that a match was given up.
type LimitError struct {
	Pattern string
	Reason  string // "match limit exceeded" or the like
}

// Error has the reason and the pattern.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s, regex: %s", e.Reason, e.Pattern)
}

// machine runs one match.
type machine struct {
	prog  *program
	text  string
	slots []int
	stack []choice
	calls *call
	steps int
	limit string // why it was given up
}

// choice is a place to go back to, or an old value to put back on the way.
type choice struct {
	kind  choiceKind
	at    int // instruction; slot
	value int // position; value of the slot
	calls *call
	slots []int // all slots, behind a recursion
}

type choiceKind uint8

const (
	goTo     choiceKind = iota // go on at an instruction
	oneLess                    // go on at an instruction, one character before value, down to limit slots[0]
	putSlot                    // put a slot back
	putSlots                   // put all slots back
)

// call is a recursion in progress.
type call struct {
	up    *call
	back  int // instruction to return to
	group int
	pos   int
	depth int
	slots []int // on entry
}

// run matches at the first possible position. The slots are valid if it
// reports true.
func (m *machine) run() bool {
	for start := 0; ; {
		for i := range m.slots {
			m.slots[i] = -1
		}
		m.stack = m.stack[:0]
		m.calls = nil
		m.slots[0] = start
		if end, ok := m.match(0, start); ok {
			m.slots[1] = end
			return true
		}
		if m.prog.anchored || start >= len(m.text) || m.limit != "" {
			return false
		}
		_, size := utf8.DecodeRuneInString(m.text[start:])
		start += size
	}
}

// match runs from an instruction to opDone and returns the position there.
// What it leaves on the stack above its beginning is for going back into it.
func (m *machine) match(pc, pos int) (int, bool) {
	base := len(m.stack)
	for {
		if m.steps++; m.steps > maxSteps {
			m.limit = "match limit exceeded"
		}
		if len(m.stack) > maxStack {
			m.limit = "heap limit exceeded"
		}
		if m.limit != "" {
			return 0, false
		}
		in := &m.prog.code[pc]
		if in.op == opDone {
			return pos, true
		}
		var ok bool
		if pc, pos, ok = m.step(in, pc, pos); ok {
			continue
		}
		if pc, pos, ok = m.back(base); !ok {
			return 0, false
		}
	}
}

// step runs one instruction. ok is false where it does not match.
func (m *machine) step(in *inst, pc, pos int) (nextPC, nextPos int, ok bool) {
	switch in.op {
	case opSet:
		r, size := utf8.DecodeRuneInString(m.text[pos:])
		return pc + 1, pos + size, size > 0 && in.set.has(r)
	case opMany:
		pos, ok = m.many(in, pc, pos)
		return pc + 1, pos, ok
	case opSplit:
		m.stack = append(m.stack, choice{kind: goTo, at: in.y, value: pos, calls: m.calls})
		return in.x, pos, true
	case opJump:
		return in.x, pos, true
	case opSave:
		m.save(in.n, pos)
		return pc + 1, pos, true
	case opClose:
		m.save(2*in.n, m.slots[in.x])
		m.save(2*in.n+1, pos)
		return pc + 1, pos, true
	case opEmpty:
		if m.slots[in.n] == pos {
			return in.x, pos, true
		}
		return pc + 1, pos, true
	case opAssert:
		return pc + 1, pos, m.assert(kind(in.n), pos)
	case opRef:
		pos, ok = m.reference(in, pos)
		return pc + 1, pos, ok
	case opBack:
		pos, ok = m.backward(pos, in.n)
		return pc + 1, pos, ok
	}
	return m.control(in, pc, pos)
}

// control runs the instructions that are about other instructions.
func (m *machine) control(in *inst, pc, pos int) (nextPC, nextPos int, ok bool) {
	switch in.op {
	case opLook:
		_, ok = m.look(in, pos)
		return in.y, pos, ok
	case opAtomic:
		pos, ok = m.look(in, pos)
		return in.y, pos, ok
	case opChoose:
		if _, ok = m.look(in, pos); ok {
			return in.y, pos, true
		}
		return in.z, pos, m.limit == ""
	case opCall:
		return in.x, pos, m.enter(in, pc, pos)
	case opReturn:
		return m.leave(), pos, true
	case opGroup:
		if m.slots[2*in.n+1] >= 0 {
			return in.x, pos, true
		}
		return in.y, pos, true
	case opInside:
		if m.calls != nil && (in.n < 0 || m.calls.group == in.n) {
			return in.x, pos, true
		}
		return in.y, pos, true
	}
	return 0, 0, false // opFail
}

// back goes to the last choice above base.
func (m *machine) back(base int) (pc, pos int, ok bool) {
	for len(m.stack) > base {
		top := &m.stack[len(m.stack)-1]
		switch top.kind {
		case goTo:
			pc, pos, m.calls = top.at, top.value, top.calls
			m.stack = m.stack[:len(m.stack)-1]
			return pc, pos, true
		case oneLess:
			m.calls = top.calls
			_, size := utf8.DecodeLastRuneInString(m.text[:top.value])
			top.value -= size
			pc, pos = top.at, top.value
			if pos <= top.slots[0] {
				m.stack = m.stack[:len(m.stack)-1]
			}
			return pc, pos, true
		case putSlot:
			m.slots[top.at] = top.value
		case putSlots:
			copy(m.slots, top.slots)
			m.calls = top.calls
		}
		m.stack = m.stack[:len(m.stack)-1]
	}
	return 0, 0, false
}

func (m *machine) save(slot, pos int) {
	m.stack = append(m.stack, choice{kind: putSlot, at: slot, value: m.slots[slot]})
	m.slots[slot] = pos
}

// many takes as many characters as it can, and remembers to give them back.
func (m *machine) many(in *inst, pc, pos int) (int, bool) {
	least := pos
	count := 0
	for ; in.y < 0 || count < in.y; count++ {
		r, size := utf8.DecodeRuneInString(m.text[pos:])
		if size == 0 || !in.set.has(r) {
			break
		}
		pos += size
		if count < in.n {
			least = pos
		}
	}
	m.steps += count / 8
	if count < in.n {
		return pos, false
	}
	if pos > least {
		m.stack = append(m.stack, choice{kind: oneLess, at: pc + 1, value: pos, calls: m.calls, slots: []int{least}})
	}
	return pos, true
}

// look matches on its own. What it captured stays if it matched and is not
// negative, but it is not gone back into.
func (m *machine) look(in *inst, pos int) (int, bool) {
	base, calls := len(m.stack), m.calls
	end, ok := m.match(in.x, pos)
	m.calls = calls
	if m.limit != "" {
		return 0, false
	}
	if !ok {
		return pos, in.negative
	}
	if in.negative {
		m.undo(base)
		m.calls = calls
		return pos, false
	}
	m.settle(base)
	return end, true
}

// undo puts everything back that changed since base.
func (m *machine) undo(base int) {
	for len(m.stack) > base {
		top := m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		switch top.kind {
		case putSlot:
			m.slots[top.at] = top.value
		case putSlots:
			copy(m.slots, top.slots)
		}
	}
}

// settle forgets the choices since base and keeps what is to be put back.
func (m *machine) settle(base int) {
	kept := m.stack[:base]
	for _, c := range m.stack[base:] {
		if c.kind == putSlot || c.kind == putSlots {
			kept = append(kept, c)
		}
	}
	m.stack = kept
}

func (m *machine) assert(k kind, pos int) bool {
	switch k {
	case kStart:
		return pos == 0
	case kEnd:
		return pos == len(m.text)
	case kEndLine:
		return pos == len(m.text) || pos == len(m.text)-1 && m.text[pos] == '\n'
	case kStartMany:
		return pos == 0 || pos < len(m.text) && m.text[pos-1] == '\n'
	case kEndMany:
		return pos == len(m.text) || m.text[pos] == '\n'
	}
	before := pos > 0 && isWordByte(m.text[pos-1])
	after := pos < len(m.text) && isWordByte(m.text[pos])
	return (before != after) == (k == kWord)
}

// reference matches the text of a group again. A group that is not set does
// not match.
func (m *machine) reference(in *inst, pos int) (int, bool) {
	start, end := m.slots[2*in.n], m.slots[2*in.n+1]
	if end < 0 || start < 0 {
		return pos, false
	}
	m.steps += (end - start) / 8
	if !in.fold {
		size := end - start
		return pos + size, pos+size <= len(m.text) && m.text[pos:pos+size] == m.text[start:end]
	}
	for start < end {
		want, size := utf8.DecodeRuneInString(m.text[start:])
		start += size
		got, size := utf8.DecodeRuneInString(m.text[pos:])
		if size == 0 || !sameFolded(want, got) {
			return pos, false
		}
		pos += size
	}
	return pos, true
}

func sameFolded(a, b rune) bool {
	if a == b {
		return true
	}
	for f := unicode.SimpleFold(a); f != a; f = unicode.SimpleFold(f) {
		if f == b {
			return true
		}
	}
	return false
}

// backward goes n characters back.
func (m *machine) backward(pos, n int) (int, bool) {
	for range n {
		_, size := utf8.DecodeLastRuneInString(m.text[:pos])
		if size == 0 {
			return pos, false
		}
		pos -= size
	}
	return pos, true
}

// enter begins a recursion. One into the same group at the same place would
// never end.
func (m *machine) enter(in *inst, pc, pos int) bool {
	depth := 0
	if m.calls != nil {
		depth = m.calls.depth + 1
	}
	for c := m.calls; c != nil && c.pos == pos; c = c.up {
		if c.group == in.n {
			m.limit = "recursion loop"
			return false
		}
	}
	if depth > maxCalls {
		m.limit = "recursion limit exceeded"
		return false
	}
	m.steps += len(m.slots)
	saved := append([]int(nil), m.slots...)
	m.stack = append(m.stack, choice{kind: putSlots, slots: saved, calls: m.calls})
	m.calls = &call{up: m.calls, back: pc + 1, group: in.n, pos: pos, depth: depth, slots: saved}
	return true
}

// leave ends a recursion: groups are again what they were before it.
func (m *machine) leave() int {
	c := m.calls
	m.stack = append(m.stack, choice{
		kind: putSlots, slots: append([]int(nil), m.slots...), calls: m.calls,
	})
	copy(m.slots, c.slots)
	m.calls = c.up
	return c.back
}
