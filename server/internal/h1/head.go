// Package h1 reads and writes HTTP/1 the way lighttpd does: request heads,
// chunked and counted bodies, status lines. Bytes in, bytes out; it knows no
// configuration file and no modules. Where lighttpd is stricter than others –
// line ends, repeated Content-Length, Content-Length beside Transfer-Encoding –
// so is this package.
package h1

import "github.com/lighttpd-go/lighttpd-go/server/internal/burl"

// DefaultMaxHead is server.max-request-field-size when it is not set: the
// bytes a request head may have, request line and final empty line included.
const DefaultMaxHead = 8192

// Values of [Head.ContentLength] that are not a length.
const (
	NoLength int64 = -1 // neither Content-Length nor chunked: no body
	Chunked  int64 = -2 // Transfer-Encoding: chunked
)

// Policy is what the administrator decides about request heads
// (server.http-parseopts, server.max-request-field-size, method-get-body). It
// must not change while heads are read with it.
type Policy struct {
	// MaxHead is the largest head in bytes, 1 to 65535; 0 means
	// [DefaultMaxHead] (server.max-request-field-size).
	MaxHead int
	// HeaderStrict insists on CRLF and refuses control bytes in values
	// (header-strict).
	HeaderStrict bool
	// HostStrict insists on a plausible host name or address
	// (host-strict). It implies HostNormalize.
	HostStrict bool
	// HostNormalize writes addresses canonically and drops the default port
	// (host-normalize).
	HostNormalize bool
	// GETBody allows a body with GET and HEAD (method-get-body).
	GETBody bool
	// URL is how targets are normalised (the url-* options).
	URL burl.Options
	// TLS makes 443 the default port instead of 80.
	TLS bool
}

// DefaultPolicy is lighttpd's policy when nothing is configured.
func DefaultPolicy() Policy {
	return Policy{
		MaxHead:       DefaultMaxHead,
		HeaderStrict:  true,
		HostStrict:    true,
		HostNormalize: true,
		URL:           burl.Default(),
	}
}

// Field is one header field. The name keeps the case it came with.
type Field struct{ Name, Value string }

// Head is one parsed request head. [Policy.ReadHead] fills it and may be given
// the same Head again; strings taken from it stay valid.
type Head struct {
	Method string
	// Target is the normalised request target, TargetOrig what the client
	// sent (in absolute form without scheme and authority). They are the same
	// for CONNECT and "OPTIONS *".
	Target, TargetOrig string
	// HTTP11 tells HTTP/1.1 from HTTP/1.0.
	HTTP11 bool
	// Authority is the host by the rules of the policy, from an absolute
	// target or the Host field; "" only with HTTP/1.0.
	Authority string
	// Fields are in the order received, repeated ones joined. A
	// Transfer-Encoding of chunked is left out. Host has the value of
	// Authority; an absolute target adds one if the client sent none.
	Fields []Field
	// ContentLength is the length of the body, [NoLength] or [Chunked].
	ContentLength int64
	// KeepAlive is what the client wants: the default of its version, or what
	// its Connection lines say.
	KeepAlive bool
	// Expect100 reports an HTTP/1.1 client that waits for 100 Continue.
	Expect100 bool
	// Raw is the whole head as received.
	Raw string
	// Size is the length of Raw plus a blank line skipped before it.
	Size int

	ends  []int // of the lines of Raw
	joins []join
	index map[string]int
	memo  hostMemo
}

// hostMemo is the last Host that was checked: the requests of a connection
// mostly have the same one.
type hostMemo struct {
	policy   *Policy
	in, name string
}

// Reject is a head that is answered with an error; the connection closes after
// the answer.
type Reject struct {
	// Status is 400, 411, 431 or 501.
	Status int
	// HTTP11 is the version of the status line: HTTP/1.0 unless the request
	// line was read as HTTP/1.1.
	HTTP11 bool
	// Reason is lighttpd's log text, such as
	// "invalid character in URI -> 400".
	Reason string
	// Raw is the head, or as much of it as was received.
	Raw string
	// Method and Target are set if the request line could be read that far.
	Method, Target string
}

// Get returns the value of the field called name, in any case, or "".
func (h *Head) Get(name string) string {
	if i := h.find(name); i >= 0 {
		return h.Fields[i].Value
	}
	return ""
}

// reset empties h and keeps its memory.
func (h *Head) reset() {
	fields, joins := h.Fields[:0], h.joins[:0]
	clear(h.Fields)
	*h = Head{Fields: fields, ends: h.ends, joins: joins, memo: h.memo, ContentLength: NoLength}
}
