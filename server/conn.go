package server

import (
	"bufio"
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// Socket is one listening socket (server_socket).
type Socket struct {
	// Token is the canonical text that $SERVER["socket"] compares with,
	// such as "127.0.0.1:80", "[::1]:80" or "/run/lighttpd.sock".
	Token string
	Addr  net.Addr
	TLS   bool
	// Ended, if set, is called once for each connection of the socket when
	// it is over.
	Ended func()
}

// Conn is one client connection (connection).
type Conn struct {
	Socket     *Socket
	RemoteAddr netip.AddrPort // invalid for a unix socket peer
	RemoteText string         // the client's address as logs and REMOTE_ADDR show it
	LocalAddr  net.Addr
	ID         int // descriptor number, as log lines show it

	BytesIn, BytesOut int64 // since the connection was accepted

	server *Server
	net    net.Conn
	wire   wire
	br     *bufio.Reader // nil while the connection is idle
	head   h1.Head
	req    *Request
	base   *Core // settings by socket and address, before there is a request
	body   *Body // of the current request, once somebody wants it
	state  atomic.Int32
	idle   time.Duration // keep-alive idle limit, by the previous request
	rate   rate          // connection.kbytes-per-second
	sight  *sight        // nil unless somebody follows connections

	requests int   // received so far
	inBase   int64 // BytesIn when the current request began
	outBase  int64 // BytesOut likewise
	headSent int64 // bytes of the current response's head
	aborted  bool  // the connection broke before the response was complete
	pollErr  error

	parkedAs    int32 // guarded by the parking's lock
	parkedUntil time.Time
}

// States of a connection, as a graceful stop sees them.
const (
	connBusy int32 = iota
	connIdle       // at least one request served, nothing of the next received
)

// errParked says that the parking waits for the next request.
var errParked = errors.New("connection is parked")

// errDraining ends a connection that would wait for another request.
var errDraining = errors.New("server is stopping")

// newConn takes an accepted connection in.
func (s *Server) newConn(nc net.Conn, sock *Socket) *Conn {
	s.engine.prepare(s.Opts.Policy)
	c := &Conn{Socket: sock, server: s, net: nc, LocalAddr: nc.LocalAddr()}
	c.describePeer(nc.RemoteAddr())
	c.wire.in, c.wire.out = &c.BytesIn, &c.BytesOut
	c.wire.init(nc)
	if c.wire.raw != nil {
		c.wire.pollFn = c.poll
		c.wire.raw.Control(func(fd uintptr) { c.ID = int(fd) })
	}
	c.req = s.newRequest(c)
	s.figures.follow(c)
	s.engine.add(c)
	return c
}

func (c *Conn) describePeer(a net.Addr) {
	switch a := a.(type) {
	case *net.TCPAddr:
		c.RemoteAddr = a.AddrPort()
		c.RemoteText = c.RemoteAddr.Addr().String()
	case *net.UnixAddr:
		switch {
		case a != nil && a.Name != "" && a.Name != "@":
			c.RemoteText = a.Name
		case c.Socket != nil && strings.HasPrefix(c.Socket.Token, "/"):
			c.RemoteText = c.Socket.Token // clients of unix sockets mostly have no name
		}
	}
}

// core is what is known of the settings before there is a request: conditions
// on the socket and the address only.
func (c *Conn) core() *Core {
	if c.base == nil {
		c.base = c.server.core.ForConn(c)
	}
	return c.base
}

// await waits for the first byte of the next request. Meanwhile the
// connection holds no buffer, and after a while not even a goroutine.
func (c *Conn) await() error {
	if c.br != nil && c.br.Buffered() > 0 {
		return nil
	}
	c.releaseBuffers()
	limit := c.idle
	if c.requests == 0 {
		limit = time.Duration(c.core().MaxReadIdle) * time.Second
	} else {
		c.state.Store(connIdle)
		c.enter(StateKeepAlive)
	}
	c.wire.readIdle = limit
	canPark := c.wire.raw != nil && limit > parkAfter+slack
	if canPark {
		c.wire.readIdle = parkAfter
	}
	if err := c.wire.armRead(); err != nil {
		return err
	}
	// After the state is set and the deadline armed, so that Drain either
	// sees an idle connection or is seen here.
	if c.requests > 0 && c.server.engine.isDraining() {
		return errDraining
	}
	err := c.firstByte()
	c.wire.readIdle = limit
	if canPark && errors.Is(err, os.ErrDeadlineExceeded) {
		return c.park(c.wire.armedAt.Add(limit))
	}
	c.state.Store(connBusy)
	c.enter(StateRead)
	return err
}

// park leaves the wait to the parking. After a success another goroutine may
// already go on with c.
func (c *Conn) park(deadline time.Time) error {
	e, mayDrain := &c.server.engine, c.requests > 0
	c.req, c.head = nil, h1.Head{}
	if !e.parking.park(c, deadline) {
		return os.ErrDeadlineExceeded
	}
	// Drain has either seen the parked connection or is seen here.
	if mayDrain && e.isDraining() && e.parking.take(c) {
		return errDraining
	}
	return errParked
}

func (c *Conn) firstByte() error {
	if c.wire.raw == nil {
		c.takeReader()
		_, err := c.br.Peek(1)
		return err
	}
	c.pollErr = nil
	if err := c.wire.raw.Read(c.wire.pollFn); err != nil {
		return err
	}
	return c.pollErr
}

// poll reads what has arrived into a fresh buffer; false waits for more.
func (c *Conn) poll(fd uintptr) bool {
	c.takeReader()
	c.wire.polling, c.wire.fd = true, int(fd)
	_, err := c.br.Peek(1)
	c.wire.polling = false
	if err == errWouldBlock {
		c.releaseBuffers()
		return false
	}
	c.pollErr = err
	return true
}

func (c *Conn) takeReader() {
	c.br = c.server.engine.readers.Get().(*bufio.Reader)
	c.br.Reset(&c.wire)
}

// releaseBuffers gives the read buffer back.
func (c *Conn) releaseBuffers() {
	if c.br == nil {
		return
	}
	c.br.Reset(nil)
	c.server.engine.readers.Put(c.br)
	c.br = nil
}

// wake ends a wait for the next request.
func (c *Conn) wake() {
	c.wire.mu.Lock()
	defer c.wire.mu.Unlock()
	c.wire.readBy = time.Time{}
	c.net.SetReadDeadline(time.Unix(1, 0))
}

// Received is the number of bytes of the current request, head and body
// (%I of the access log).
func (r *Request) Received() int64 {
	c := r.Conn
	n := c.BytesIn - c.inBase
	if c.br != nil {
		n -= int64(c.br.Buffered())
	}
	return n
}

// Sent is the number of bytes sent for the current request: the head, and
// what followed it (%O is the sum, %b the body).
func (r *Request) Sent() (head, body int64) {
	c := r.Conn
	return c.headSent, c.BytesOut - c.outBase - c.headSent
}

// Earlier is the number of requests that came before this one on its
// connection (%k of the access log).
func (r *Request) Earlier() int { return max(r.Conn.requests-1, 0) }

// Aborted reports that the connection broke, or was given up, before the
// response was complete (%X of the access log is "X").
func (r *Request) Aborted() bool { return r.Conn.aborted }

func itoa(n int) string { return strconv.Itoa(n) }
