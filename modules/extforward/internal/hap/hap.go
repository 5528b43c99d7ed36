// Package hap reads headers of HAProxy's PROXY protocol, which tell who the
// client of a proxied connection is.
package hap

import (
	"bytes"
	"errors"
	"net/netip"
)

// Errors of a header that is missing or wrong. The connection cannot be used.
var (
	ErrMissing   = errors.New("no PROXY header")
	ErrMalformed = errors.New("malformed PROXY header")
	ErrCut       = errors.New("PROXY header is not complete")
)

// Header is what a PROXY header says.
type Header struct {
	// Peer is the client's address and Text is it as logs show it. Both are
	// empty if the header names none and the connection's own address counts.
	Peer netip.AddrPort
	Text string // or the path of a unix socket

	TLS      bool   // the client speaks TLS to the proxy
	Verified bool   // and its certificate was verified
	CN       string // common name in that certificate
	Env      []Variable
}

// Variable is one for backends, such as SSL_PROTOCOL.
type Variable struct{ Name, Value string }

// signature begins a header of version 2.
var signature = []byte("\r\n\r\n\x00\r\nQUIT\n")

// Parse reads a header of either version and returns its length. All of it
// has to be there.
func Parse(data []byte) (h Header, n int, err error) {
	switch {
	case bytes.HasPrefix(data, signature):
		return parseV2(data)
	case bytes.HasPrefix(data, []byte("PROXY ")):
		return parseV1(data)
	case bytes.HasPrefix(signature, data), bytes.HasPrefix([]byte("PROXY "), data):
		return h, 0, ErrCut
	}
	return h, 0, ErrMissing
}
