package frame

import (
	"bytes"
	"testing"

	"github.com/gobwas/ws"
)

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		n    int
		op   ws.OpCode
		head string
	}{
		{1, ws.OpText, "81 01"},
		{125, ws.OpBinary, "82 7d"},
		{126, ws.OpBinary, "82 7e 007e"},
		{127, ws.OpText, "81 7e 007f"},
		{65535, ws.OpText, "81 7e ffff"},
		{65536, ws.OpText, "81 7f 0000000000010000"},
	} {
		buf := bytes.Repeat([]byte{'x'}, Room+tt.n)
		want := append(raw(t, tt.head), buf[Room:]...)
		if got := Wrap(buf, tt.op); !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %x…, want %s", tt.n, got[:min(len(got), 12)], tt.head)
		}
		if n := testing.AllocsPerRun(10, func() { Wrap(buf, tt.op) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	}
}

func TestAppendControl(t *testing.T) {
	if got := AppendPing(nil); !bytes.Equal(got, raw(t, "89 04 70696e67")) {
		t.Errorf("ping: %x", got)
	}
	for code, want := range map[ws.StatusCode]string{
		ws.StatusNormalClosure: "88 02 03e8", ws.StatusGoingAway: "88 02 03e9",
		ws.StatusProtocolError: "88 02 03ea", ws.StatusInternalServerError: "88 02 03f3",
	} {
		if got := AppendClose(nil, code); !bytes.Equal(got, raw(t, want)) {
			t.Errorf("close %d: %x, want %s", code, got, want)
		}
	}
}

// TestVerdictTexts pins the words that admins search the error log for.
func TestVerdictTexts(t *testing.T) {
	for v, want := range map[Verdict]string{
		StrayContinuation: "stray continuation frame", MissingContinuation: "missing continuation frame with fin",
		FragmentedControl: "control frame fragmented", UnknownType: "frame type invalid",
		ReservedBits: "reserved bits set", NotMasked: "payload not masked",
		LongControl: "control frame size invalid", NegativeSize: "frame size MSB is set",
	} {
		if v.String() != want || v.Code() != 1002 || !v.Violation() {
			t.Errorf("%d: %q %d, want %q 1002", v, v, v.Code(), want)
		}
	}
	if Closed.Code() != 1000 || Closed.Violation() || Open.Code() != 0 {
		t.Error("close is 1000 and no violation")
	}
}
