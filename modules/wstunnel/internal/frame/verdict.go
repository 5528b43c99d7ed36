package frame

import "github.com/gobwas/ws"

// Verdict is what the Decoder thinks of the bytes so far.
type Verdict uint8

// The verdicts. Everything but Open ends the tunnel.
const (
	// Open says that nothing was wrong and more may follow.
	Open Verdict = iota
	// Closed says that the client sent a CLOSE frame.
	Closed
	// StrayContinuation is a continuation without a message to continue.
	StrayContinuation
	// MissingContinuation is a new message inside a fragmented one.
	MissingContinuation
	// FragmentedControl is a PING or PONG without FIN.
	FragmentedControl
	// UnknownType is one of the opcodes 3 to 7 and 11 to 15.
	UnknownType
	// ReservedBits is a frame with RSV1, RSV2 or RSV3: no extension is ever
	// negotiated.
	ReservedBits
	// NotMasked is a frame from the client without a mask (RFC 6455, 5.1).
	NotMasked
	// LongControl is a PING or PONG that claims more than 125 bytes.
	LongControl
	// NegativeSize is a 64-bit length with its top bit set.
	NegativeSize
)

// verdicts are the words of lighttpd's error log and the code sent in CLOSE.
var verdicts = [...]struct {
	text string
	code ws.StatusCode
}{
	Open:                {"", 0},
	Closed:              {"close frame", ws.StatusNormalClosure},
	StrayContinuation:   {"stray continuation frame", ws.StatusProtocolError},
	MissingContinuation: {"missing continuation frame with fin", ws.StatusProtocolError},
	FragmentedControl:   {"control frame fragmented", ws.StatusProtocolError},
	UnknownType:         {"frame type invalid", ws.StatusProtocolError},
	ReservedBits:        {"reserved bits set", ws.StatusProtocolError},
	NotMasked:           {"payload not masked", ws.StatusProtocolError},
	LongControl:         {"control frame size invalid", ws.StatusProtocolError},
	NegativeSize:        {"frame size MSB is set", ws.StatusProtocolError},
}

// String is lighttpd's text for the verdict, as the error log shows it.
func (v Verdict) String() string { return verdicts[v].text }

// Code is the status code of the CLOSE that answers: 1000 to the client's
// own CLOSE, 1002 to a protocol error, 0 while the tunnel is open.
func (v Verdict) Code() ws.StatusCode { return verdicts[v].code }

// Violation reports whether the client broke the protocol.
func (v Verdict) Violation() bool { return v > Closed }
