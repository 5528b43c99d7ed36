// Package server is the heart of lighttpd-go: modules and their directives,
// the request pipeline, the response that is decided first and sent
// afterwards, and the HTTP/1 connection loop.
//
// Data flows one way. A configuration (package eval) becomes a Server; a
// connection yields requests; each request passes through the hooks of the
// loaded modules until its response is decided; only then is it sent.
package server
