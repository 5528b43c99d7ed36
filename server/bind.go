package server

import (
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// At tells a Parsed binder where a value stands.
type At struct {
	Loader  *Loader
	Context *eval.Context
	Name    string         // canonical directive name
	Range   parser.Range   // of the key
	Via     []parser.Range // the includes that led there, innermost first
}

// Bind is a directive's type and the field that takes the value.
type Bind[C any] struct {
	Type Type
	// apply decodes a value once, at load, and returns what puts it into a
	// settings struct. A nil function changes nothing.
	apply func(at At, v eval.Value) (func(*C), error)
}

// Pair is one entry of a map to strings, in the order written.
type Pair struct{ Key, Value string }

// scalar binds a type that decodes without looking around.
func scalar[C, T any](t Type, decode func(string, eval.Value) (T, error), field func(*C) *T) Bind[C] {
	return Bind[C]{Type: t, apply: func(at At, v eval.Value) (func(*C), error) {
		value, err := decode(at.Name, v)
		if err != nil {
			return nil, err
		}
		return func(c *C) { *field(c) = value }, nil
	}}
}

// String binds a string (T_CONFIG_STRING).
func String[C any](field func(*C) *string) Bind[C] { return scalar(TypeString, decodeString, field) }

// Bool binds "enable", "disable", their synonyms, or a number
// (T_CONFIG_BOOL).
func Bool[C any](field func(*C) *bool) Bind[C] { return scalar(TypeBool, decodeBool, field) }

// Short binds a number from 0 to 65535 (T_CONFIG_SHORT).
func Short[C any](field func(*C) *uint16) Bind[C] { return scalar(TypeShort, decodeShort, field) }

// Int binds a number from 0 to 4294967295 (T_CONFIG_INT).
func Int[C any](field func(*C) *uint32) Bind[C] { return scalar(TypeInt, decodeInt, field) }

// StringList binds a list of strings (T_CONFIG_ARRAY_VLIST).
func StringList[C any](field func(*C) *[]string) Bind[C] {
	return scalar(TypeStringList, decodeStringList, field)
}

// StringMap binds a map to strings, in the order written
// (T_CONFIG_ARRAY_KVSTRING).
func StringMap[C any](field func(*C) *[]Pair) Bind[C] {
	return scalar(TypeStringMap, decodeStringMap, field)
}

// Parsed binds a value that the module compiles itself, once, at load
// (T_CONFIG_LOCAL). parse is called with values of type t only; an error
// stops the load and is shown with the value's place. For more than one
// message, or a warning, parse uses at.Loader.
func Parsed[C, T any](t Type, parse func(At, eval.Value) (T, error), field func(*C) *T) Bind[C] {
	return Bind[C]{Type: t, apply: func(at At, v eval.Value) (func(*C), error) {
		if err := checkType(at.Name, t, v); err != nil {
			return nil, err
		}
		value, err := parse(at, v)
		if err != nil {
			return nil, err
		}
		return func(c *C) { *field(c) = value }, nil
	}}
}

func decodeStringList(name string, v eval.Value) ([]string, error) {
	if err := checkArray(name, TypeStringList, v); err != nil {
		return nil, err
	}
	list := make([]string, len(v.List))
	for i, e := range v.List {
		list[i] = e.Value.Str
	}
	return list, nil
}

func decodeStringMap(name string, v eval.Value) ([]Pair, error) {
	if err := checkArray(name, TypeStringMap, v); err != nil {
		return nil, err
	}
	pairs := make([]Pair, len(v.List))
	for i, e := range v.List {
		pairs[i] = Pair{e.Key, e.Value.Str}
	}
	return pairs, nil
}
