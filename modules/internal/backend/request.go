package backend

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Admit looks at what a request asks of the way it reaches a backend.
// "Incremental: ?1" streams the body, unless the administrator wants it
// collected: that is 501.
func Admit(r *server.Request) server.Result {
	if strings.Trim(r.Header.Get("Incremental"), " \t") == "?1" && !r.StreamRequest() {
		return r.Fail(501)
	}
	return server.GoOn
}

// MayUpgrade reports whether the backend may answer 101. Where it may not, it
// does not see that the client has asked.
func MayUpgrade(r *server.Request, allowed bool) bool {
	if r.Header.Get("Upgrade") == "" {
		return false
	}
	if allowed && r.Version == server.HTTP11 && !r.HasBody() {
		return true
	}
	r.Header.Del("Upgrade")
	return false
}
