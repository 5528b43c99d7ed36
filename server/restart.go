package server

import (
	"strconv"

	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// maxPasses bounds how often one request may start over, whatever modules
// and error handlers ask for.
const maxPasses = 200

// recovery is what is remembered of a request's first answer while an error
// handler works on a better one.
type recovery struct {
	savedStatus int    // of the first answer; negative for error-handler-404
	savedMethod string // of the client, while error-handler runs as GET
	ownBody     bool   // the handler's body is sent, whatever the status
	passes      int    // comebacks so far
	loops       int    // local redirects so far
}

// comeback makes r ready for another pass (http_response_comeback). A request
// whose file is still known, or that has a handler, goes on; any other starts
// over with its target, conditions undecided.
func (s *Server) comeback(r *Request) {
	if r.passes++; r.passes > maxPasses {
		r.Errorf("too many internal restarts for %s -> 500", r.TargetOrig)
		r.Physical.Path = ""
		r.Fail(500)
		return
	}
	if r.Handler == nil && r.Physical.Path == "" {
		s.restart(r)
	}
}

// restart takes the request's target apart again.
func (s *Server) restart(r *Request) {
	r.rejected = false
	r.stay(nil)
	r.Physical, r.PathInfo, r.ServerName = Physical{}, "", ""
	r.URI.Authority = lowerASCII(r.Header.Get("Host"))
	r.Core = s.core.Global()
	target, ok := burl.Normalize(r.Target, s.Opts.Policy.URL)
	if ok {
		r.Target = target
		ok = r.parseTarget()
	}
	r.conds.Reset(len(s.Config.Contexts))
	if !ok {
		r.refuse(400)
	}
}

// callErrorHandler starts over with server.error-handler or
// server.error-handler-404 where they apply, and reports whether it did. After
// the handler's turn it settles which status is sent.
func (s *Server) callErrorHandler(r *Request) bool {
	if r.savedStatus > 0 {
		r.Method = r.savedMethod
	}
	if r.Handler != nil && !r.Core.ErrorIntercept {
		return false
	}
	if r.savedStatus != 0 {
		r.settle()
		return false
	}
	if r.Status < 400 || r.passes > maxPasses {
		return false
	}
	switch {
	case r.Core.ErrorHandler != "":
		s.runErrorHandler(r)
	case r.Core.ErrorHandler404 != "" && r.Status == 404:
		r.savedStatus = -r.Status
		s.redirectTo(r, r.Core.ErrorHandler404)
	default:
		return false
	}
	return true
}

// settle decides what an error handler's answer is sent as. Only an answer of
// class 2xx counts as one.
func (r *Request) settle() {
	r.ownBody = r.Status >= 200 && r.Status <= 299
	switch {
	case r.savedStatus > 0:
		r.Status = r.savedStatus
	case r.Status == 404:
		r.Status = -r.savedStatus
	}
}

// runErrorHandler runs server.error-handler: as GET, without the body.
func (s *Server) runErrorHandler(r *Request) {
	target := r.Core.ErrorHandler
	r.savedStatus, r.savedMethod = r.Status, r.Method
	r.run(s.pipe.reset)
	clear(r.values)
	if r.Conn.bodyUnread() {
		r.KeepAlive = false
	}
	r.ContentLength = h1.NoLength
	r.Method = "GET"
	s.redirectTo(r, target)
}

// redirectTo drops the answer and points r at another target.
func (s *Server) redirectTo(r *Request, target string) {
	r.Env.Set("REDIRECT_STATUS", strconv.Itoa(r.Status))
	r.dropAnswer()
	r.Handler, r.HandlerName = nil, ""
	r.Status, r.Target = 0, target
	r.passes++
	s.restart(r)
}
