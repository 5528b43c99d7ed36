package eval

import (
	"slices"
	"strconv"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// Kind is the type of a Value.
type Kind uint8

// The three types of the language (TYPE_STRING, TYPE_INTEGER, TYPE_ARRAY),
// and Broken for the value of an expression with a mistake in it. A mistake
// is reported where it was made; who finds Broken says nothing more.
const (
	String Kind = iota
	Integer
	Array
	Broken
)

var kindNames = [...]string{String: "a string", Integer: "an integer", Array: "a list", Broken: "a mistake"}

// String names the kind as messages do, with its article.
func (k Kind) String() string { return kindNames[k] }

// Value is a value of the configuration language (data_unset). Values are
// immutable once they are stored in a Setting.
type Value struct {
	Kind Kind
	Str  string
	Int  int32
	List []Element

	weight int // bytes and elements in it, nested ones too
}

// Element is one element of an array; Keyed tells whether it has a key, which
// may be the empty string.
type Element struct {
	Key   string
	Keyed bool
	Value Value
	Range parser.Range // where the element was written
}

// Limits that no real configuration comes near. They keep one that doubles a
// value line by line from filling the memory.
const (
	elementWeight = 64
	maxWeight     = 64 << 20  // of one value
	maxWork       = 512 << 20 // of all values made in one load
)

// StringValue makes a string.
func StringValue(s string) Value { return Value{Kind: String, Str: s, weight: len(s)} }

// IntegerValue makes an integer.
func IntegerValue(n int32) Value { return Value{Kind: Integer, Int: n} }

// ArrayValue makes an array; elements are kept, not copied.
func ArrayValue(elements []Element) Value {
	v := Value{Kind: Array, List: elements}
	for i := range elements {
		v.weight += elements[i].weight()
	}
	return v
}

func (e *Element) weight() int { return elementWeight + len(e.Key) + e.Value.weight }

// text is a string or an integer as text.
func (v Value) text() (string, bool) {
	switch v.Kind {
	case String:
		return v.Str, true
	case Integer:
		return strconv.Itoa(int(v.Int)), true
	}
	return "", false
}

// same compares what a merge lets pass twice: equal strings, equal integers.
func (v Value) same(o Value) bool {
	return v.Kind == o.Kind && v.Kind != Array && v.Str == o.Str && v.Int == o.Int
}

// add is the operator +. An array merge leaves out the elements whose keys
// are taken; they are in clash.
func add(a, b Value) (sum Value, clash []Element, ok bool) {
	switch {
	case a.Kind == Broken || b.Kind == Broken:
		return Value{Kind: Broken}, nil, true
	case a.Kind == Integer && b.Kind == Integer:
		return IntegerValue(a.Int + b.Int), nil, true
	case a.Kind == Array && b.Kind == Array:
		sum, clash = mergeArrays(a, b)
		return sum, clash, true
	}
	left, ok1 := a.text()
	right, ok2 := b.text()
	if !ok1 || !ok2 {
		return Value{Kind: Broken}, nil, false
	}
	return StringValue(left + right), nil, true
}

// mergeArrays appends b's elements to a's. Keys of b that a (or b itself)
// has already are left out and returned.
func mergeArrays(a, b Value) (Value, []Element) {
	sum := Value{Kind: Array, weight: a.weight}
	sum.List = make([]Element, len(a.List), len(a.List)+len(b.List))
	copy(sum.List, a.List)
	keys := keyIndex(a.List, b.List)
	var clash []Element
	for _, e := range b.List {
		if e.Keyed {
			key := asciiLower(e.Key)
			if _, taken := keys[key]; taken {
				clash = append(clash, e)
				continue
			}
			keys[key] = len(sum.List)
		}
		sum.List = append(sum.List, e)
		sum.weight += e.weight()
	}
	return sum, clash
}

// keyIndex maps a's keys to their places, if b has keys to look for.
func keyIndex(a, b []Element) map[string]int {
	if !slices.ContainsFunc(b, func(e Element) bool { return e.Keyed }) {
		return nil
	}
	keys := make(map[string]int, len(a)+len(b))
	for i, e := range a {
		if e.Keyed {
			keys[asciiLower(e.Key)] = i
		}
	}
	return keys
}

// find returns the element with that key.
func (v Value) find(key string) (Element, bool) {
	for _, e := range v.List {
		if e.Keyed && equalFold(e.Key, key) {
			return e, true
		}
	}
	return Element{}, false
}
