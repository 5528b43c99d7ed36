package frame

import (
	"encoding/binary"

	"github.com/gobwas/ws"
)

// Room is what Wrap needs in front of the payload: the longest header of an
// unmasked frame.
const Room = ws.MaxHeaderSize - 4

// fin is the FIN bit: every frame to the client is a whole message.
const fin = 0x80

// Wrap frames the payload buf[Room:] and returns header and payload in one
// piece, so that they leave in one write. buf[:Room] is overwritten.
func Wrap(buf []byte, op ws.OpCode) []byte {
	n := len(buf) - Room
	size := ws.HeaderSize(ws.Header{Length: int64(n)})
	b := buf[Room-size:]
	b[0] = fin | byte(op)
	switch size {
	case 2:
		b[1] = byte(n)
	case 4:
		b[1] = 126
		binary.BigEndian.PutUint16(b[2:], uint16(n))
	default:
		b[1] = 127
		binary.BigEndian.PutUint64(b[2:], uint64(n))
	}
	return b
}

// AppendClose appends a CLOSE frame with the code and no reason.
func AppendClose(dst []byte, code ws.StatusCode) []byte {
	var p [2]byte
	binary.BigEndian.PutUint16(p[:], uint16(code))
	return appendControl(dst, ws.OpClose, p[:])
}

// AppendPing appends the PING of wstunnel.ping-interval.
func AppendPing(dst []byte) []byte { return append(dst, fin|byte(ws.OpPing), 4, 'p', 'i', 'n', 'g') }

// appendControl appends a control frame with at most 125 bytes of payload.
func appendControl(dst []byte, op ws.OpCode, p []byte) []byte {
	return append(append(dst, fin|byte(op), byte(len(p))), p...)
}
