package pcre

import (
	"slices"
	"unicode"
)

// set is a set of characters: pairs of first and last, sorted and apart.
type set []rune

const maxRune = unicode.MaxRune

func single(r rune) set { return set{r, r} }

func (s set) has(r rune) bool {
	low, high := 0, len(s)/2
	for low < high {
		mid := (low + high) / 2
		switch {
		case r < s[2*mid]:
			high = mid
		case r > s[2*mid+1]:
			low = mid + 1
		default:
			return true
		}
	}
	return false
}

// only reports whether s holds exactly one character.
func (s set) only() (rune, bool) {
	if len(s) == 2 && s[0] == s[1] {
		return s[0], true
	}
	return 0, false
}

// normal sorts the ranges and joins those that touch.
func (s set) normal() set {
	type span struct{ low, high rune }
	spans := make([]span, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		spans = append(spans, span{s[i], s[i+1]})
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.low - b.low) })
	out := s[:0]
	for _, p := range spans {
		if n := len(out); n > 0 && p.low <= out[n-1]+1 {
			out[n-1] = max(out[n-1], p.high)
			continue
		}
		out = append(out, p.low, p.high)
	}
	return out
}

// negate expects a normal set.
func (s set) negate() set {
	var out set
	next := rune(0)
	for i := 0; i < len(s); i += 2 {
		if s[i] > next {
			out = append(out, next, s[i]-1)
		}
		next = s[i+1] + 1
	}
	if next <= maxRune {
		out = append(out, next, maxRune)
	}
	return out
}

// lastFolding is the last character that has another case.
const lastFolding = 0x1E943

// folded adds the other cases of every character.
func (s set) folded() set {
	out := slices.Clone(s)
	for i := 0; i < len(s); i += 2 {
		for r := s[i]; r <= min(s[i+1], lastFolding); r++ {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				out = append(out, f, f)
			}
		}
	}
	return out.normal()
}

func fromTable(t *unicode.RangeTable) set {
	var s set
	for _, r := range t.R16 {
		s = s.addStrided(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		s = s.addStrided(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return s.normal()
}

func (s set) addStrided(low, high, stride rune) set {
	if stride == 1 {
		return append(s, low, high)
	}
	for r := low; r <= high; r += stride {
		s = append(s, r, r)
	}
	return s
}
