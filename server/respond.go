package server

// prepare finishes the response that was decided: error page, response hooks,
// range (http_response_write_prepare). What is left to the engine is how the
// end of the body is told.
func (s *Server) prepare(r *Request) {
	if r.Status == 0 {
		r.Fail(403)
	}
	if r.needsErrorPage() {
		r.errorPage()
	}
	r.dropBody()
	if r.run(s.pipe.response) == Failed {
		r.Fail(500)
		r.errorPage()
	}
	r.dropBody()
	if r.Core.RangeRequests {
		r.answerRange()
	}
}

// dropBody empties responses that never have a body.
func (r *Request) dropBody() {
	if r.Status == 204 || r.Status == 205 || r.Status == 304 {
		r.Queue.Reset()
	}
}
