package h1

import "bufio"

// Preface is what an HTTP/2 client with prior knowledge sends first (RFC 9113
// section 3.4).
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// IsPreface reports whether br starts with [Preface]. It waits only as long as
// what was received may still become one, and consumes nothing. On a read
// error it reports false; reading the head meets the error again.
func IsPreface(br *bufio.Reader) bool {
	for n := 1; n <= len(Preface); n++ {
		if have := min(br.Buffered(), len(Preface)); have > n {
			n = have
		}
		buf, err := br.Peek(n)
		if err != nil || string(buf) != Preface[:n] {
			return false
		}
	}
	return true
}
