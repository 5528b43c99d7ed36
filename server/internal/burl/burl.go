// Package burl normalises request targets the way lighttpd's burl.c does, and
// turns them into paths that cannot leave a document root. Text in, text out:
// it knows nothing of requests or configuration.
package burl

import "strings"

// Options are the url-* entries of server.http-parseopts. The zero value
// normalises nothing; [Default] is what lighttpd uses unless told otherwise.
type Options struct {
	// Normalize is the master switch (url-normalize). Without it only the
	// fragment is cut.
	Normalize bool
	// Unreserved decodes %xx of letters, digits, "-", ".", "_" and "~", and
	// encodes what must not stand raw (url-normalize-unreserved). It is what
	// Normalize does when Required is off, too.
	Unreserved bool
	// Required keeps encoded only what has to be (url-normalize-required).
	// It wins over Unreserved.
	Required bool
	// CtrlsReject refuses %00–%1F and %7F, in the query too
	// (url-ctrls-reject).
	CtrlsReject bool
	// BackslashTrans exists so that configurations load; it acts on Windows
	// only and does nothing here (url-path-backslash-trans).
	BackslashTrans bool
	// Path2FDecode turns %2F of the path into "/" (url-path-2f-decode).
	Path2FDecode bool
	// Path2FReject refuses %2F in the path; it wins over Path2FDecode
	// (url-path-2f-reject).
	Path2FReject bool
	// DotsegRemove resolves "." and ".." and collapses "//" in the path
	// (url-path-dotseg-remove).
	DotsegRemove bool
	// DotsegReject refuses a path that DotsegRemove would change; it wins
	// over DotsegRemove (url-path-dotseg-reject).
	DotsegReject bool
	// Query20Plus turns %20 of the query into "+" (url-query-20-plus).
	Query20Plus bool
	// InvalidUTF8Reject refuses bytes that never occur in UTF-8, raw or
	// encoded: C0, C1, F5–FF (url-invalid-utf8-reject).
	InvalidUTF8Reject bool
}

// Default returns lighttpd's defaults.
func Default() Options {
	return Options{
		Normalize:         true,
		Unreserved:        true,
		CtrlsReject:       true,
		Path2FDecode:      true,
		DotsegRemove:      true,
		InvalidUTF8Reject: true,
	}
}

// Split cuts a target at its first raw "?" into path and query; the "?"
// belongs to neither.
func Split(target string) (path, query string) {
	path, query, _ = strings.Cut(target, "?")
	return path, query
}
