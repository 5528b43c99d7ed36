// Package backend reads what a backend answers – a CGI program, a FastCGI or
// SCGI application, a web server – and makes the client's response of it
// (http_response_read, http_response_parse_headers).
package backend

// Kind is the sort of backend. They differ in how an answer may begin and in
// which fields mean something.
type Kind uint8

const (
	// CGI is a program. What has no header is all body.
	CGI Kind = iota
	// Gateway is FastCGI, SCGI, uwsgi or AJP: a header without a status line,
	// as a rule.
	Gateway
	// Proxy is a web server: a status line comes first.
	Proxy
)
