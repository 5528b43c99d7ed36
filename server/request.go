package server

import (
	"io"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
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
	Env                Header // variables for backends (r->env)
	Start              time.Time

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
	values      []any
	body        io.Reader
	savedStatus int // of the first answer, while an error handler runs
	passes      int // comebacks so far
	fromBackend bool
}

// memo is one module's settings for this request, while epoch holds.
type memo struct {
	epoch    uint64
	settings any // *C of the module that owns the slot
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
