package tunnel

import (
	"io"
	"net"
	"time"

	"github.com/gobwas/ws"
)

// Client is the client's side of a tunnel; server.Stream is one.
type Client interface {
	io.ReadWriter
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
	// Closing is closed when the server begins a graceful stop.
	Closing() <-chan struct{}
	// Detach hands over the socket, if there is a plain one, and the bytes
	// already read from it. Read and Write are not used afterwards.
	Detach() (net.Conn, []byte)
	// Count tells how many more bytes went through a detached socket, those
	// that it came with excepted.
	Count(in, out int64)
}

// wire is what the client's bytes go through: the stream, or the socket that
// it gave away.
type wire interface {
	io.ReadWriter
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// Options are what a tunnel is told when it begins; they hold for its whole
// life. Limits are in seconds, 0 is none.
type Options struct {
	// Type is the opcode of data frames to the client: text or binary.
	Type ws.OpCode
	// Ping is wstunnel.ping-interval.
	Ping int64
	// ReadIdle is server.max-read-idle: how long the client may be silent.
	ReadIdle int64
	// WriteIdle is server.max-write-idle: how long nothing may be sent to the
	// client, because the backend is silent or the client does not read.
	WriteIdle int64
	// BackendRead and BackendWrite are the host's read-timeout and
	// write-timeout.
	BackendRead, BackendWrite int64
	// MaxBytes limits the bytes received from the client, framing included
	// (server.max-request-size).
	MaxBytes int64
	// Paced says that the stream limits the rate at which it is written to, so
	// that its socket must not be used directly.
	Paced bool
	// Address is the backend as log lines show it.
	Address string
	// Logf writes to the error log. It may be called until the tunnel has
	// ended.
	Logf func(format string, a ...any)
	// Debug is wstunnel.debug.
	Debug int
}

// halfCloser is a backend connection that can be shut down for writing.
type halfCloser interface {
	net.Conn
	CloseWrite() error
}
