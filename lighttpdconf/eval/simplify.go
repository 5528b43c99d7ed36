package eval

import "strings"

// special are the bytes that keep a regular expression from being plain text.
const special = `\^$.|?*+()[]{}`

// simplify turns a regular expression that only anchors plain text into the
// operator that means the same: ^text is =^, text$ is =$, ^text$ is ==. A
// leading "\." is taken for a dot in front of text$, as in "\.php$".
func simplify(pattern string) (Op, string) {
	text, atStart := strings.CutPrefix(pattern, "^")
	text, atEnd := strings.CutSuffix(text, "$")
	plain := text
	if !atStart && atEnd && strings.HasPrefix(text, `\.`) {
		text = text[1:]
		plain = text[1:]
	}
	switch {
	case strings.ContainsAny(plain, special):
		return Match, pattern
	case atStart && atEnd:
		return Equal, text
	case atStart:
		return Prefix, text
	case atEnd:
		return Suffix, text
	}
	return Match, pattern
}
