package frame

import (
	"encoding/binary"

	"github.com/gobwas/ws"
)

// Decoder takes one client's bytes apart. The zero value expects the first
// byte of a frame. It holds no buffer beyond one control frame.
type Decoder struct {
	// Trace, if set, is told of every frame header (wstunnel.debug 4).
	Trace func(op ws.OpCode, size int64)

	left    int64 // payload bytes of the current frame still to come
	offset  int   // bytes of it seen, modulo 4: the place in the mask
	mask    [4]byte
	op      ws.OpCode
	message bool // a fragmented message is open
	body    bool // the header is complete; payload follows
	verdict Verdict
	have    uint8                               // bytes in header
	pinged  uint8                               // bytes in ping
	header  [ws.MaxHeaderSize]byte              // a header that came in pieces
	ping    [ws.MaxControlFramePayloadSize]byte // payload of a PING so far
}

// Decode consumes all of buf. It returns the payload of data frames, unmasked
// and compacted into the front of buf, and reply with the PONGs and the CLOSE
// that answer appended to it: at most 131 bytes more than buf has.
//
// Unless the verdict is Open it is final: bytes behind the frame that led to
// it are ignored, now and in later calls. Payload before that frame is still
// returned; lighttpd loses it when it came in the same read.
func (d *Decoder) Decode(buf, reply []byte) (payload, replies []byte, v Verdict) {
	if d.verdict != Open {
		return nil, reply, d.verdict
	}
	kept := 0
	for at := 0; at < len(buf); {
		if !d.body {
			n, v := d.head(buf[at:])
			if v != Open {
				d.verdict = v
				return buf[:kept], AppendClose(reply, v.Code()), v
			}
			at += n
		} else {
			p := buf[at:min(len(buf), at+int(min(d.left, int64(len(buf)))))]
			at += len(p)
			if kept += d.take(p, buf[kept:]); d.left > 0 {
				break
			}
		}
		if d.body && d.left == 0 {
			reply = d.finish(reply)
		}
	}
	return buf[:kept], reply, Open
}

// head takes header bytes from p and returns how many.
func (d *Decoder) head(p []byte) (int, Verdict) {
	h, n := p, 0
	if d.have > 0 {
		n = copy(d.header[d.have:], p)
		h = d.header[:int(d.have)+n]
	}
	if len(h) < 2 {
		d.keep(h)
		return len(p), Open
	}
	if v := d.judge(h[0], h[1]); v != Open {
		return 0, v
	}
	size := headerSize(h[1])
	if len(h) < size {
		d.keep(h)
		return len(p), Open
	}
	length := lengthOf(h)
	if length < 0 {
		return 0, NegativeSize
	}
	used := size - int(d.have)
	d.start(h[0], length, [4]byte(h[size-4:size]))
	return used, Open
}

// keep saves an incomplete header. h may already be the saved one.
func (d *Decoder) keep(h []byte) { d.have = uint8(copy(d.header[:], h)) }

// judge applies lighttpd's checks to the first two bytes of a frame, in
// lighttpd's order: it decides what an ill-formed frame is blamed for, and it
// lets a CLOSE through whatever else is wrong with it.
func (d *Decoder) judge(first, second byte) Verdict {
	op := ws.OpCode(first & 0x0f)
	control := op == ws.OpPing || op == ws.OpPong
	switch {
	case op == ws.OpContinuation && !d.message:
		return StrayContinuation
	case (op == ws.OpText || op == ws.OpBinary) && d.message:
		return MissingContinuation
	case op == ws.OpClose:
		return Closed
	case control && first&0x80 == 0:
		return FragmentedControl
	case op.IsReserved():
		return UnknownType
	case first&0x70 != 0:
		return ReservedBits
	case second&0x80 == 0:
		return NotMasked
	case control && second&0x7f > ws.MaxControlFramePayloadSize:
		return LongControl
	}
	return Open
}

// headerSize is the size of a masked header by its second byte.
func headerSize(second byte) int {
	switch second & 0x7f {
	case 126:
		return 2 + 2 + 4
	case 127:
		return 2 + 8 + 4
	}
	return 2 + 4
}

// lengthOf reads the payload length of a complete header; it is negative if
// the top bit is set.
func lengthOf(h []byte) int64 {
	switch n := h[1] & 0x7f; n {
	case 126:
		return int64(binary.BigEndian.Uint16(h[2:]))
	case 127:
		return int64(binary.BigEndian.Uint64(h[2:]))
	default:
		return int64(n)
	}
}

// start begins the payload of a frame.
func (d *Decoder) start(first byte, length int64, mask [4]byte) {
	d.op = ws.OpCode(first & 0x0f)
	if !d.op.IsControl() {
		d.message = first&0x80 == 0
	}
	d.left, d.mask, d.offset, d.have, d.pinged, d.body = length, mask, 0, 0, 0, true
	if d.Trace != nil {
		d.Trace(d.op, length)
	}
}

// take unmasks a piece of payload and moves it to dst, if it is data. It
// returns the number of bytes that went there.
func (d *Decoder) take(p, dst []byte) int {
	offset := d.offset
	d.left -= int64(len(p))
	d.offset = (offset + len(p)) & 3
	if d.op == ws.OpPong {
		return 0
	}
	ws.Cipher(p, d.mask, offset)
	if d.op == ws.OpPing {
		d.pinged += uint8(copy(d.ping[d.pinged:], p))
		return 0
	}
	if &dst[0] != &p[0] {
		copy(dst, p)
	}
	return len(p)
}

// finish ends a frame; a PING is answered.
func (d *Decoder) finish(reply []byte) []byte {
	d.body = false
	if d.op != ws.OpPing {
		return reply
	}
	return appendControl(reply, ws.OpPong, d.ping[:d.pinged])
}
