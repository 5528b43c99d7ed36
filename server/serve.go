package server

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// next is what becomes of a connection after a request.
type next uint8

const (
	again    next = iota // wait for another request
	linger               // half-close, wait for the client's end, close
	drop                 // close at once
	detached             // a relay owns it; Stream.Finish goes on
	parked               // idle for a while; the parking goes on
)

// ServeConn serves an accepted connection. It returns when the connection has
// ended, but also when it is idle or a tunnel's relay has it: what goes on then
// needs no goroutine. sock.Ended tells the end in all cases.
func (s *Server) ServeConn(nc net.Conn, sock *Socket) {
	c := s.newConn(nc, sock)
	if !c.accepted() {
		c.end(drop)
		return
	}
	c.run()
}

// run serves requests as long as they come.
func (c *Conn) run() {
	what := again
	for what == again {
		what = c.serveOne()
	}
	if what == linger || what == drop {
		c.end(what)
	}
}

// accepted runs the ConnAccept hooks.
func (c *Conn) accepted() bool {
	for i := range c.server.modules {
		m := &c.server.modules[i]
		if m.Hooks.ConnAccept != nil && c.call(m.Name, m.Hooks.ConnAccept) == Failed {
			return false
		}
	}
	return true
}

// call runs one hook of a connection. A panic counts as Failed.
func (c *Conn) call(module string, hook func(*Conn) Result) (rc Result) {
	defer func() {
		if v := recover(); v != nil {
			c.server.logPanic(module, v)
			rc = Failed
		}
	}()
	return hook(c)
}

// end closes the connection and lets go of everything it holds.
func (c *Conn) end(what next) {
	c.releaseBuffers()
	if what == linger {
		c.enter(StateClose)
		c.linger()
	}
	c.closed()
	c.net.Close()
	c.server.engine.remove(c)
	if c.Socket != nil && c.Socket.Ended != nil {
		c.Socket.Ended()
	}
}

// closed runs the ConnClose hooks, last module first.
func (c *Conn) closed() {
	mods := c.server.modules
	for i := len(mods) - 1; i >= 0; i-- {
		if hook := mods[i].Hooks.ConnClose; hook != nil {
			c.call(mods[i].Name, func(c *Conn) Result {
				hook(c)
				return GoOn
			})
		}
	}
}

// serveOne waits for a request and answers it.
func (c *Conn) serveOne() (what next) {
	if err := c.await(); err != nil {
		if err == errParked {
			return parked
		}
		c.logTimeout(err)
		return drop
	}
	r := c.req
	first := c.requests == 0
	c.inBase, c.outBase = c.BytesIn-int64(c.br.Buffered()), c.BytesOut
	c.headSent, c.aborted = 0, false
	rej, err := c.policy().ReadHead(c.br, first, &c.head)
	if err != nil {
		c.logTimeout(err)
		return drop
	}
	c.requests++
	defer func() {
		if v := recover(); v != nil {
			c.server.logPanic(r.HandlerName, v)
			c.aborted = true
			c.discard(r)
			what = drop
		}
	}()
	if rej != nil {
		c.logReject(rej)
		decided := c.server.reject(r, rej)
		r.KeepAlive = false
		return c.finish(r, c.answer(r, decided))
	}
	r.begin(&c.head)
	if c.sight != nil {
		c.sight.begins(r)
	}
	c.logHead()
	return c.finish(r, c.answer(r, c.server.process(r)))
}

// answer sends the response that was decided.
func (c *Conn) answer(r *Request, decided Result) next {
	s := c.server
	if decided == Failed {
		c.aborted = true
		return drop
	}
	if err := r.collectResponse(); err != nil {
		s.collectFailed(r, err)
	}
	s.prepare(r)
	return c.send(r)
}

// finish runs what comes after a response and says how the connection goes
// on. A detached tunnel comes here again when it is over.
func (c *Conn) finish(r *Request, what next) next {
	if what == detached {
		return what
	}
	c.idle = c.limits(r).keepAlive
	c.endBody()
	c.server.done(r)
	if c.sight != nil {
		c.sight.rests(c.RemoteText)
	}
	return what
}

// discard drops a request whose hooks have panicked, calling none of them.
func (c *Conn) discard(r *Request) {
	c.endBody()
	r.Queue.Reset()
}

// logPanic tells in which module's code a hook panicked, and where. It must be
// called by the deferred function that recovered. module is a guess for code
// that lies in no module's folder.
func (s *Server) logPanic(module string, v any) {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	where := ""
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if where == "" && !strings.HasPrefix(f.Function, "runtime.") {
			where = filepath.Base(f.File) + "." + itoa(f.Line)
		}
		if _, in, ok := strings.Cut(f.Function, "/modules/"); ok {
			folder, _, _ := strings.Cut(in, ".")
			module = "modules/" + folder
			break
		}
	}
	if module == "" {
		module = "core"
	}
	s.Log.Errorf("%s: panic at %s: %v", module, where, v)
}

// logTimeout writes what debug.log-timeouts asks for.
func (c *Conn) logTimeout(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) && !c.server.engine.isDraining() {
		c.logIdle()
	}
}

func (c *Conn) logIdle() {
	if !c.core().Debug.Timeouts {
		return
	}
	if c.requests > 0 {
		c.server.Log.Debugf("connection closed - keep-alive timeout: %d", c.ID)
		return
	}
	c.server.Log.Debugf("connection closed - read timeout: %d", c.ID)
}

// logHead writes the request head for debug.log-request-header.
func (c *Conn) logHead() {
	if c.core().Debug.RequestHeader {
		logLines(c.server.Log, "fd:"+itoa(c.ID)+" rqst: ", c.head.Raw)
	}
}

// logReject tells why a head was refused. What may be an attack, or a client
// on the wrong port, is told in any case.
func (c *Conn) logReject(rej *h1.Reject) {
	s := c.server
	debug := s.core.Global().Debug
	verbose := s.Opts.HeaderOnError || debug.RequestHandling || debug.RequestHeader
	switch {
	case rej.Raw != "" && rej.Raw[0] < ' ':
		s.Log.Errorf("%s (%s)", rej.Reason, c.RemoteText)
		return
	case verbose || rej.Status == 431:
		s.Log.Errorf("%s", rej.Reason)
	}
	if verbose {
		logLines(s.Log, "rqst: ", rej.Raw)
	}
}

// logLines writes the lines of a head, each with a prefix, the empty one
// included.
func logLines(l *Log, prefix, head string) {
	for head != "" {
		line, rest, _ := strings.Cut(head, "\n")
		l.Debugf("%s%s", prefix, strings.TrimSuffix(line, "\r"))
		head = rest
	}
}

// policy is how heads on this connection are read.
func (c *Conn) policy() *h1.Policy {
	if c.Socket != nil && c.Socket.TLS {
		return &c.server.engine.tlsPolicy
	}
	return &c.server.Opts.Policy
}

// idleLimits are times of inactivity after which a connection is closed.
type idleLimits struct{ read, write, keepAlive time.Duration }

// limits are the idle limits by the conditions of r.
func (c *Conn) limits(r *Request) idleLimits {
	core := r.Core
	if core == nil {
		core = c.core()
	}
	return idleLimits{
		read:      time.Duration(core.MaxReadIdle) * time.Second,
		write:     time.Duration(core.MaxWriteIdle) * time.Second,
		keepAlive: time.Duration(core.MaxKeepAliveIdle) * time.Second,
	}
}
