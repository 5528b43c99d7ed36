package server

import (
	"io"
	"time"
)

// Stream is both directions of a connection, or of an HTTP/2 stream, once a
// module has taken it over as a tunnel. Bytes that arrived with the request
// head come first. On HTTP/1 over plain sockets NetConn gives the descriptor
// owner, so that a tunnel can relay without goroutines.
type Stream interface {
	io.ReadWriter
	// CloseWrite sends FIN (or END_STREAM).
	CloseWrite() error
	// SetReadDeadline and SetWriteDeadline as in net.Conn.
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
	// Closing is closed when the server begins a graceful stop.
	Closing() <-chan struct{}
	// Count adds to the bytes received and sent that the access log shows,
	// for a tunnel that does not go through Read and Write.
	Count(in, out int64)
}
