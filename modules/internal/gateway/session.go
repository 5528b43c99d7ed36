package gateway

import "net"

// Request is what the layer has to know of a request.
type Request struct {
	Path      string // decoded, before PATH_INFO is split off
	Query     string
	Authority string // lower-case Host without the default port
	Client    string // text of the client's address
	Log       Log
	Debug     int // the module's *.debug
}

// logf logs from a debug level on.
func (r *Request) logf(level int, format string, a ...any) {
	if r.Debug >= level {
		r.Log.Errorf(format, a...)
	}
}

// Session is one request's hold on a host (gw_handler_ctx). The host counts
// it in its load until Release.
type Session struct {
	// Host is the host in use; it changes when connecting fails over.
	Host *Host

	layer   *Layer
	backend *Backend
	balance Balance
	req     Request
	proc    *Process // in use; nil before Dial
}

// Choose takes a host of k for a request. It returns nil if none is up: the
// answer is 503, and the error log says so once until the key is used again.
func (l *Layer) Choose(k *Backend, b Balance, req Request) *Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &Session{layer: l, backend: k, balance: b, req: req}
	if !s.assign() {
		return nil
	}
	return s
}

// assign takes a host. Layer.mu is held.
func (s *Session) assign() bool {
	h := s.backend.choose(s.balance, &s.req)
	if h == nil {
		if !s.backend.quiet {
			s.backend.quiet = true
			s.req.Log.Errorf("all handlers for %s?%s on %s are down.", s.req.Path, s.req.Query, s.backend.Key)
		}
		return false
	}
	s.backend.quiet = false
	s.Host = h
	h.load++
	s.req.logf(1, "gw - found a host %s", h.name())
	return true
}

// name is a host for messages: address and port.
func (h *Host) name() string {
	if h.Socket != "" {
		return h.Socket + " 0"
	}
	host, port, _ := net.SplitHostPort(h.Addr.String())
	return host + " " + port
}

// acquire takes a process of the host. Layer.mu is held.
func (s *Session) acquire() *Process {
	p := s.Host.pick()
	if p == nil {
		return nil
	}
	s.proc = p
	p.load++
	s.layer.active++
	s.req.logf(1, "gw - got proc: pid: %d socket: %s load: %d", p.pid(), p.addr, p.load)
	return p
}

// Release gives the host back; calling it again does nothing.
func (s *Session) Release() {
	s.layer.mu.Lock()
	defer s.layer.mu.Unlock()
	s.drop()
}

// drop is Release with Layer.mu held.
func (s *Session) drop() {
	if p := s.proc; p != nil {
		p.load--
		p.since = s.layer.clock()
		s.layer.active--
		s.proc = nil
		s.req.logf(1, "gw - released proc: pid: %d socket: %s load: %d", p.pid(), p.addr, p.load)
	}
	if s.Host != nil {
		s.Host.load--
		s.Host = nil
	}
}

// Address is the backend in use as the log shows it, tcp:IP:PORT or
// unix:PATH.
func (s *Session) Address() string {
	if s.proc == nil {
		return ""
	}
	return s.proc.addr.String()
}
