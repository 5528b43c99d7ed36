package h1

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestStatusLine(t *testing.T) {
	for _, test := range []struct {
		http11 bool
		status int
		want   string
	}{
		{true, 200, "HTTP/1.1 200 OK\r\n"},
		{false, 431, "HTTP/1.0 431 Request Header Fields Too Large\r\n"},
		{true, 207, "HTTP/1.1 207 Multi-status\r\n"},
		{true, 306, "HTTP/1.1 306 (Unused)\r\n"},
		{true, 799, "HTTP/1.1 799 \r\n"},
	} {
		if got := string(AppendStatusLine(nil, test.http11, test.status)); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	if Reason(413) != "Payload Too Large" || Reason(418) != "" {
		t.Errorf("got %q, %q", Reason(413), Reason(418))
	}
}

// TestAppendField: no value splits a response.
func TestAppendField(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"Location", "/a", "Location: /a\r\n"},
		{"X", "", "X: \r\n"},
		{"X", "a\r\nSet-Cookie: b\r\n\r\n<html>", "X: a  Set-Cookie: b    <html>\r\n"},
		{"X\nY", "a\x00b\rc", "X Y: a b c\r\n"},
		{"X", "é\t", "X: é\t\r\n"},
	} {
		if got := string(AppendField([]byte("\r\n"), test.name, test.value)); got != "\r\n"+test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

// TestChunkWriter: what the helpers write, the reader reads.
func TestChunkWriter(t *testing.T) {
	var b []byte
	for _, s := range []string{"a", strings.Repeat("b", 255), strings.Repeat("c", 70000)} {
		b = append(AppendChunkHead(b, len(s)), s+ChunkEnd...)
	}
	b = append(b, LastChunk...)
	got, err := io.ReadAll(NewChunkedReader(bufio.NewReader(strings.NewReader(string(b))), ChunkOptions{}))
	if err != nil || len(got) != 70256 || !strings.HasPrefix(string(b), "1\r\na\r\nff\r\nb") {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestTokens(t *testing.T) {
	for _, test := range []struct {
		value     string
		has, find bool
	}{
		{"websocket", true, true},
		{"WebSocket", true, true},
		{"foo, websocket", true, true},
		{"foo,websocket ,bar", true, true},
		{",, websocket", true, true},
		{"websocket;x", false, true},
		{"websocket foo", false, true},
		{"websocket/13", false, false},
		{"websockets", false, false},
		{"foo websocket", false, false},
		{"web, socket", false, false},
		{"webſocket", false, false},
		{"", false, false},
		{" , ", false, false},
	} {
		if got := HasToken(test.value, "websocket"); got != test.has {
			t.Errorf("HasToken(%q): %v", test.value, got)
		}
		if got := FindToken(test.value, "websocket"); got != test.find {
			t.Errorf("FindToken(%q): %v", test.value, got)
		}
	}
}

func TestPreface(t *testing.T) {
	for _, test := range []struct {
		raw  string
		want bool
	}{
		{Preface, true},
		{Preface + "\x00\x00\x00\x04", true},
		{Preface[:23], false},
		{"", false},
		{"POST / HTTP/1.1\r\n", false},
		{"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", false},
	} {
		for _, r := range []io.Reader{strings.NewReader(test.raw), iotest.OneByteReader(strings.NewReader(test.raw))} {
			br := bufio.NewReader(r)
			if got := IsPreface(br); got != test.want {
				t.Errorf("%q: %v", test.raw, got)
			}
			if left, _ := io.ReadAll(br); string(left) != test.raw {
				t.Errorf("%q: %q left", test.raw, left)
			}
		}
	}
}

// TestPrefaceWaits: a client whose first byte rules the preface out is not
// made to wait for more.
func TestPrefaceWaits(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	go w.Write([]byte("GE"))
	if IsPreface(bufio.NewReader(r)) {
		t.Error("GE is a preface")
	}
}

func TestMethods(t *testing.T) {
	if len(methods) != 39 {
		t.Errorf("%d methods", len(methods))
	}
	for name, want := range map[string]bool{"GET": true, "VERSION-CONTROL": true, "get": false, "PRI": false, "": false} {
		if KnownMethod(name) != want {
			t.Error(name)
		}
	}
}

// TestHostNames has what a header line cannot carry, and the port of TLS.
func TestHostNames(t *testing.T) {
	for _, test := range []struct {
		p        Policy
		in, want string // "" is refused
	}{
		{DefaultPolicy(), "h:443", "h:443"},
		{Policy{HostStrict: true, TLS: true}, "h:443", "h"},
		{Policy{HostStrict: true, TLS: true}, "h:80", "h:80"},
		{DefaultPolicy(), "[0:0:0:0:0:0:0:1]:8080", "[::1]:8080"},
		{DefaultPolicy(), "256.1.1.1", "256.1.1.1"},
		{DefaultPolicy(), "1.2.3", ""},
		{DefaultPolicy(), "a.1", ""},
		{DefaultPolicy(), "a_b", ""},
		{DefaultPolicy(), "h:0080", ""},
		{DefaultPolicy(), "H.:8080", "h:8080"},
		{DefaultPolicy(), ".", ""},
		{DefaultPolicy(), "[]", ""},
		{DefaultPolicy(), "[::1%eth0]", ""},
		{Policy{HostNormalize: true}, "[fe80:0::1%eth0]", "[fe80::1%eth0]"},
		{Policy{HostNormalize: true}, "h:0120", "h"},
		{Policy{HostNormalize: true}, "h:0x51", "h:81"},
		{Policy{HostNormalize: true}, "a_b", "a_b"},
		{Policy{HostNormalize: true}, ":80", ""},
		{Policy{HostNormalize: true}, "[::1", ""},
		{Policy{}, "A:b:c]", "a:b:c]"},
	} {
		got, ok := test.p.HostName(test.in)
		if !ok {
			got = ""
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func ExamplePolicy_ReadHead() {
	p := DefaultPolicy()
	var h Head
	br := bufio.NewReaderSize(strings.NewReader("GET /a/../b HTTP/1.1\r\nHost: H:80\r\n\r\n"), p.MaxHead+1)
	if rej, err := p.ReadHead(br, true, &h); rej != nil || err != nil {
		panic(fmt.Sprint(rej, err))
	}
	fmt.Println(h.Method, h.Target, h.Authority)
	// Output: GET /b h
}

// TestHasControl compares the fast search with the table, at every place.
func TestHasControl(t *testing.T) {
	for n := range 20 {
		for at := range n {
			for c := range 256 {
				b := []byte(strings.Repeat("\u00e4a\t~", n)[:n])
				b[at] = byte(c)
				want := c < 0x20 && c != '\t' || c == 0x7f
				if got := hasControl(string(b)); got != want {
					t.Fatalf("%q: %v", b, got)
				}
			}
		}
	}
}
