package parser

import (
	"fmt"
	"strings"
)

// advice says, for each of lighttpd's lexical messages, what to type instead.
var advice = map[string]func(*tokenizer) string{
	"use => for assignments in arrays":                                            adviseArrow,
	"only == =~ =^ =$ are allowed in the condition":                               adviseOperator,
	"only !~ and != are allowed in the condition":                                 adviseNegation,
	"unexpected exclamation-marks: !":                                             adviseExclamation,
	"missing closing quote":                                                       adviseQuote,
	"close-parens without open-parens":                                            adviseParen,
	"unexpected character ':'":                                                    adviseColon,
	"invalid character in condition":                                              adviseCondition,
	"invalid character in variable name":                                          adviseByte,
	"missing assignment operator ('=') ?":                                         adviseAssign,
	"missing assignment operator ('=') or missing string concat operator ('+') ?": adviseKey,
	"strings may be combined with '+' or separated with ',' or '=>' in lists":     adviseStrings,
}

// adviseUnpaired is the advice if the string before this place spans lines and
// ends in this one: then its quote was probably meant to open a string.
func (l *tokenizer) adviseUnpaired() string {
	if l.long.End.Line != l.at.Line {
		return ""
	}
	raw := l.src[l.long.Start.Offset:l.long.End.Offset]
	if strings.Contains(raw, "\\\"\n") || strings.Contains(raw, "\\\"\r") {
		return fmt.Sprintf(`the string that begins in line %d does not end there, since \" stands for a quote inside the string: a string cannot end in a backslash`, l.long.Start.Line)
	}
	return fmt.Sprintf("quotes do not pair: the string that begins in line %d seems to lack its closing quote", l.long.Start.Line)
}

func adviseArrow(*tokenizer) string {
	return `inside parentheses write "key" => value; if an assignment starts here, the ")" of the list before it is missing`
}

func adviseOperator(l *tokenizer) string {
	if l.dollar.Line < l.at.Line {
		return adviseNoOperator
	}
	return "to compare, write ==; to match a regular expression, write =~"
}

func adviseNegation(*tokenizer) string {
	return "to negate a prefix or suffix, put the settings into the else branch of =^ or =$, or match with !~"
}

func adviseExclamation(*tokenizer) string {
	return `"!" can only be part of != or !~ in a condition, as in $HTTP["host"] != "example.org"`
}

func adviseQuote(l *tokenizer) string {
	s := l.src[l.at.Offset:]
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		s = s[:i]
	}
	if strings.Contains(s, `\"`) {
		return `\" stands for a quote inside the string and does not end it, so a string cannot end in a backslash`
	}
	if strings.Contains(s[1:], "\x00") {
		return "a string cannot contain a NUL byte"
	}
	return `add the closing "; if this quote was meant to close a string, an earlier string lacks its own`
}

func adviseParen(*tokenizer) string {
	return `remove this ")", or add the "(" where the list begins`
}

func adviseColon(*tokenizer) string {
	return `to replace a value, write :=; text with a colon, such as a port or a URL, must stand in double quotes`
}

// adviseNoOperator is for conditions whose mistake shows lines later: until an
// operator comes, no word may contain a dot or digit.
const adviseNoOperator = `the condition that "$" began lacks its operator; write == "value" { behind the field`

func adviseCondition(l *tokenizer) string {
	switch c := l.peek(0); {
	case strings.HasPrefix(l.src[l.at.Offset:], "\u00a0"):
		return "replace this no-break space, as copied from a web page, by a plain one"
	case l.dollar.Line < l.at.Line:
		return adviseNoOperator
	case l.prev == kRBracket:
		return `after $HTTP["field"] comes one of == != =~ !~ =^ =$ and a value in double quotes`
	case l.prev == kLBracket && c == '\'':
		return `write the field in double quotes, as in $HTTP["host"]`
	case l.prev == kLBracket || l.prev == kName:
		return `write the field in double quotes between brackets, as in $HTTP["host"]`
	case c == '{':
		return `a variable is read without $ and braces: write var.name`
	}
	return `after "$" comes HTTP, SERVER or REQUEST_HEADER with a field and a comparison, as in $HTTP["host"] == "example.org"; a variable is read without "$"`
}

// adviseByte is about what can start no token.
func adviseByte(l *tokenizer) string {
	rest := l.src[l.at.Offset:]
	for _, m := range misspellings {
		if strings.HasPrefix(rest, m.prefix) {
			return m.advice
		}
	}
	c := rest[0]
	switch {
	case isKeyByte(c):
		return "the file ends right behind this word: add a newline, or put the word in double quotes if it is text"
	case c < ' ' || c == 0x7F:
		return fmt.Sprintf("remove the control byte 0x%02x", c)
	case c >= 0x80:
		return "only strings and comments may contain letters and signs beyond ASCII: put the text in double quotes"
	}
	return fmt.Sprintf("%q can only stand inside a string: put the text in double quotes", string(rune(c)))
}

// misspellings are what people bring from other languages and from word
// processors.
var misspellings = []struct{ prefix, advice string }{
	{"'", `strings stand in double quotes: write "…" instead of '…'`},
	{"`", "strings stand in double quotes, not in backquotes"},
	{"“", `replace the typographic quotes “…” by plain ones: "…"`},
	{"”", `replace the typographic quotes “…” by plain ones: "…"`},
	{"„", `replace the typographic quotes „…“ by plain ones: "…"`},
	{"‘", `replace the typographic quotes ‘…’ by plain double quotes: "…"`},
	{"’", `replace the typographic quotes ‘…’ by plain double quotes: "…"`},
	{"«", `replace the quotes «…» by plain ones: "…"`},
	{"\uFEFF", "the file starts with a byte-order mark: save it as UTF-8 without one"},
	{"\xff\xfe", "this looks like UTF-16: save the file as UTF-8 without a byte-order mark"},
	{"\xfe\xff", "this looks like UTF-16: save the file as UTF-8 without a byte-order mark"},
	{"//", "a comment starts with #; a path must stand in double quotes"},
	{"/*", "a comment starts with # and ends with the line; there are no /* … */ comments"},
	{"*/", "a comment starts with # and ends with the line; there are no /* … */ comments"},
	{"/", "a path must stand in double quotes"},
	{";", "statements end without a semicolon: remove it; a comment starts with #"},
	{">", "outside a list use = to assign; => belongs between key and value inside ( )"},
	{"%", `%1 and the like only work inside a string: put the text in double quotes`},
	{"\\", "a statement may continue on the next line after = + ( or a comma: remove the backslash; text must stand in double quotes"},
	{"*", "a pattern must stand in double quotes"},
}

func adviseAssign(l *tokenizer) string {
	word := strings.ToLower(l.prevText)
	if _, ok := keywords[word]; ok {
		return "write " + word + " in lower case"
	}
	return fmt.Sprintf("write %s = followed by the value", clip(l.prevText, 60))
}

func adviseKey(l *tokenizer) string {
	word := clip(l.prevText, 60)
	if l.before == kEOL || l.before == kLBrace || l.before == kRBrace {
		return adviseAssign(l)
	}
	return fmt.Sprintf(`if %s is text, put it in double quotes; if it is the name of a setting, write %s = and the value; to join values, put "+" between them`, word, word)
}

func adviseStrings(l *tokenizer) string {
	if l.depth > 0 {
		return `put a "," between the elements of the list`
	}
	return `write "+" between the strings to join them, or put them into a list: ("one", "two")`
}
