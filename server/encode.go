package server

import (
	"time"

	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
	"github.com/lighttpd-go/lighttpd-go/server/internal/httpdate"
)

// EncodeHTML escapes the characters that mean something in HTML, and controls
// (ENCODING_HTML). Bytes from 0x80 on are kept.
func EncodeHTML(s string) string { return burl.EncodeHTML(s) }

// EncodePart percent-encodes a file name for use in a URL, slashes included
// (ENCODING_REL_URI_PART).
func EncodePart(name string) string {
	return string(burl.AppendEncodedPart(make([]byte, 0, len(name)+16), name))
}

// EncodePath percent-encodes a path for use in a URL, slashes excepted
// (ENCODING_REL_URI).
func EncodePath(path string) string { return burl.EncodePath(path) }

// HTTPDate is t as header fields write it (RFC 9110 section 5.6.7).
func HTTPDate(t time.Time) string { return httpdate.Format(t) }
