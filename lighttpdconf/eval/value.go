package eval

import "github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"

// Kind is the type of a Value.
type Kind uint8

// The three types of the language (TYPE_STRING, TYPE_INTEGER, TYPE_ARRAY).
const (
	String Kind = iota
	Integer
	Array
)

// Value is a value of the configuration language (data_unset). Values are
// immutable once they are stored in a Setting.
type Value struct {
	Kind Kind
	Str  string
	Int  int32
	List []Element
}

// Element is one element of an array; Keyed tells whether it has a key, which
// may be the empty string.
type Element struct {
	Key   string
	Keyed bool
	Value Value
	Range parser.Range // where the element was written
}
