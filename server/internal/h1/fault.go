package h1

// fault is why a head is refused: the status and lighttpd's log text.
type fault struct {
	status int
	reason string
}

var (
	faultTooLarge  = &fault{431, "oversized request-header -> sending Status 431"}
	faultControl   = &fault{400, "invalid request-line -> sending Status 400"}
	faultTLSHello  = &fault{400, "unexpected TLS ClientHello on clear port"}
	faultShort     = &fault{400, "invalid request line (too short) -> 400"}
	faultNoCR      = &fault{400, "missing CR before LF in header -> 400"}
	faultVersion   = &fault{400, "unknown protocol -> 400"}
	faultLine      = &fault{400, "incomplete request line -> 400"}
	faultNoURI     = &fault{400, "no uri specified -> 400"}
	faultMethod    = &fault{501, "unknown http-method -> 501"}
	faultTarget    = &fault{400, "request-URI parse error -> 400"}
	faultURIChar   = &fault{400, "invalid character in URI -> 400"}
	faultURIPath   = &fault{400, "uri-path does not begin with '/' -> 400"}
	faultNoColon   = &fault{400, "invalid header missing ':' -> 400"}
	faultNoName    = &fault{400, "invalid header key -> 400"}
	faultNameSpace = &fault{400, "invalid whitespace between field-name and colon -> 400"}
	faultName      = &fault{400, "invalid character in header key -> 400"}
	faultNameBlank = &fault{400, "WS character in key -> 400"}
	faultValue     = &fault{400, "invalid character in header -> 400"}
	faultLength    = &fault{400, "invalid Content-Length header -> 400"}
	faultCoding    = &fault{501, "unsupported Transfer-Encoding -> 501"}
	faultCoding10  = &fault{400, "HTTP/1.0 with Transfer-Encoding (bad HTTP/1.0 proxy?) -> 400"}
	faultBoth      = &fault{400, "invalid Transfer-Encoding + Content-Length -> 400"}
	faultNoHost    = &fault{400, "HTTP/1.1 but Host missing -> 400"}
	faultHost      = &fault{400, "Invalid Hostname -> 400"}
	faultHostLong  = &fault{400, "uri-authority too long -> 400"}
	faultAuthority = &fault{400, "uri-authority empty or too long -> 400"}
	faultHop10     = &fault{400, "invalid hop-by-hop header w/o HTTP/1.1 -> 400"}
	faultNoLength  = &fault{411, "POST-request, but content-length missing -> 411"}
	faultGETBody   = &fault{400, "GET/HEAD with content-length -> 400"}
)

// controlFault is for a first byte that no request starts with; 0x16 is a TLS
// client that took this port for a TLS one.
func controlFault(c byte) *fault {
	if c == 0x16 {
		return faultTLSHello
	}
	return faultControl
}

// faultRepeated is for a second field that may not differ, or not be there.
func faultRepeated(name string) *fault {
	return &fault{400, "duplicate " + name + " header -> 400"}
}
