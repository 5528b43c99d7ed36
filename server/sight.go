package server

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// ConnState is what a connection does, as mod_status shows it.
type ConnState int32

// The states a connection can be seen in. lighttpd's others pass without a
// wait here.
const (
	StateRead      ConnState = iota // waits for the rest of a head (CON_STATE_READ)
	StateKeepAlive                  // waits for another request
	StateReadPost                   // waits for a request body (CON_STATE_READ_POST)
	StateHandle                     // a module works on the response (CON_STATE_HANDLE_REQUEST)
	StateWrite                      // the response is sent, or a tunnel is open (CON_STATE_WRITE)
	StateClose                      // waits for the client to close (CON_STATE_CLOSE)
)

// Sight is what can be seen of a connection from outside.
type Sight struct {
	Client  string // address
	State   ConnState
	Tunnel  bool
	Began   time.Time // the present request, or when the connection became idle
	Host    string    // as in the request
	Server  string    // name of the virtual host, if a module or server.name gives one
	Path    string    // decoded
	Query   string
	Target  string // as the client sent it
	File    string // where the path leads
	Body    int64  // length of the request body, 0 if there is none or it is not known
	Read    int64  // bytes received for the present request, body only
	Queued  int64  // bytes of the response, as far as they are known
	Written int64  // of the present response, sent so far
	In, Out int64  // since the connection was accepted
}

// sight follows a connection. It belongs to the connection's goroutine;
// others see what is atomic, or behind the lock.
type sight struct {
	figures *Figures
	serial  int64
	state   atomic.Int32
	in, out atomic.Int64

	mu          sync.Mutex
	seen        Sight
	inAt, outAt int64 // in and out when the body and the response began
}

// follow begins to follow c, if somebody wants that.
func (f *Figures) follow(c *Conn) {
	if !f.followed {
		return
	}
	c.sight = &sight{figures: f, serial: f.accepted.Add(1)}
	c.sight.seen = Sight{Client: c.RemoteText, Began: time.Now()}
	c.wire.sight = c.sight
}

// Sights looks at all connections, the newest first.
func (f *Figures) Sights() []Sight {
	var all []*sight
	for _, c := range f.server.engine.list() {
		if c.sight != nil {
			all = append(all, c.sight)
		}
	}
	slices.SortFunc(all, func(a, b *sight) int { return cmp.Compare(b.serial, a.serial) })
	seen := make([]Sight, len(all))
	for i, s := range all {
		seen[i] = s.look()
	}
	return seen
}

func (s *sight) look() Sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.seen
	v.State = ConnState(s.state.Load())
	v.In, v.Out = s.in.Load(), s.out.Load()
	if v.Body > 0 {
		v.Read = min(max(v.In-s.inAt, 0), v.Body)
	}
	if v.Queued > 0 || v.Tunnel {
		v.Written = v.Out - s.outAt
	}
	return v
}

// enter notes the state of the connection.
func (c *Conn) enter(state ConnState) {
	if c.sight != nil {
		c.sight.state.Store(int32(state))
	}
}

// received and sent count bytes.
func (s *sight) received(n int64) {
	s.in.Add(n)
	s.figures.in.Add(n)
}

func (s *sight) sent(n int64) {
	s.out.Add(n)
	s.figures.out.Add(n)
}

// begins shows a request whose head has been read.
func (s *sight) begins(r *Request) {
	s.mu.Lock()
	v := &s.seen
	v.Client, v.Began = r.PeerText, r.Start
	v.Host, v.Path, v.Query, v.Target = r.URI.Authority, r.URI.Path, r.URI.Query, r.TargetOrig
	if r.ContentLength > 0 {
		v.Body = r.ContentLength
		s.inAt = s.in.Load() - int64(r.Conn.br.Buffered())
	}
	s.mu.Unlock()
	s.state.Store(int32(StateHandle))
}

// answers shows a response that has been decided, by its request as it is
// now.
func (s *sight) answers(r *Request, length int64) {
	s.mu.Lock()
	v := &s.seen
	v.Client, v.Server = r.PeerText, r.shownName()
	v.Path, v.Query, v.File = r.URI.Path, r.URI.Query, r.Physical.Path
	v.Queued, v.Tunnel = length, r.Tunnel != nil
	s.outAt = s.out.Load()
	s.mu.Unlock()
	s.state.Store(int32(StateWrite))
}

// rests forgets the request. Nothing of it stays in memory while the
// connection is idle.
func (s *sight) rests(client string) {
	s.mu.Lock()
	s.seen = Sight{Client: client, Began: time.Now()}
	s.mu.Unlock()
}

// shownName is the name of the virtual host: as a module or server.name has
// it, else that of the request.
func (r *Request) shownName() string {
	switch {
	case r.ServerName != "":
		return r.ServerName
	case r.Core != nil && r.Core.Name != "":
		return r.Core.Name
	}
	return r.URI.Authority
}
