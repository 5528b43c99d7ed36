package eval

import "net/netip"

// Field is what a condition compares (comp_key_t).
type Field uint8

// The fields of section 8.1. RequestHeader takes a header name beside it;
// the named headers have their own entries in lighttpd and are RequestHeader
// here.
const (
	Unconditional Field = iota // the global context, and plain else
	HTTPURL
	HTTPQueryString
	HTTPHost
	HTTPScheme
	HTTPRequestMethod
	HTTPRemoteIP
	ServerSocket
	RequestHeader
)

// Subject is the request's (or connection's) side of a comparison.
type Subject interface {
	// Known reports whether f can be asked for yet (conditional_is_valid).
	Known(f Field) bool
	// Text is the compared text of f; header is the name for RequestHeader.
	// An absent header, query or host is "".
	Text(f Field, header string) string
	// RemoteAddr is the client's address; invalid for a unix socket peer.
	RemoteAddr() netip.Addr
}
