package server

import "strings"

// HostName is the host of an authority such as "example.org:8080" or
// "[::1]:80", without the port.
func HostName(authority string) string {
	from := max(strings.IndexByte(authority, ']'), 0) // behind an IPv6 address
	if i := strings.IndexByte(authority[from:], ':'); i >= 0 {
		return authority[:from+i]
	}
	return authority
}

// IsDirName reports whether a name that came with a request may become a part
// of a path: it cannot climb, hide or have parts of its own. Host names that
// fail this come through only without host-strict.
func IsDirName(name string) bool {
	return !strings.HasPrefix(name, ".") && !strings.ContainsAny(name, "/\x00")
}

// NormalHost checks an authority that did not come with the request's Host by
// the same rules, and returns its normal form.
func (r *Request) NormalHost(authority string) (string, bool) {
	return r.Conn.policy().HostName(authority)
}
