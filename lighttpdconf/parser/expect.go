package parser

import "fmt"

// expectations says what may stand at each position.
var expectations = [positions]string{
	atTop:          `a statement begins with the name of a setting or variable, "$", global, include or include_shell`,
	atBlock:        `a statement begins with the name of a setting or variable, "$", global, include or include_shell`,
	atAssign:       `after the name of a setting comes "=", ":=" or "+="`,
	atValue:        `here must stand a string in double quotes, a number, a variable or a list in parentheses`,
	atElementValue: `here must stand a string in double quotes, a number, a variable or a list in parentheses`,
	atFirst:        `after "(" comes an element of the list or ")"`,
	atBetween:      `after an element of a list comes "," or ")"`,
	atObject:       `after "$" comes HTTP, SERVER or REQUEST_HEADER`,
	atField:        `the field must stand between brackets, as in $HTTP["host"]`,
	atFieldEnd:     `after the field comes "]"`,
	atOp:           `after the field comes one of == != =~ !~ =^ =$`,
	atBody:         `after a condition comes "{"`,
	atGlobal:       `after global comes "{"`,
	atBodyEnd:      `after "}" comes a new line or else`,
	atElseBody:     `after else comes "{" or, on the same line, a condition`,
}

// special is advice for one kind of token at a position, better than the
// general one.
var special = map[position]map[kind]string{
	atTop: {
		kRBrace:  `no block is open here: remove the "}", or add the "{" that it belongs to`,
		kElse:    `there is no condition before it that it could continue; else must follow "}" directly`,
		kLBrace:  `a block needs a condition or global before it; what stands in the braces is read as if they were not there`,
		kLParen:  `a list needs a name and "=" before it`,
		kInteger: `a value needs a name and "=" before it; a number has only decimal digits`,
		kString:  `a value needs a name and "=" before it; "+" joins strings, and must stand on the line of the first`,
		kName:    `this is read as part of the condition that "$" began, which lacks its operator, such as ==`,
		kPlus:    `a value ends with its line: put the "+" at the end of the line before`,
	},
	atValue: {
		kAssign: `a single "=" assigns; only conditions compare, with "=="`,
		kPlus:   `"+" stands between two values`,
		kDollar: `a variable is read without "$", as var.name; a condition cannot be a value`,
	},
	atBetween: {
		kInteger: `put a "," between the elements of a list`,
		kString:  `put a "," between the elements of a list`,
		kKey:     `put a "," between the elements of a list; text must stand in double quotes`,
		kLParen:  `put a "," between the elements of a list`,
		kArrow:   `an element has one key: put a "," before the next one, or parentheses around a list of pairs`,
		kAppend:  `"+=" cannot stand in a list: "+" joins values, "=>" goes between key and value`,
		kRBrace:  `the list is still open: add the missing ")" before the "}"`,
	},
	atElseBody: {
		kDollar: `this condition is ignored and the block is an unconditional else: put the condition on the line of the word else`,
	},
}

// expected says what should have been at a position.
func (p *parse) expected(at position) string {
	if text := p.brokenNumber(at); text != "" {
		return text
	}
	return expectations[at]
}

// explain is the advice for a run of dropped tokens.
func (p *parse) explain(r drop) string {
	at := r.at
	if at == atBlock {
		at = atTop
	}
	if at == atElementValue {
		at = atValue
	}
	if r.first == kKey {
		if text := p.numberBefore(r.start.Offset, r.end.Offset-r.start.Offset); text != "" {
			return text
		}
	}
	if text := special[at][r.first]; text != "" {
		return text
	}
	return p.expected(r.at)
}

// brokenNumber is the advice for text such as 64k, 1.5 or 0x10 if that is the
// key of the assignment being read.
func (p *parse) brokenNumber(at position) string {
	if at != atAssign {
		return ""
	}
	key := &p.builder.pending[0]
	return p.numberBefore(key.Pos.Offset, len(key.Value))
}

// numberBefore is the advice for a word of n bytes directly behind a number,
// "" if there is none. lighttpd reads two tokens.
func (p *parse) numberBefore(offset, n int) string {
	src := p.tokens.src
	start := digitsBefore(src, offset)
	if start == offset {
		return ""
	}
	return fmt.Sprintf("%q is read as %s and %s: a number has only decimal digits, no unit, fraction or 0x; text must stand in double quotes",
		clip(src[start:offset+n], 60), clip(src[start:offset], 30), clip(src[offset:offset+n], 30))
}

// digitsBefore returns where the digits begin that end at offset.
func digitsBefore(src string, offset int) int {
	for offset > 0 && isDigit(src[offset-1]) {
		offset--
	}
	return offset
}
