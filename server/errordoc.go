package server

import (
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// dropAnswer forgets headers and body decided so far, but for the challenges
// of a 401 (http_response_errdoc_init).
func (r *Request) dropAnswer() {
	var challenges []string
	for name, value := range r.Resp.All() {
		if r.Status == 401 && strings.EqualFold(name, "WWW-Authenticate") {
			challenges = append(challenges, value)
		}
	}
	r.Physical.Path = ""
	r.Resp.Reset()
	r.Queue.Reset()
	r.Tunnel = nil
	for _, challenge := range challenges {
		r.Resp.Add("WWW-Authenticate", challenge)
	}
}

// needsErrorPage reports whether the body of the response is ours to make: no
// module produced it, or server.error-intercept takes a backend's away.
func (r *Request) needsErrorPage() bool {
	switch {
	case r.Status < 400 || r.Status >= 600:
		return false
	case r.Handler == nil:
		return !r.ownBody
	}
	return r.Core.ErrorIntercept && r.savedStatus == 0
}

// errorPage makes the body of an error response: server.errorfile-prefix, or
// the built-in page (http_response_static_errdoc).
func (r *Request) errorPage() {
	r.dropAnswer()
	if prefix := r.Core.ErrorfilePrefix; prefix != "" && r.errorFile(prefix+strconv.Itoa(r.Status)+".html") {
		return
	}
	r.Resp.Set("Content-Type", "text/html")
	r.Queue.appendShared(builtinErrorPage(r.Status))
}

// errorFile answers with a file, if it can be opened. It has neither ETag nor
// Last-Modified: it is not the resource that was asked for.
func (r *Request) errorFile(path string) bool {
	e, err := r.Stat(path)
	if err != nil {
		return false
	}
	e, err = r.appendFile(e, true)
	if err != nil {
		return false
	}
	r.Physical.Path = path
	if t := e.contentType(r); t != "" {
		r.Resp.Set("Content-Type", t)
	}
	return true
}

// errorPages are the built-in pages that were needed so far, from status 400.
var errorPages [200]atomic.Pointer[[]byte]

// builtinErrorPage is lighttpd's page for a status from 400 to 599. Nobody
// writes to it.
func builtinErrorPage(status int) []byte {
	kept := &errorPages[status-400]
	if page := kept.Load(); page != nil {
		return *page
	}
	page := makeErrorPage(status)
	kept.Store(&page)
	return page
}

func makeErrorPage(status int) []byte {
	name := strconv.Itoa(status) + " " + h1.Reason(status)
	return []byte("<!DOCTYPE html>\n<html lang=\"en\">\n <head>\n  <meta charset=\"UTF-8\" />\n" +
		"  <title>" + name + "</title>\n </head>\n <body>\n  <h1>" + name + "</h1>\n </body>\n</html>\n")
}
