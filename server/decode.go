package server

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// valueError is a value that its directive cannot take: lighttpd's sentence,
// what to type instead, and the place if it is narrower than the setting.
type valueError struct {
	summary, detail string
	place           parser.Range
}

func (e *valueError) Error() string { return e.summary }

// numberOf turns a value into 0 … max the way lighttpd does for directives and
// for entries of their maps: an integer, or a string of decimal digits.
func numberOf(v eval.Value, max uint64) (uint64, bool) {
	switch v.Kind {
	case eval.Integer:
		n := int64(v.Int)
		return uint64(n), n >= 0 && uint64(n) <= max
	case eval.String:
		// C's strtol: blanks and a sign may come first, nothing after.
		s := strings.TrimLeft(v.Str, " \t\n\v\f\r")
		n, err := strconv.ParseInt(s, 10, 64)
		return uint64(n), err == nil && n >= 0 && uint64(n) <= max
	}
	return 0, false
}

// decodeShort is T_CONFIG_SHORT. 65536 has always been taken as 65535.
func decodeShort(name string, v eval.Value) (uint16, error) {
	if n, ok := numberOf(v, 65536); ok {
		return uint16(min(n, 65535)), nil
	}
	const want = "a short integer"
	if v.Kind == eval.String {
		return 0, wrongNumber(name, v, want, 65535)
	}
	return 0, &valueError{
		summary: fmt.Sprintf("unexpected type for key: %s %d expected %s, range 0 ... 65535", name, typeNumber(v), want),
		detail:  adviseNumber(name, v, 65535),
	}
}

// decodeInt is T_CONFIG_INT: an integer is read without its sign, as
// numbers beyond 2147483647 were stored with one.
func decodeInt(name string, v eval.Value) (uint32, error) {
	if v.Kind == eval.Integer {
		return uint32(v.Int), nil
	}
	if n, ok := numberOf(v, math.MaxUint32); ok {
		return uint32(n), nil
	}
	const want = "an integer"
	if v.Kind == eval.String {
		return 0, wrongNumber(name, v, want, math.MaxUint32)
	}
	return 0, &valueError{
		summary: fmt.Sprintf("unexpected type for key: %s %d expected %s, range 0 ... 4294967295", name, typeNumber(v), want),
		detail:  adviseNumber(name, v, math.MaxUint32),
	}
}

func wrongNumber(name string, v eval.Value, want string, max uint64) error {
	return &valueError{
		summary: fmt.Sprintf("got a string but expected %s: %s %s", want, name, v.Str),
		detail:  adviseNumber(name, v, max),
	}
}

// typeNumber is the type as lighttpd's messages number it (data_type_t).
func typeNumber(v eval.Value) int {
	switch v.Kind {
	case eval.String:
		return 0
	case eval.Array:
		return 1
	}
	return 2
}

// boolWords are the spellings of T_CONFIG_BOOL, in lower case.
var boolWords = map[string]bool{
	"enable": true, "enabled": true, "true": true, "1": true,
	"disable": false, "disabled": false, "false": false, "0": false,
}

// truthOf reads a value as a boolean (config_plugin_value_tobool).
func truthOf(v eval.Value) (value, ok bool) {
	switch v.Kind {
	case eval.Integer:
		return v.Int != 0, true
	case eval.String:
		value, ok = boolWords[strings.ToLower(v.Str)]
		return value, ok
	}
	return false, false
}

func decodeBool(name string, v eval.Value) (bool, error) {
	if b, ok := truthOf(v); ok {
		return b, nil
	}
	return false, &valueError{
		summary: fmt.Sprintf("ERROR: unexpected type for key: %s (string) \"(enable|disable)\"", name),
		detail:  adviseBool(name, v),
	}
}

func decodeString(name string, v eval.Value) (string, error) {
	if v.Kind == eval.String {
		return v.Str, nil
	}
	return "", &valueError{
		summary: name + ` should have been a string like ... = "..."`,
		detail:  adviseString(name, v),
	}
}

// arrayShapes are lighttpd's sentences for arrays of the wrong shape, with
// the directive's name as %[1]s, and what every element must be.
var arrayShapes = map[Type]struct {
	sentence string
	fits     func(eval.Element) bool
	form     string
}{
	TypeStringList: {
		`%[1]s should have been a list of string values like %[1]s = ( "...", "..." )`,
		func(e eval.Element) bool { return !e.Keyed && e.Value.Kind == eval.String },
		`a string, such as "..."`,
	},
	TypeStringMap: {
		`%[1]s should have been a list of key => string values like %[1]s = ( "..." => "...", "..." => "..." )`,
		func(e eval.Element) bool { return e.Keyed && e.Value.Kind == eval.String },
		`a key and a string, such as "..." => "..."`,
	},
	TypeArrayMap: {
		`%[1]s should have been a list of key => list like %[1]s = ( "..." => ( "..." => "..." ) )`,
		func(e eval.Element) bool { return e.Keyed && e.Value.Kind == eval.Array },
		`a key and a list, such as "..." => ( "..." => "..." )`,
	},
	TypeMap: {
		`%[1]s should have been a list of key => values like %[1]s = ( "..." => "...", "..." => "..." )`,
		func(e eval.Element) bool { return e.Keyed },
		`a key and a value, such as "..." => "..."`,
	},
	TypeArray: {"", func(eval.Element) bool { return true }, ""},
}

// checkArray checks an array's shape; t is one of the array types.
func checkArray(name string, t Type, v eval.Value) error {
	if v.Kind != eval.Array {
		return &valueError{
			summary: fmt.Sprintf(`%[1]s should have been a list like %[1]s = ( "..." )`, name),
			detail:  adviseArray(name, t, v),
		}
	}
	shape := arrayShapes[t]
	for i, e := range v.List {
		if e.Value.Kind == eval.Broken || shape.fits(e) {
			continue
		}
		return &valueError{
			summary: fmt.Sprintf(shape.sentence, name),
			detail:  fmt.Sprintf("element %d is %s; it must be %s", i+1, describeElement(e), shape.form),
			place:   e.Range,
		}
	}
	return nil
}

// checkType reports whether v fits t, without storing it.
func checkType(name string, t Type, v eval.Value) error {
	var err error
	switch t {
	case TypeString:
		_, err = decodeString(name, v)
	case TypeBool:
		_, err = decodeBool(name, v)
	case TypeShort:
		_, err = decodeShort(name, v)
	case TypeInt:
		_, err = decodeInt(name, v)
	default:
		err = checkArray(name, t, v)
	}
	return err
}
