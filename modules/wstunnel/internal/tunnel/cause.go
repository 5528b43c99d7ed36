package tunnel

import "github.com/gobwas/ws"

// Cause is why a tunnel ended.
type Cause int32

// The causes. None is a tunnel that goes on.
const (
	None Cause = iota
	// ClientClosed is a CLOSE frame from the client.
	ClientClosed
	// ProtocolError is a frame that breaks the rules.
	ProtocolError
	// ClientLost is a reset by the client, or a failed write to it.
	ClientLost
	// ClientGone is a FIN without CLOSE after which the backend had nothing
	// more to say.
	ClientGone
	// ClientIdle is server.max-read-idle.
	ClientIdle
	// WriteIdle is server.max-write-idle.
	WriteIdle
	// TooLarge is server.max-request-size.
	TooLarge
	// BackendClosed is the end of the backend's data.
	BackendClosed
	// BackendLost is a reset by the backend, or a failed write to it.
	BackendLost
	// BackendTimeout is the host's read-timeout or write-timeout.
	BackendTimeout
	// Stopped is the end of the server.
	Stopped
)

// causes tell what the log calls a cause and which CLOSE the client gets; 0
// is none: the client only sees the connection end.
var causes = [...]struct {
	text string
	code ws.StatusCode
}{
	None:           {"open", 0},
	ClientClosed:   {"client closed", ws.StatusNormalClosure},
	ProtocolError:  {"protocol error", ws.StatusProtocolError},
	ClientLost:     {"client lost", 0},
	ClientGone:     {"client gone without close", 0},
	ClientIdle:     {"client idle", ws.StatusGoingAway},
	WriteIdle:      {"nothing to send for too long", 0},
	TooLarge:       {"too many bytes from client", 0},
	BackendClosed:  {"backend closed", ws.StatusGoingAway},
	BackendLost:    {"backend lost", ws.StatusInternalServerError},
	BackendTimeout: {"backend timed out", ws.StatusInternalServerError},
	Stopped:        {"server stopped", 0},
}

// String is the cause in words.
func (c Cause) String() string { return causes[c].text }

// Code is the status code of the CLOSE to the client, 0 for none.
func (c Cause) Code() ws.StatusCode { return causes[c].code }
