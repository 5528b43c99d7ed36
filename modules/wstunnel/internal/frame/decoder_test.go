package frame

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/gobwas/ws"
)

// raw decodes hexadecimal with blanks in it.
func raw(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pad is n bytes of hexadecimal: zeroes under an all-zero mask.
func pad(n int) string { return strings.Repeat("00", n) }

var streams = []struct {
	name, in      string
	payload, back string // to the backend; to the client
	verdict       Verdict
}{
	{"nothing", "", "", "", Open},
	{"text", "81 83 11223344 704050", "616263", "", Open},
	{"binary", "82 83 11223344 704050", "616263", "", Open},
	{"zero mask", "82 82 00000000 7879", "7879", "", Open},
	{"empty", "81 80 11223344", "", "", Open},
	{"empty fragments", "01 80 11223344 00 80 11223344 80 80 11223344 81 81 00000000 61", "61", "", Open},
	{"two frames", "81 81 11223344 70 82 81 11223344 71", "6160", "", Open},
	{"ping between fragments", "01 82 11223344 7040 89 81 11223344 61 80 81 11223344 72", "616263", "8a 01 70", Open},
	{"ping without payload", "89 80 11223344", "", "8a 00", Open},
	{"ping of 125", "89 fd 00000000 " + pad(125), "", "8a 7d" + pad(125), Open},
	{"two pings", "89 81 00000000 61 89 81 00000000 62", "", "8a 01 61 8a 01 62", Open},
	{"pong", "8a 83 11223344 704050 81 81 00000000 61", "61", "", Open},
	{"not UTF-8", "81 82 00000000 c328", "c328", "", Open},
	{"16-bit length of 1", "81 fe 0001 00000000 61", "61", "", Open},
	{"64-bit length of 1", "81 ff 0000000000000001 00000000 61", "61", "", Open},
	{"2^63-1", "82 ff 7fffffffffffffff 00000000 7879", "7879", "", Open},
	{"part of a frame", "81 85 00000000 6162", "6162", "", Open},
	{"part of a header", "81 85 0000", "", "", Open},
	{"one byte", "81", "", "", Open},

	{"close", "88 82 11223344 1223", "", "88 02 03e8", Closed},
	{"close of nothing", "88 80 11223344", "", "88 02 03e8", Closed},
	{"close of one byte", "88 81 11223344 00", "", "88 02 03e8", Closed},
	{"close unmasked", "88 02 03e8", "", "88 02 03e8", Closed},
	{"close too long", "88 fe 0200 00000000", "", "88 02 03e8", Closed},
	{"close with RSV and no FIN", "78 80", "", "88 02 03e8", Closed},
	{"close inside a message", "01 81 00000000 61 88 80 00000000", "61", "88 02 03e8", Closed},
	{"data in front of a close", "81 81 00000000 61 88 80 00000000 81 81 00000000 62", "61", "88 02 03e8", Closed},
	{"ping in front of a close", "89 81 00000000 61 88 80", "", "8a 01 61 88 02 03e8", Closed},

	{"stray continuation", "80 81 00000000 61", "", "88 02 03ea", StrayContinuation},
	{"continuation behind a whole message", "81 80 00000000 00 80", "", "88 02 03ea", StrayContinuation},
	{"continuation behind the last one", "01 80 00000000 80 80 00000000 80 80", "", "88 02 03ea", StrayContinuation},
	{"text inside a message", "01 81 00000000 61 81 81 00000000 62", "61", "88 02 03ea", MissingContinuation},
	{"binary inside a message", "01 81 00000000 61 02 81 00000000 62", "61", "88 02 03ea", MissingContinuation},
	{"ping without FIN", "09 80 00000000", "", "88 02 03ea", FragmentedControl},
	{"pong without FIN", "0a 80 00000000", "", "88 02 03ea", FragmentedControl},
	{"opcode 3", "83 83 11223344 704050", "", "88 02 03ea", UnknownType},
	{"opcode 7", "87 80 00000000", "", "88 02 03ea", UnknownType},
	{"opcode 11", "8b 80 00000000", "", "88 02 03ea", UnknownType},
	{"opcode 15", "8f 80 00000000", "", "88 02 03ea", UnknownType},
	{"RSV1", "c1 83 11223344 704050", "", "88 02 03ea", ReservedBits},
	{"RSV2", "a1 80 00000000", "", "88 02 03ea", ReservedBits},
	{"RSV3 on a ping", "99 80 00000000", "", "88 02 03ea", ReservedBits},
	{"not masked", "81 04 61626364", "", "88 02 03ea", NotMasked},
	{"ping not masked", "89 00", "", "88 02 03ea", NotMasked},
	{"ping of 126", "89 fe 007e 00000000", "", "88 02 03ea", LongControl},
	{"ping in 16-bit form", "89 fe 0001 00000000 61", "", "88 02 03ea", LongControl},
	{"pong in 64-bit form", "8a ff 0000000000000001 00000000 61", "", "88 02 03ea", LongControl},
	{"top bit", "82 ff 8000000000000000 11223344", "", "88 02 03ea", NegativeSize},
	{"stray continuation beats RSV", "f0 00", "", "88 02 03ea", StrayContinuation},
	{"fragmented control beats RSV", "79 00", "", "88 02 03ea", FragmentedControl},
	{"type beats mask", "f3 00", "", "88 02 03ea", UnknownType},
	{"RSV beats mask", "c1 00", "", "88 02 03ea", ReservedBits},
	{"mask beats size", "89 7e", "", "88 02 03ea", NotMasked},
	{"data in front of an error", "81 81 00000000 61 83 80", "61", "88 02 03ea", UnknownType},
}

// feed decodes in, cut into pieces at the given places.
func feed(in []byte, cuts ...int) (payload, back []byte, v Verdict) {
	var d Decoder
	from := 0
	for _, to := range append(cuts, len(in)) {
		piece := bytes.Clone(in[from:to])
		from = to
		var p []byte
		p, back, v = d.Decode(piece, back)
		payload = append(payload, p...)
	}
	return payload, back, v
}

func TestDecode(t *testing.T) {
	for _, tt := range streams {
		in, payload, back := raw(t, tt.in), raw(t, tt.payload), raw(t, tt.back)
		check := func(how string, cuts ...int) {
			t.Helper()
			p, b, v := feed(in, cuts...)
			if !bytes.Equal(p, payload) || !bytes.Equal(b, back) || v != tt.verdict {
				t.Errorf("%s, %s: payload %x, reply %x, %q; want %x, %x, %q",
					tt.name, how, p, b, v, payload, back, tt.verdict)
			}
		}
		check("whole")
		every := make([]int, 0, len(in))
		for i := range in {
			check("cut once", i)
			every = append(every, i)
		}
		check("byte by byte", every...)
		for i := 1; i < len(in) && len(in) < 40; i++ {
			for j := i; j < len(in); j++ {
				check("cut twice", i, j)
			}
		}
	}
}

// TestDataLengths goes over the lengths around every change of encoding, and
// those that lighttpd 1.4.83 and later refuse by mistake (bit 0x0800 set).
func TestDataLengths(t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 17, 125, 126, 127, 128, 2047, 2048, 4095, 4096, 6144, 65535, 65536, 1 << 20} {
		want := make([]byte, n)
		for i := range want {
			want[i] = byte(i * 7)
		}
		in := masked(ws.OpBinary, want, [4]byte{1, 2, 3, 4})
		for _, step := range []int{1, 7, 1000, 4096, len(in)} {
			if step < 7 && n > 5000 {
				continue
			}
			var cuts []int
			for i := step; i < len(in); i += step {
				cuts = append(cuts, i)
			}
			if p, back, v := feed(in, cuts...); !bytes.Equal(p, want) || len(back) != 0 || v != Open {
				t.Errorf("%d bytes in steps of %d: %d bytes, reply %x, %q", n, step, len(p), back, v)
			}
		}
	}
}

// masked is a client's final frame.
func masked(op ws.OpCode, p []byte, mask [4]byte) []byte {
	return ws.MustCompileFrame(ws.MaskFrameWith(ws.NewFrame(op, true, bytes.Clone(p)), mask))
}

func TestVerdictIsFinal(t *testing.T) {
	var d Decoder
	if _, _, v := d.Decode([]byte{0x88, 0x80}, nil); v != Closed {
		t.Fatal(v)
	}
	p, back, v := d.Decode(raw(t, "81 81 00000000 61"), nil)
	if len(p) != 0 || len(back) != 0 || v != Closed {
		t.Errorf("behind a close: payload %x, reply %x, %q", p, back, v)
	}
}

func TestTrace(t *testing.T) {
	var seen []int64
	d := Decoder{Trace: func(op ws.OpCode, size int64) { seen = append(seen, int64(op), size) }}
	d.Decode(raw(t, "01 82 11223344 7040 89 80 00000000 80 81 11223344 72"), nil)
	if want := []int64{1, 2, 9, 0, 0, 1}; !equal(seen, want) {
		t.Errorf("traced %v, want %v", seen, want)
	}
}

func equal(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	one := masked(ws.OpBinary, make([]byte, 4096), [4]byte{1, 2, 3, 4})
	in := append(append(bytes.Clone(one), masked(ws.OpPing, []byte("x"), [4]byte{1, 2, 3, 4})...), one...)
	buf, reply := make([]byte, len(in)), make([]byte, 0, 64)
	var d Decoder
	if n := testing.AllocsPerRun(100, func() {
		copy(buf, in)
		d.Decode(buf[:5000], reply)
		d.Decode(buf[5000:], reply)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
