package server

import (
	"bufio"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// Question is a request that nobody has sent, for Explain.
type Question struct {
	Method, Target string     // Target as in a request line: a path, with or without a query
	Header         []Field    // Host among them
	RemoteAddr     netip.Addr // of the client
	Socket         string     // canonical address of the listening socket
	TLS            bool       // the socket speaks TLS
}

// Explanation tells how a request would be answered, and why.
type Explanation struct {
	Method string `json:"method"`
	Target string `json:"target"`
	Client string `json:"client"`
	Socket string `json:"socket"`

	Scheme   string `json:"scheme"`
	Host     string `json:"host"`
	Path     string `json:"path"`
	Query    string `json:"query"`
	PathInfo string `json:"path_info,omitempty"`

	// Restarts are the targets that the request went on with, in order:
	// rewrites, error handlers.
	Restarts []ExplainedRestart `json:"restarts,omitempty"`
	Blocks   []ExplainedBlock   `json:"conditions"`
	Settings []ExplainedSetting `json:"settings"`

	// Module is the one that would answer, or has decided the status; "core"
	// is the server itself.
	Module       string `json:"module"`
	DocumentRoot string `json:"document_root"`
	File         string `json:"physical_path"`
	// Status is decided before any handler runs; 0 leaves it to Module.
	Status int `json:"status,omitempty"`
	// Refused is why the request's head was not accepted.
	Refused string   `json:"refused,omitempty"`
	Header  []string `json:"response_headers,omitempty"`
	Log     []string `json:"log,omitempty"`
}

// ExplainedRestart is a target that a module or an error handler has set.
type ExplainedRestart struct {
	Target string `json:"target"`
	By     string `json:"by"`
}

// explainer follows one request through the pipeline of a server that does
// nothing else.
type explainer struct {
	s      *Server
	r      *Request
	out    *Explanation
	texts  map[int]string // by context: what was compared when it was decided
	asked  map[int]bool   // contexts that somebody asked for
	silent bool           // questions of our own are not noted
	by     string         // who runs, or was last to decide
	core   map[string]inForce
}

// Explain runs a request through the pipeline, up to the handler, which does
// not run. It is for a server that is not serving, made with
// Options.Preflight.
func (s *Server) Explain(q Question) (*Explanation, error) {
	e := &explainer{s: s, out: &Explanation{}, by: "core", texts: map[int]string{}, asked: map[int]bool{}}
	head, reject, err := s.readQuestion(q)
	if err != nil {
		return nil, err
	}
	e.r = s.newRequest(q.conn(s))
	pipe := s.pipe
	defer func() { s.pipe = pipe }()
	s.pipe = newPipeline(s, e.watched())
	s.pipe.mapping[0] = e.configure
	if reject == nil {
		e.r.begin(head)
		e.follow()
	} else {
		e.refused(q, reject)
	}
	e.describe(q)
	return e.out, nil
}

// watched are the modules with hooks that tell when they run.
func (e *explainer) watched() []Loaded {
	modules := slices.Clone(e.s.modules)
	for i := range modules {
		watch := func(hook *func(*Request) Result) {
			call, name := *hook, modules[i].Name
			if call == nil {
				return
			}
			*hook = func(r *Request) Result {
				e.by = name
				rc := call(r)
				if rc == GoOn {
					e.by = "core"
				}
				return rc
			}
		}
		h := &modules[i].Hooks
		for _, hook := range []*func(*Request) Result{&h.URIRaw, &h.URIClean, &h.DocRoot, &h.Physical, &h.SubrequestStart} {
			watch(hook)
		}
	}
	return modules
}

// conn is the connection on which the request would arrive.
func (q *Question) conn(s *Server) *Conn {
	return &Conn{
		Socket:     &Socket{Token: q.Socket, TLS: q.TLS},
		RemoteAddr: netip.AddrPortFrom(q.RemoteAddr, 40000),
		RemoteText: q.RemoteAddr.String(),
		server:     s,
	}
}

// readQuestion reads the question as the bytes that a client would send, so
// that it is judged like any other request.
func (s *Server) readQuestion(q Question) (*h1.Head, *h1.Reject, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", q.Method, q.Target)
	for _, f := range q.Header {
		if strings.ContainsAny(f.Name+f.Value, "\r\n") {
			return nil, nil, fmt.Errorf("header %q has a line end in it", f.Name)
		}
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	b.WriteString("\r\n")
	if strings.ContainsAny(q.Method+q.Target, "\r\n") {
		return nil, nil, fmt.Errorf("method or URL has a line end in it")
	}
	policy := s.Opts.Policy
	policy.TLS = q.TLS
	head := new(h1.Head)
	in := bufio.NewReaderSize(strings.NewReader(b.String()), max(b.Len(), policy.MaxHead)+3)
	reject, err := policy.ReadHead(in, true, head)
	return head, reject, err
}

// configure is the first step of a pass: what the core's directives say is
// noted while it is true, since later steps may change the path.
func (e *explainer) configure(r *Request) Result {
	rc := e.s.configure(r)
	e.texts, e.asked = map[int]string{}, map[int]bool{}
	for i := range e.s.core.patches {
		e.note(e.s.Config.Contexts[e.s.core.patches[i].context])
	}
	r.conds.Trace = e.trace
	e.core = map[string]inForce{}
	e.collect(e.core, Owner{"core", coreTable.rows()})
	return rc
}

// note remembers the texts of a block that was just decided, and of those it
// depends on.
func (e *explainer) note(ctx *eval.Context) {
	for ; ctx != nil && ctx.ID != 0 && !e.asked[ctx.ID]; ctx = ctx.Parent {
		e.asked[ctx.ID] = true
		e.texts[ctx.ID] = e.r.Text(ctx.Cond.Field, ctx.Cond.Header)
		if ctx.Prev != nil {
			e.note(ctx.Prev)
		}
	}
}

// trace notes decisions as they are made; line is one of
// debug.log-condition-handling.
func (e *explainer) trace(line string) {
	var id int
	if _, err := fmt.Sscanf(line, "%d (uncached) result:", &id); err != nil {
		return
	}
	ctx := e.s.Config.Contexts[id]
	e.texts[id] = e.r.Text(ctx.Cond.Field, ctx.Cond.Header)
	if !e.silent {
		e.asked[id] = true
	}
}

// follow goes through the passes until a module takes the request or the
// status is decided.
func (e *explainer) follow() {
	for {
		target := e.r.Target
		rc := e.s.choose(e.r)
		by := e.by
		if rc == Comeback {
			e.s.comeback(e.r)
		} else if rc == Failed || e.r.Handler != nil || !e.s.callErrorHandler(e.r) {
			e.out.Module = by
			if e.r.Handler != nil {
				e.out.Module = e.r.HandlerName
			}
			return
		} else {
			by = "error handler"
		}
		if e.r.Target != target {
			e.out.Restarts = append(e.out.Restarts, ExplainedRestart{e.r.Target, by})
		}
	}
}

// refused describes a request whose head is not accepted.
func (e *explainer) refused(q Question, reject *h1.Reject) {
	e.r.Method, e.r.Target, e.r.TargetOrig = q.Method, q.Target, q.Target
	e.r.start()
	e.r.refuse(reject.Status)
	e.out.Refused = reject.Reason
	e.out.Module = "core"
	e.r.conds.Trace = e.trace
	e.core = e.global()
}

// global is what the core's directives say outside of all conditions, which
// is what counts for a refused request.
func (e *explainer) global() map[string]inForce {
	found := map[string]inForce{}
	for _, row := range coreTable.rows() {
		if setting, ok := e.s.Config.Contexts[0].Get(row.Name); ok {
			found[row.Name] = inForce{setting, 0}
		}
	}
	return found
}

// describe fills in what is known at the end.
func (e *explainer) describe(q Question) {
	r, out := e.r, e.out
	out.Method, out.Target = q.Method, q.Target
	out.Client, out.Socket = r.PeerText, q.Socket
	out.Scheme, out.Host = r.URI.Scheme, r.URI.Authority
	out.Path, out.Query, out.PathInfo = r.URI.Path, r.URI.Query, r.PathInfo
	out.Status = r.Status
	out.DocumentRoot, out.File = r.Physical.DocRoot, r.Physical.Path
	for name, value := range r.Resp.All() {
		out.Header = append(out.Header, name+": "+value)
	}
	e.silent = true
	e.blocks()
	e.settings()
}
