package expire

import (
	"errors"
	"fmt"
	"strings"
)

// span is a time after the access to, or the last modification of, a file.
type span struct {
	modification bool
	offset       int64 // seconds
}

// bases are the words a time begins with.
var bases = []struct {
	word         string
	modification bool
}{
	{"access ", false},
	{"now ", false},
	{"modification ", true},
}

const day = 24 * 60 * 60

// units are the words for lengths of time, in seconds; each may have an s at
// its end.
var units = map[string]int64{
	"year": 365 * day, "month": 30 * day, "week": 7 * day, "day": day,
	"hour": 60 * 60, "minute": 60, "min": 60, "second": 1, "sec": 1,
}

// maxOffset keeps the year of an Expires field below 10000.
const maxOffset = 7000 * 365 * day

// parseSpan reads "BASE [plus] NUMBER UNIT …".
func parseSpan(text string) (span, error) {
	if text == "" {
		return span{}, errors.New("the time is empty")
	}
	for _, base := range bases {
		if rest, ok := strings.CutPrefix(text, base.word); ok {
			offset, err := parseOffset(strings.TrimPrefix(rest, "plus "))
			return span{base.modification, offset}, err
		}
	}
	return span{}, errors.New(`a time begins with "access", "now" or "modification", and a blank`)
}

// parseOffset adds up numbers with units; a number that is missing is 0.
func parseOffset(text string) (int64, error) {
	var sum int64
	for first := true; first || strings.Trim(text, " ") != ""; first = false {
		var number int64
		number, text = leadingNumber(strings.TrimLeft(text, " "))
		text = strings.TrimLeft(text, " ")
		word, rest, _ := strings.Cut(text, " ")
		unit, ok := units[strings.TrimSuffix(word, "s")]
		switch {
		case word == "":
			return 0, errors.New("the number has no unit")
		case !ok:
			return 0, fmt.Errorf("%q is no unit of time", word)
		}
		sum, text = max(-maxOffset, min(sum+number*unit, maxOffset)), rest
	}
	return sum, nil
}

// leadingNumber takes an integer, which may have a sign, off the front. It is
// cut to what makes sense.
func leadingNumber(text string) (int64, string) {
	digits := text
	negative := strings.HasPrefix(text, "-")
	if negative || strings.HasPrefix(text, "+") {
		digits = text[1:]
	}
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return 0, text
	}
	var n int64
	for digits != "" && digits[0] >= '0' && digits[0] <= '9' {
		n = min(n*10+int64(digits[0]-'0'), maxOffset)
		digits = digits[1:]
	}
	if negative {
		n = -n
	}
	return n, digits
}
