package h1

import "strconv"

// maxHost is the length from which on an authority is refused.
const maxHost = 1024

// apply looks at one line of a special field.
func (ps *parser) apply(r rule, value string) *fault {
	switch r {
	case ruleHost:
		if len(value) >= maxHost {
			return faultHostLong
		}
	case ruleExpect: // HTTP/1.0 does not have 100 Continue
		if ps.h.HTTP11 && equalFold(value, "100-continue") {
			ps.h.Expect100 = true
		}
	case ruleUpgrade:
		ps.seen |= seenUpgrade
	case ruleHTTP2Settings:
		ps.seen |= seenHTTP2Settings
	case ruleConnection:
		ps.seen |= seenConnection
		ps.persistence(value)
	case ruleLength:
		return ps.contentLength(value)
	case ruleCoding:
		return ps.coding(value)
	}
	return nil
}

// contentLength accepts digits and nothing else (RFC 9110 section 8.6).
func (ps *parser) contentLength(value string) *fault {
	if value[0] < '0' || value[0] > '9' {
		return faultLength // a sign, which ParseInt would read
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return faultLength
	}
	ps.length = n
	return nil
}

// coding knows one coding. Each line is judged on its own.
func (ps *parser) coding(value string) *fault {
	switch {
	case !ps.h.HTTP11:
		return faultCoding10
	case !equalFold(value, "chunked"):
		return faultCoding
	}
	ps.chunked = true
	return nil
}

// persistence decides persistence line by line: within a line close wins,
// of several lines the last one that says anything.
func (ps *parser) persistence(value string) {
	switch {
	case FindToken(value, "close"):
		ps.h.KeepAlive = false
	case FindToken(value, "keep-alive"):
		ps.h.KeepAlive = true
	}
}
