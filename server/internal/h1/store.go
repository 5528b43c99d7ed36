package h1

import (
	"slices"
	"strings"
)

// repeat is what a second field of the same name means.
type repeat uint8

const (
	joinComma  repeat = iota // joined with ", "
	joinCookie               // joined with "; "
	keepFirst                // ignored
	mustEqual                // ignored if equal in any case, else refused
	refuse                   // refused
)

// rule is what else a field decides.
type rule uint8

const (
	noRule rule = iota
	ruleHost
	ruleExpect
	ruleUpgrade
	ruleConnection
	ruleLength
	ruleHTTP2Settings
	ruleCoding
)

// special is a field the parser has rules for.
type special struct {
	name   string
	repeat repeat
	rule   rule
}

// specials by the length of their names.
var specials = [...][]special{
	4:  {{"Host", mustEqual, ruleHost}},
	6:  {{"Cookie", joinCookie, noRule}, {"Expect", joinComma, ruleExpect}},
	7:  {{"Upgrade", joinComma, ruleUpgrade}},
	10: {{"Connection", joinComma, ruleConnection}},
	12: {{"Content-Type", mustEqual, noRule}},
	13: {{"If-None-Match", keepFirst, noRule}},
	14: {{"Content-Length", refuse, ruleLength}, {"HTTP2-Settings", mustEqual, ruleHTTP2Settings}},
	17: {{"If-Modified-Since", mustEqual, noRule}, {"Transfer-Encoding", joinComma, ruleCoding}},
}

// other is what applies to every field not listed.
var other = special{repeat: joinComma}

// lookup finds the rules for a name.
func lookup(name string) *special {
	if len(name) < len(specials) {
		for i := range specials[len(name)] {
			if s := &specials[len(name)][i]; lower[s.name[0]] == lower[name[0]] && equalFold(s.name, name) {
				return s
			}
		}
	}
	return &other
}

// store applies the rules for name and keeps the field.
func (ps *parser) store(name, value string) *fault {
	s := lookup(name)
	if value == "" {
		if s.rule == ruleLength {
			return faultLength
		}
		return nil
	}
	if s.rule != noRule {
		if bad := ps.apply(s.rule, value); bad != nil || s.rule == ruleCoding {
			return bad
		}
	}
	i := ps.h.place(name)
	if i >= 0 {
		return ps.h.repeated(i, value, s)
	}
	if s.rule == ruleHost {
		ps.host = len(ps.h.Fields)
	}
	ps.h.Fields = append(ps.h.Fields, Field{Name: name, Value: value})
	return nil
}

// join is a later line of field number field.
type join struct {
	field  int
	cookie bool
	value  string
}

// repeated deals with another line of field i. Joining waits until all lines
// are known, so that thousands of them cost no more than their bytes.
func (h *Head) repeated(i int, value string, s *special) *fault {
	switch s.repeat {
	case joinComma, joinCookie:
		h.joins = append(h.joins, join{i, s.repeat == joinCookie, value})
	case mustEqual:
		if !equalFold(h.Fields[i].Value, value) {
			return faultRepeated(s.name)
		}
	case refuse:
		return faultRepeated(s.name)
	}
	return nil
}

// joinRepeated builds the values of repeated fields.
func (h *Head) joinRepeated() {
	slices.SortStableFunc(h.joins, func(a, b join) int { return a.field - b.field })
	for at := 0; at < len(h.joins); {
		f := &h.Fields[h.joins[at].field]
		var b strings.Builder
		b.WriteString(f.Value)
		for i := h.joins[at].field; at < len(h.joins) && h.joins[at].field == i; at++ {
			if h.joins[at].cookie {
				b.WriteString("; ")
			} else {
				b.WriteString(", ")
			}
			b.WriteString(h.joins[at].value)
		}
		f.Value = b.String()
	}
}

// indexFrom is the number of fields from which on names are indexed, so that
// a head full of small fields is not searched over and over.
const indexFrom = 32

// place returns the index of the field called name, or -1.
func (h *Head) place(name string) int {
	if len(h.Fields) < indexFrom {
		return h.find(name)
	}
	if h.index == nil {
		h.index = make(map[string]int, 2*indexFrom)
		for i := range h.Fields {
			h.index[toLower(h.Fields[i].Name)] = i
		}
	}
	key := toLower(name)
	i, ok := h.index[key]
	if !ok {
		h.index[key] = len(h.Fields)
		return -1
	}
	return i
}
