package server

import (
	"net/netip"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// Version is the HTTP version of a request.
type Version uint8

// The versions lighttpd speaks.
const (
	HTTP10 Version = iota
	HTTP11
	HTTP2
)

// URI is the request target taken apart (request_st.uri).
type URI struct {
	Scheme    string // http or https
	Authority string // normalised Host, or ""
	Path      string // decoded and simplified
	Query     string // raw, normalised, without "?"
}

// Physical is where the path leads in the file system (request_st.physical).
type Physical struct{ DocRoot, BaseDir, RelPath, Path string }

// Request is one request and the response being decided for it (request_st).
// It belongs to one goroutine and is used again for the next request of the
// connection: keep nothing of it beyond RequestReset.
type Request struct {
	Conn *Conn
	Core *Core // settings of the core in force (r->conf)

	Method             string
	Target, TargetOrig string
	Version            Version
	Header             Header
	ContentLength      int64 // h1.NoLength, h1.Chunked, or bytes
	URI                URI
	Physical           Physical
	PathInfo           string
	// ServerName is the name of the virtual host that a module has chosen for
	// the request (r->server_name); if it is empty, server.name or the host of
	// the request is.
	ServerName string
	Env        Header // variables for backends (r->env)
	Start      time.Time

	// Peer and PeerText are the client's address as conditions, logs and
	// REMOTE_ADDR show it: the connection's, unless mod_extforward has
	// replaced it (r->dst_addr, r->dst_addr_buf). Peer is invalid for a unix
	// socket peer.
	Peer     netip.AddrPort
	PeerText string

	// Handler is set by the one module that takes the request
	// (r->handler_module); HandlerName is that module's name.
	Handler     func(*Request) Result
	HandlerName string

	Status int
	Resp   Header
	Queue  Queue
	// Tunnel takes over both directions after the head is sent with status
	// 101 (or 200 on HTTP/2).
	Tunnel    func(Stream) error
	KeepAlive bool

	server      *Server
	conds       eval.Results
	memo        []memo
	maskBuf     []byte
	joined      string // path that Join made last
	pathBuf     []byte
	near        *StatEntry // of the path last looked at
	nearChecked bool       // near was found fresh for this request
	values      []any
	rejected    bool // the head was refused: little is known of the request
	trace       func(string)
	recovery
}

// memo is one module's settings for this request, while epoch holds.
type memo struct {
	epoch    uint64
	settings any // *C of the module that owns the slot
}

// newRequest makes the one Request that a connection uses again and again.
func (s *Server) newRequest(c *Conn) *Request {
	return &Request{
		Conn:          c,
		server:        s,
		ContentLength: h1.NoLength,
		memo:          make([]memo, s.memos),
		values:        make([]any, s.slots),
	}
}

// begin makes r the request of a parsed head.
func (r *Request) begin(h *h1.Head) {
	r.Method, r.Target, r.TargetOrig = h.Method, h.Target, h.TargetOrig
	r.Version = HTTP10
	if h.HTTP11 {
		r.Version = HTTP11
	}
	r.Header.fields = append(r.Header.fields[:0], h.Fields...)
	r.ContentLength = h.ContentLength
	r.KeepAlive = h.KeepAlive
	r.start()
	r.URI.Authority = h.Authority
	if !r.parseTarget() {
		r.refuse(400)
	}
}

// start sets what requests and rejected heads have in common.
func (r *Request) start() {
	c := r.Conn
	r.Start = time.Now()
	r.Core = r.server.core.Global()
	r.Peer, r.PeerText = c.RemoteAddr, c.RemoteText
	r.URI.Scheme = "http"
	if c.Socket != nil && c.Socket.TLS {
		r.URI.Scheme = "https"
	}
	r.conds.Reset(len(r.server.Config.Contexts))
}

// refuse decides the answer to a request of which nothing more is to be
// known: conditions on its parts stay undecided, and the connection closes.
func (r *Request) refuse(status int) {
	r.rejected = true
	r.KeepAlive = false
	r.Status = status
}

// parseTarget takes Target apart (http_request_parse_target). It is false
// when the decoded path does not begin with a slash.
func (r *Request) parseTarget() bool {
	if r.Method == "CONNECT" && r.Version != HTTP2 || r.Method == "OPTIONS" && r.Target == "*" {
		r.URI.Path, r.URI.Query = r.Target, ""
		return true
	}
	path, query := burl.Split(r.Target)
	path, ok := burl.DecodePath(path)
	r.URI.Path, r.URI.Query = path, query
	return ok
}

// reset forgets the request and keeps the memory.
func (r *Request) reset() {
	r.Header.Reset()
	r.Env.Reset()
	r.Resp.Reset()
	r.Queue.Reset()
	clear(r.values)
	r.Method, r.Target, r.TargetOrig = "", "", ""
	r.ContentLength = h1.NoLength
	r.URI, r.Physical, r.PathInfo, r.ServerName = URI{}, Physical{}, "", ""
	r.Handler, r.HandlerName = nil, ""
	r.Status, r.Tunnel, r.KeepAlive = 0, nil, false
	r.rejected = false
	r.conds.Trace = nil
	r.stay(nil)
	r.recovery = recovery{}
}

// Fail decides the response: status, error page.
func (r *Request) Fail(status int) Result {
	r.Status = status
	r.Handler, r.HandlerName = nil, ""
	return Finished
}

// Invalidate forgets what is known of conditions on f
// (config_cond_cache_reset_item).
func (r *Request) Invalidate(f eval.Field) { r.server.Config.Invalidate(&r.conds, f) }

// Captures are the groups of the condition of a context, %0 first.
func (r *Request) Captures(context int) []string { return r.conds.Captures(context) }

// Slot is a module's per-request state (plugin_ctx). Make it with NewSlot at
// load time.
type Slot[T any] struct{ index int }

// NewSlot reserves a slot.
func NewSlot[T any](l *Loader) Slot[T] {
	l.slots++
	return Slot[T]{l.slots - 1}
}

// Of returns the state kept in r, or nil.
func (s Slot[T]) Of(r *Request) *T {
	v, _ := r.values[s.index].(*T)
	return v
}

// Set keeps v in r until the request ends; nil forgets it.
func (s Slot[T]) Set(r *Request, v *T) { r.values[s.index] = v }
