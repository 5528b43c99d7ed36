package server

import (
	"errors"
	"io"
	"net"
	"time"
)

// Stream is both directions of a connection, or of an HTTP/2 stream, once a
// module has taken it over as a tunnel. Bytes that arrived with the request
// head come first. Idle limits are the tunnel's business.
type Stream interface {
	io.ReadWriter
	// CloseWrite sends FIN (or END_STREAM).
	CloseWrite() error
	// SetReadDeadline and SetWriteDeadline as in net.Conn.
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
	// Closing is closed when the server begins a graceful stop.
	Closing() <-chan struct{}
	// Detach hands over the connection itself and the bytes already read
	// from it, so that a relay can work on the descriptor. The connection
	// is nil where there is none to give (TLS, HTTP/2); the stream then
	// goes on as before. After a success Read and Write must not be used,
	// and the relay must not close the connection: the engine does that.
	Detach() (net.Conn, []byte)
	// Count adds to the bytes received and sent that the access log shows,
	// for a relay that does not go through Read and Write. The bytes that
	// Detach returned are counted already.
	Count(in, out int64)
	// Finish ends a detached tunnel whose function has returned ErrDetached;
	// err is what the function would have returned. It must be called once,
	// from any goroutine, and does not wait.
	Finish(err error)
}

// ErrDetached is returned by a tunnel function that leaves the tunnel to a
// relay, which calls Stream.Finish when it is over. The goroutine that served
// the request is free then.
var ErrDetached = errors.New("tunnel goes on without its goroutine")
