package backend

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Source is a backend's side of a request. Read returns io.EOF when the
// backend has ended its answer in an orderly way, an error that wraps
// os.ErrDeadlineExceeded when it took too long, and any other error when the
// answer is broken off.
type Source interface {
	io.ReadCloser // Close is called once, when nothing more is wanted
	// Abort tells that the client has gone. A Read that waits has to return.
	// Abort and Shut are called from other goroutines.
	Abort()
	// Shut tells that the client has half-closed (tcp-fin-propagate).
	Shut()
}

// Options are what the module and its settings say about answers. The zero
// value is a CGI program that may do nothing special.
type Options struct {
	Kind Kind
	// Name is the backend in messages: a path, or an address.
	Name string
	// LocalRedirect, if set, is asked to process the request anew when the
	// answer is nothing but a Location with a path (cgi.local-redir).
	LocalRedirect func(path string) server.Result
	// Sendfile, if set, allows X-Sendfile.
	Sendfile *Sendfile
	// Tunnel, if set, allows the answer 101: it is what the client's
	// connection is handed to, with the bytes that came behind the head. It
	// has to close the source.
	Tunnel func(s server.Stream, early []byte) error
	// BodySent is closed when the request body needs no more reading; nil if
	// that is so already.
	BodySent <-chan struct{}
}

// exchange is one answer on its way.
type exchange struct {
	r     *server.Request
	src   Source
	o     *Options
	buf   []byte // of the head, and what came behind it
	watch *server.Watch
	once  sync.Once
}

// sent is a channel that is closed.
var sent = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Respond makes the response to r of what src answers. It returns when the
// head is known; the engine reads the body.
func Respond(r *server.Request, src Source, o Options) server.Result {
	if o.BodySent == nil {
		o.BodySent = sent
	}
	x := &exchange{r: r, src: src, o: &o, watch: r.WatchClient(o.BodySent, src.Abort, src.Shut)}
	for {
		text, err := x.readHead()
		if err != nil {
			return x.broken(err)
		}
		a := interpret(parseHead(text, o.Kind, r.HeaderStrict()), o.Kind)
		if !a.interim() {
			return x.deliver(a)
		}
		if err := r.ForwardInterim(a.status, &a.fields); err != nil {
			x.end()
			return server.Failed
		}
	}
}

// errTooLarge is a head that does not end in time.
var errTooLarge = errors.New("response headers too large")

// readHead reads up to the end of a head, which stays empty if the answer has
// none. What came behind it is left in buf.
func (x *exchange) readHead() (string, error) {
	s := scanner{kind: x.o.Kind}
	for {
		switch s.scan(x.buf) {
		case complete, noHead:
			text := string(x.buf[:s.end])
			x.buf = x.buf[s.end:]
			return text, nil
		case tooLarge:
			return "", errTooLarge
		}
		err := x.fill()
		switch {
		case err == io.EOF && len(x.buf) > 0 && x.o.Kind == CGI:
			return "", nil // text without a header
		case err != nil:
			return "", err
		}
	}
}

// fill reads once. It returns either bytes or an error.
func (x *exchange) fill() error {
	if len(x.buf) == cap(x.buf) {
		x.buf = append(make([]byte, 0, max(4096, 2*len(x.buf))), x.buf...)
	}
	for {
		n, err := x.src.Read(x.buf[len(x.buf):cap(x.buf)])
		x.buf = x.buf[:len(x.buf)+n]
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// broken decides what is answered when there is no head (section 6.1 of the
// gateway rules).
func (x *exchange) broken(err error) server.Result {
	x.end()
	switch {
	case errors.Is(err, ErrClientGone):
		return server.Failed
	case errors.Is(err, errTooLarge):
		x.r.Errorf("response headers too large for %s", x.r.URI.Path)
		return x.r.Fail(502)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return x.r.Fail(504)
	}
	return x.r.Fail(500)
}

// ErrClientGone is what a Source's Read returns after Abort.
var ErrClientGone = errors.New("client has gone")

// end is the end of the exchange with the backend.
func (x *exchange) end() (shut bool) {
	x.once.Do(func() {
		shut = x.watch.Stop()
		x.src.Close()
	})
	return shut
}

// deliver takes the answer over into the response.
func (x *exchange) deliver(a *answer) server.Result {
	r := x.r
	upgraded := a.status == 101 && a.upgrade != "" && x.o.Tunnel != nil
	switch {
	case a.bad == "" && a.status == 101 && !upgraded:
		a.bad = "unexpected 101"
	case a.bad == "" && a.incremental && x.refuseIncremental():
		x.end()
		return r.Fail(501)
	}
	if a.bad != "" {
		x.end()
		r.Errorf("%s in response headers of %s", a.bad, x.o.Name)
		return r.Fail(502)
	}
	if x.isLocalRedirect(a) {
		x.end()
		return x.o.LocalRedirect(a.location)
	}
	if a.close {
		r.KeepAlive = false
	}
	r.Status = a.status
	for name, value := range a.fields.All() {
		r.Resp.Add(name, value)
	}
	switch {
	case upgraded:
		return x.tunnel(a)
	case a.sendfile != "" && x.o.Sendfile != nil:
		x.end()
		return x.o.Sendfile.send(r, a.sendfile)
	}
	return x.body(a)
}

// isLocalRedirect reports an answer that is nothing but a path to go to. One
// that leads back to the same program goes to the client, which will get tired
// of it.
func (x *exchange) isLocalRedirect(a *answer) bool {
	if x.o.LocalRedirect == nil || a.given || a.fields.Len() != 1 || len(x.buf) > 0 || !strings.HasPrefix(a.location, "/") {
		return false
	}
	rest, same := strings.CutPrefix(a.location, x.r.URI.Path)
	return !same || rest != "" && rest[0] != '/' && rest[0] != '?'
}

// refuseIncremental makes the response stream if the administrator has not
// decided about it, and reports that he has decided against.
func (x *exchange) refuseIncremental() bool {
	return !x.r.StreamResponse()
}

// tunnel hands the client's connection over.
func (x *exchange) tunnel(a *answer) server.Result {
	x.watch.Stop()
	x.r.Resp.Set("Upgrade", a.upgrade)
	early, run := x.buf, x.o.Tunnel
	x.r.Tunnel = func(s server.Stream) error { return run(s, early) }
	return server.Finished
}
