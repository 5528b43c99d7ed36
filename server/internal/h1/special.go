package h1

import "strconv"

// maxHost is the length from which on an authority is refused.
const maxHost = 1024

func (ps *parser) checkHost(value string) *fault {
	if len(value) >= maxHost {
		return faultHostLong
	}
	return nil
}

// checkLength accepts digits and nothing else (RFC 9110 section 8.6).
func (ps *parser) checkLength(value string) *fault {
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

// checkCoding knows one coding. Each line is judged on its own.
func (ps *parser) checkCoding(value string) *fault {
	switch {
	case !ps.h.HTTP11:
		return faultCoding10
	case !equalFold(value, "chunked"):
		return faultCoding
	}
	ps.chunked = true
	return nil
}

// checkConnection decides persistence line by line: within a line close wins,
// of several lines the last one that says anything.
func (ps *parser) checkConnection(value string) *fault {
	ps.seen |= seenConnection
	switch {
	case FindToken(value, "close"):
		ps.h.KeepAlive = false
	case FindToken(value, "keep-alive"):
		ps.h.KeepAlive = true
	}
	return nil
}

// checkExpect knows 100-continue, which HTTP/1.0 does not have.
func (ps *parser) checkExpect(value string) *fault {
	if ps.h.HTTP11 && equalFold(value, "100-continue") {
		ps.h.Expect100 = true
	}
	return nil
}

func (ps *parser) checkUpgrade(string) *fault {
	ps.seen |= seenUpgrade
	return nil
}

func (ps *parser) checkHTTP2Settings(string) *fault {
	ps.seen |= seenHTTP2Settings
	return nil
}
