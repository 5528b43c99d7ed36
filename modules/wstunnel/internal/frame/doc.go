// Package frame is the WebSocket framing of mod_wstunnel without any I/O
// (RFC 6455 section 5): a Decoder that takes a client's bytes in pieces of
// any size and leaves the payload in place, and functions that frame what
// goes to the client.
//
// It follows lighttpd, not the whole RFC: payload is passed on as it arrives
// and never assembled into a message, text is not checked for UTF-8, lengths
// need not be in their shortest form, and a CLOSE is answered 1000 before
// anything else about it is looked at.
package frame
