package server

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// The functions of this file say what to type instead of a value that its
// directive cannot take, as near to what was meant as can be told.

// configQuote is s as it stands in a configuration file.
func configQuote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func adviseString(name string, v eval.Value) string {
	switch {
	case v.Kind == eval.Integer:
		return fmt.Sprintf("write %s = %s", name, configQuote(strconv.Itoa(int(v.Int))))
	case len(v.List) == 1 && v.List[0].Value.Kind == eval.String:
		return fmt.Sprintf("write %s = %s, without parentheses", name, configQuote(v.List[0].Value.Str))
	}
	return fmt.Sprintf(`write %s = "..."`, name)
}

// boolGuesses are words that people write for a boolean.
var boolGuesses = map[string]string{
	"on": "enable", "yes": "enable", "y": "enable", "active": "enable",
	"off": "disable", "no": "disable", "n": "disable", "none": "disable",
}

func adviseBool(name string, v eval.Value) string {
	if v.Kind == eval.String {
		if word, ok := boolGuesses[strings.ToLower(strings.TrimSpace(v.Str))]; ok {
			return fmt.Sprintf(`write %s = "%s"`, name, word)
		}
	}
	return fmt.Sprintf(`write %[1]s = "enable" or %[1]s = "disable"`, name)
}

// adviseNumber recognises numbers with a unit and numbers out of range.
func adviseNumber(name string, v eval.Value, max uint64) string {
	text := strings.TrimSpace(v.Str)
	if v.Kind == eval.Integer {
		text = strconv.Itoa(int(v.Int))
	}
	digits := text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
	n, err := strconv.ParseUint(digits, 10, 64)
	switch {
	case v.Kind == eval.Array || digits == "":
		return fmt.Sprintf("write a number, such as %s = 10", name)
	case err != nil || n > max:
		return fmt.Sprintf("the largest value is %d", max)
	case max == math.MaxUint32 || n <= max:
		return fmt.Sprintf("write %s = %d", name, n)
	}
	return ""
}

func adviseArray(name string, t Type, v eval.Value) string {
	text := configQuote(v.Str)
	if v.Kind == eval.Integer {
		text = strconv.Itoa(int(v.Int))
	}
	switch t {
	case TypeStringList:
		return fmt.Sprintf("write %s = ( %s )", name, configQuote(strings.Trim(text, `"`)))
	case TypeArrayMap:
		return fmt.Sprintf(`write %s = ( "..." => ( "..." => "..." ) )`, name)
	case TypeArray:
		return fmt.Sprintf("write %s = ( %s )", name, text)
	}
	return fmt.Sprintf(`write %s = ( "..." => %s )`, name, text)
}

// describeElement is an element as a message names it.
func describeElement(e eval.Element) string {
	var what string
	switch e.Value.Kind {
	case eval.Integer:
		what = fmt.Sprintf("the number %d", e.Value.Int)
	case eval.String:
		what = "the string " + configQuote(e.Value.Str)
	default:
		what = "a list"
	}
	if e.Keyed {
		return what + " with the key " + configQuote(e.Key)
	}
	return what + " without a key"
}
