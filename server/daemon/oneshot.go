package daemon

import (
	"errors"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// errNoSocket is lighttpd's message for -1 with the wrong kind of input.
var errNoSocket = errors.New("lighttpd -1 stdin is not a socket")

// serveStandardInput is -1: one connection, on standard input. The channel is
// closed when it has ended.
func (p *process) serveStandardInput() (<-chan struct{}, error) {
	nc, err := standardConn()
	if err != nil {
		return nil, err
	}
	p.gate.enter()
	done := make(chan struct{})
	sock := &server.Socket{Token: tokenOf(nc.LocalAddr()), Addr: nc.LocalAddr(), Ended: func() {
		p.gate.leave()
		close(done)
	}}
	go p.current.Load().server.ServeConn(nc, sock)
	return done, nil
}

// standardConn makes a connection of standard input, with standard output for
// the other direction where they are pipes.
func standardConn() (net.Conn, error) {
	kind, err := inputKind()
	if err != nil {
		return nil, err
	}
	if kind == unix.S_IFSOCK {
		nc, err := net.FileConn(os.Stdin)
		if err != nil {
			return nil, errNoSocket
		}
		return nc, nil
	}
	unix.SetNonblock(0, true)
	unix.SetNonblock(1, true)
	return &pipeConn{in: os.NewFile(0, "stdin"), out: os.NewFile(1, "stdout")}, nil
}

// inputKind is S_IFSOCK or S_IFIFO, what standard input has to be for -1.
func inputKind() (uint32, error) {
	var st unix.Stat_t
	if err := unix.Fstat(0, &st); err != nil {
		return 0, errNoSocket
	}
	switch kind := st.Mode & unix.S_IFMT; kind {
	case unix.S_IFSOCK, unix.S_IFIFO:
		return kind, nil
	}
	return 0, errNoSocket
}

// pipeConn is a pair of pipes as a connection.
type pipeConn struct{ in, out *os.File }

func (c *pipeConn) Read(p []byte) (int, error)  { return c.in.Read(p) }
func (c *pipeConn) Write(p []byte) (int, error) { return c.out.Write(p) }
func (c *pipeConn) Close() error                { return errors.Join(c.in.Close(), c.out.Close()) }
func (c *pipeConn) LocalAddr() net.Addr         { return &net.UnixAddr{Name: "stdin", Net: "unix"} }
func (c *pipeConn) RemoteAddr() net.Addr        { return &net.UnixAddr{Name: "@", Net: "unix"} }

func (c *pipeConn) SetReadDeadline(t time.Time) error  { return c.in.SetReadDeadline(t) }
func (c *pipeConn) SetWriteDeadline(t time.Time) error { return c.out.SetWriteDeadline(t) }
func (c *pipeConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}
