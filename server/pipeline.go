package server

import "github.com/lighttpd-go/lighttpd-go/server/internal/h1"

// step is one entry of the pipeline: a module's hook, or what the core does
// at the boundary of two stages.
type step func(*Request) Result

// pipeline holds the hooks of all modules in the order they run, stage
// boundaries being entries like any other (plugins_call_init). It is built
// once for a configuration.
type pipeline struct {
	mapping  []step // target to file: uri, docroot and physical stages
	serving  []step // file system check and subrequest_start
	response []step // response_start
	done     []step // request_done
	reset    []step // request_reset, last module first
	env      []step // request_env
}

// newPipeline lays out the hooks of the loaded modules.
func newPipeline(s *Server, modules []Loaded) pipeline {
	var p pipeline
	uri := func(h *Hooks) func(*Request) Result {
		if h.URIRaw != nil { // a module with both is called here only
			return h.URIRaw
		}
		return nil
	}
	clean := func(h *Hooks) func(*Request) Result {
		if h.URIRaw != nil {
			return nil
		}
		return h.URIClean
	}
	p.mapping = append(p.mapping, s.configure)
	p.mapping = appendHooks(p.mapping, modules, uri)
	p.mapping = appendHooks(p.mapping, modules, clean)
	p.mapping = append(p.mapping, s.mapDocRoot)
	p.mapping = appendHooks(p.mapping, modules, func(h *Hooks) func(*Request) Result { return h.DocRoot })
	p.mapping = append(p.mapping, s.mapPhysical)
	p.mapping = appendHooks(p.mapping, modules, func(h *Hooks) func(*Request) Result { return h.Physical })
	p.mapping = append(p.mapping, s.logPhysical)
	p.serving = append(p.serving, s.checkPhysical)
	p.serving = appendHooks(p.serving, modules, func(h *Hooks) func(*Request) Result { return h.SubrequestStart })
	p.serving = append(p.serving, s.unhandled)
	p.response = appendHooks(nil, modules, func(h *Hooks) func(*Request) Result { return h.ResponseStart })
	p.env = appendHooks(nil, modules, func(h *Hooks) func(*Request) Result { return quiet(h.RequestEnv) })
	p.done = appendHooks(nil, modules, func(h *Hooks) func(*Request) Result { return quiet(h.RequestDone) })
	p.reset = appendHooks(nil, modules, func(h *Hooks) func(*Request) Result { return quiet(h.RequestReset) })
	for i, j := 0, len(p.reset)-1; i < j; i, j = i+1, j-1 {
		p.reset[i], p.reset[j] = p.reset[j], p.reset[i]
	}
	return p
}

// appendHooks adds one stage: the hook of each module that has it.
func appendHooks(steps []step, modules []Loaded, pick func(*Hooks) func(*Request) Result) []step {
	for i := range modules {
		if hook := pick(&modules[i].Hooks); hook != nil {
			steps = append(steps, hook)
		}
	}
	return steps
}

// quiet makes a hook without an opinion one that lets the next one run.
func quiet(hook func(*Request)) func(*Request) Result {
	if hook == nil {
		return nil
	}
	return func(r *Request) Result {
		hook(r)
		return GoOn
	}
}

// run calls the steps until one decides.
func (r *Request) run(steps []step) Result {
	for _, call := range steps {
		if rc := call(r); rc != GoOn {
			return rc
		}
	}
	return GoOn
}

// process takes r through as many passes as it needs, error handlers
// included, until its response is decided: Finished, or Failed to drop the
// connection.
func (s *Server) process(r *Request) Result {
	for {
		switch s.pass(r) {
		case Failed:
			return Failed
		case Comeback:
			s.comeback(r)
			continue
		}
		if !s.callErrorHandler(r) {
			return Finished
		}
	}
}

// reject answers a refused head: nothing but the connection is known of it,
// and the core's settings are the global ones. Failed drops the connection.
func (s *Server) reject(r *Request, rej *h1.Reject) Result {
	r.Method, r.Target, r.TargetOrig = rej.Method, rej.Target, rej.Target
	r.Version = HTTP10
	if rej.HTTP11 {
		r.Version = HTTP11
	}
	r.start()
	r.refuse(rej.Status)
	if s.callErrorHandler(r) {
		return s.process(r)
	}
	return Finished
}

// pass is one run through the pipeline (http_response_handler).
func (s *Server) pass(r *Request) Result {
	if r.Handler == nil {
		if rc := s.choose(r); rc != GoOn {
			return rc
		}
	}
	return r.Handler(r)
}

// choose runs the hooks until the response is decided or a handler is set,
// which GoOn tells (http_response_prepare).
func (s *Server) choose(r *Request) Result {
	if r.Status != 0 && r.Status != 200 {
		return Finished
	}
	if r.Physical.Path == "" {
		if rc := r.run(s.pipe.mapping); rc != GoOn {
			return rc
		}
	}
	if r.Handler != nil {
		return GoOn
	}
	return r.run(s.pipe.serving)
}

// configure forgets all conditions and works out the core's settings for the
// request as it is now (http_response_config).
func (s *Server) configure(r *Request) Result {
	r.conds.Reset(len(s.Config.Contexts))
	r.traceConditions(s.core.Global().Debug.ConditionHandling)
	r.Core = s.coreFor(r)
	r.traceConditions(r.Core.Debug.ConditionHandling)
	if !r.Core.HTTP11 && r.Version == HTTP11 {
		r.Version = HTTP10
		r.KeepAlive = false
	}
	limit := int64(r.Core.MaxRequestSize) << 10
	if limit != 0 && r.ContentLength > limit {
		r.Errorf("request-size too long: %d -> 413", r.ContentLength)
		r.KeepAlive = false
		return r.Fail(413)
	}
	r.logTarget()
	return GoOn
}

// traceConditions switches debug.log-condition-handling.
func (r *Request) traceConditions(on bool) {
	if !on {
		r.conds.Trace = nil
		return
	}
	if r.trace == nil {
		r.trace = func(line string) { r.Debugf("%s", line) }
	}
	r.conds.Trace = r.trace
}

// logTarget writes the first block of debug.log-request-handling.
func (r *Request) logTarget() {
	if !r.Core.Debug.RequestHandling {
		return
	}
	r.Debugf("-- parsed Request-URI")
	r.Debugf("Request-URI     : %s", r.Target)
	r.Debugf("URI-scheme      : %s", r.URI.Scheme)
	r.Debugf("URI-authority   : %s", r.URI.Authority)
	r.Debugf("URI-path (clean): %s", r.URI.Path)
	r.Debugf("URI-query       : %s", r.URI.Query)
}

// mapDocRoot ends the URI stages: "OPTIONS *" and CONNECT are answered, and
// the document root is proposed to the virtual-host modules.
func (s *Server) mapDocRoot(r *Request) Result {
	switch {
	case r.Method == "OPTIONS" && r.URI.Path == "*":
		r.answerOptions()
		return Finished
	case r.Method == "CONNECT" && r.Handler == nil:
		r.KeepAlive = false
		return r.Fail(405)
	}
	r.Physical.DocRoot = r.Core.DocumentRoot
	r.Physical.RelPath = r.URI.Path
	if r.Core.ForceLowercase {
		r.Physical.RelPath = lowerASCII(r.URI.Path)
	}
	return GoOn
}

// unhandled decides when no module took the request (section 9.1.9).
func (s *Server) unhandled(r *Request) Result {
	if r.Handler != nil {
		return GoOn
	}
	switch r.Method {
	case "OPTIONS":
		r.answerOptions()
		return Finished
	case "CONNECT":
		r.KeepAlive = false
		return r.Fail(405)
	case "GET", "HEAD", "POST", "QUERY":
		return r.Fail(403)
	}
	return r.Fail(501)
}

// answerOptions lists the methods that files answer. A module may have
// listed more before.
func (r *Request) answerOptions() {
	r.Resp.Append("Allow", "OPTIONS, GET, HEAD, POST")
	r.Status = 200
}

// RequestEnv lets modules add to r.Env before a backend is given it
// (plugins_call_handle_request_env).
func (r *Request) RequestEnv() { r.run(r.server.pipe.env) }

// done ends the request: access log, then every module forgets it. A request
// that was given up before it had a status is not logged.
func (s *Server) done(r *Request) {
	if r.Status != 0 {
		r.run(s.pipe.done)
	}
	r.run(s.pipe.reset)
	r.reset()
}
