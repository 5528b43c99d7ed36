package frame

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/gobwas/ws"
)

// reference decodes a whole stream the slow and obvious way: frame by frame,
// byte by byte, with the checks of lighttpd's list one after the other.
func reference(in []byte) (payload, back []byte, v Verdict) {
	open := false
	fail := func(v Verdict) ([]byte, []byte, Verdict) {
		code := byte(0xea)
		if v == Closed {
			code = 0xe8
		}
		return payload, append(back, 0x88, 2, 3, code), v
	}
	for len(in) >= 2 {
		final, rsv, op := in[0]>>7 == 1, in[0]>>4&7, in[0]&15
		size, at := uint64(in[1]&0x7f), 2
		code := size
		switch {
		case op == 0 && !open:
			return fail(StrayContinuation)
		case (op == 1 || op == 2) && open:
			return fail(MissingContinuation)
		case op == 8:
			return fail(Closed)
		case (op == 9 || op == 10) && !final:
			return fail(FragmentedControl)
		case op != 0 && op != 1 && op != 2 && op != 9 && op != 10:
			return fail(UnknownType)
		case rsv != 0:
			return fail(ReservedBits)
		case in[1]>>7 == 0:
			return fail(NotMasked)
		case (op == 9 || op == 10) && code >= 126:
			return fail(LongControl)
		}
		at += map[uint64]int{126: 2, 127: 8}[code]
		if len(in) < at+4 {
			return payload, back, Open
		}
		switch code {
		case 126:
			size = uint64(binary.BigEndian.Uint16(in[2:]))
		case 127:
			size = binary.BigEndian.Uint64(in[2:])
		}
		if size>>63 != 0 {
			return fail(NegativeSize)
		}
		mask := in[at : at+4]
		in = in[at+4:]
		var body []byte
		for i := 0; uint64(i) < size && i < len(in); i++ {
			body = append(body, in[i]^mask[i%4])
		}
		in = in[len(body):]
		if op < 8 {
			open = !final
			payload = append(payload, body...)
		}
		if uint64(len(body)) < size {
			return payload, back, Open
		}
		if op == 9 {
			back = append(append(back, 0x8a, byte(size)), body...)
		}
	}
	return payload, back, Open
}

func FuzzCodec(f *testing.F) {
	for _, tt := range streams {
		f.Add(raw(f, tt.in), uint16(3))
	}
	f.Add(masked(ws.OpBinary, make([]byte, 2048), [4]byte{9, 8, 7, 6}), uint16(100))
	f.Fuzz(func(t *testing.T, in []byte, step uint16) {
		wantP, wantB, wantV := reference(in)
		var cuts []int
		for i, n := 0, int(step); n > 0 && i+n < len(in); n = n*5%97 + 1 {
			i += n
			cuts = append(cuts, i)
		}
		p, b, v := feed(in, cuts...)
		if !bytes.Equal(p, wantP) || !bytes.Equal(b, wantB) || v != wantV {
			t.Errorf("%x cut at %v:\ngot  %x, %x, %q\nwant %x, %x, %q", in, cuts, p, b, v, wantP, wantB, wantV)
		}
		if len(b) > len(in)+131 {
			t.Errorf("%d reply bytes for %d", len(b), len(in))
		}
	})
}
