package h1

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// sized makes a head of exactly n bytes; open leaves off its empty line.
func sized(n int, open bool) string {
	s := "GET / HTTP/1.1\r\nHost: h\r\nX: "
	if open {
		return s + strings.Repeat("a", n-len(s))
	}
	return s + strings.Repeat("a", n-len(s)-4) + "\r\n\r\n"
}

func TestHeadSize(t *testing.T) {
	lines := func(n int) string { // n lines, the empty one included
		return "GET / HTTP/1.1\r\nHost: h\r\n" + strings.Repeat("a:\r\n", n-3) + "\r\n"
	}
	for _, test := range []struct {
		name, raw   string
		max, status int
	}{
		{"largest", sized(8192, false), 0, 0},
		{"one more", sized(8193, false), 0, 431},
		{"incomplete", sized(8193, true), 0, 431},
		{"much more in one packet", sized(20000, false), 0, 431},
		{"configured", sized(65535, false), 65535, 0},
		{"configured, one more", sized(65536, false), 65535, 431},
		{"lines", lines(8190), 65535, 0},
		{"too many lines", lines(8191), 65535, 431},
	} {
		for _, r := range []io.Reader{strings.NewReader(test.raw), iotest.OneByteReader(strings.NewReader(test.raw)), iotest.HalfReader(strings.NewReader(test.raw))} {
			p := DefaultPolicy()
			p.MaxHead = test.max
			var h Head
			rej, err := p.ReadHead(bufio.NewReaderSize(r, 66<<10), true, &h)
			got := 0
			if rej != nil {
				got = rej.Status
				if rej.HTTP11 || rej.Reason != "oversized request-header -> sending Status 431" {
					t.Errorf("%s: %+v", test.name, rej.Reason)
				}
			}
			if got != test.status || err != nil {
				t.Errorf("%s: got %d, %v", test.name, got, err)
			}
		}
	}
}

// TestSmallBuffer: a reader that cannot hold the largest head does not hang.
func TestSmallBuffer(t *testing.T) {
	p := DefaultPolicy()
	var h Head
	rej, err := p.ReadHead(bufio.NewReaderSize(strings.NewReader(sized(5000, false)), 4096), true, &h)
	if rej == nil || rej.Status != 431 || err != nil {
		t.Errorf("got %v, %v", rej, err)
	}
}

// TestBlankLines: one empty line is skipped, but not before the first request.
func TestBlankLines(t *testing.T) {
	const head = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
	for _, test := range []struct {
		before string
		first  bool
		status int
	}{
		{"", true, 0}, {"", false, 0},
		{"\r\n", true, 400}, {"\n", true, 400},
		{"\r\n", false, 0}, {"\n", false, 0},
		{"\r\n\r\n", false, 400}, {"\n\n", false, 400}, {"\n\r\n", false, 400},
		{"\r", false, 400}, {"\r\r\n", false, 400}, {"\r\n\x01", false, 400},
	} {
		for _, r := range []io.Reader{strings.NewReader(test.before + head), iotest.OneByteReader(strings.NewReader(test.before + head))} {
			p := DefaultPolicy()
			var h Head
			br := bufio.NewReaderSize(r, 16<<10)
			rej, err := p.ReadHead(br, test.first, &h)
			got := 0
			if rej != nil {
				if got = rej.Status; rej.HTTP11 {
					t.Errorf("%q: HTTP/1.1", test.before)
				}
			} else if h.Raw != head || h.Size != len(test.before+head) || br.Buffered() != 0 {
				t.Errorf("%q: %q, %d bytes, %d left", test.before, h.Raw, h.Size, br.Buffered())
			}
			if got != test.status || err != nil {
				t.Errorf("%q, first %v: got %d, %v", test.before, test.first, got, err)
			}
		}
	}
}

// TestEOF: the end between requests is not the end inside one.
func TestEOF(t *testing.T) {
	for _, test := range []struct {
		raw   string
		first bool
		want  error
	}{
		{"", true, io.EOF},
		{"", false, io.EOF},
		{"\r\n", false, io.EOF},
		{"\r", false, io.ErrUnexpectedEOF},
		{"G", true, io.ErrUnexpectedEOF},
		{"GET / HTTP/1.1\r\n", true, io.ErrUnexpectedEOF},
		{"GET / HTTP/1.1\r\nHost: h\r\n\r", true, io.ErrUnexpectedEOF},
	} {
		p := DefaultPolicy()
		var h Head
		rej, err := p.ReadHead(bufio.NewReaderSize(strings.NewReader(test.raw), 16<<10), test.first, &h)
		if rej != nil || err != test.want {
			t.Errorf("%q: got %v, %v", test.raw, rej, err)
		}
	}
}

// TestDeadline: a passed deadline comes through as it is, and what was
// received stays for another try.
func TestDeadline(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	p := DefaultPolicy()
	var h Head
	br := bufio.NewReaderSize(server, 16<<10)
	go client.Write([]byte("GET / HTTP"))
	if _, err := br.Peek(10); err != nil {
		t.Fatal(err)
	}
	server.SetReadDeadline(time.Unix(1, 0))
	if rej, err := p.ReadHead(br, true, &h); rej != nil || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(rej, err)
	}
	server.SetReadDeadline(time.Time{})
	go client.Write([]byte("/1.1\r\nHost: h\r\n\r\n"))
	if rej, err := p.ReadHead(br, true, &h); rej != nil || err != nil || h.Target != "/" {
		t.Fatal(rej, err, h)
	}
}

// TestDrip: bytes of an unfinished head are looked at once, not over and over.
func TestDrip(t *testing.T) {
	f := framer{max: 1 << 20}
	buf := []byte(sized(60000, true))
	for n := 1; n <= len(buf); n++ {
		if size, bad := f.scan(buf[:n]); size != 0 || bad != nil || f.pos != n {
			t.Fatalf("after %d bytes: %d, %v, searched up to %d", n, size, bad, f.pos)
		}
	}
}

// TestPipeline: several requests and bodies in one packet, or in single bytes,
// are taken apart the same way.
func TestPipeline(t *testing.T) {
	const raw = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n" +
		"POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" +
		"\r\nPOST /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\nd\r\n2\r\nef\r\n0\r\nT: u\r\n\r\n" +
		"GET /4 HTTP/1.1\r\nHost: h\r\n\r\n\n" +
		"GET /5 HTTP/1.1\r\nHost: h\r\n\r\n"
	for _, r := range []io.Reader{strings.NewReader(raw), iotest.OneByteReader(strings.NewReader(raw)), iotest.DataErrReader(strings.NewReader(raw))} {
		br := bufio.NewReaderSize(r, 16<<10)
		p := DefaultPolicy()
		var h Head
		var got strings.Builder
		for n := 0; ; n++ {
			rej, err := p.ReadHead(br, n == 0, &h)
			if err == io.EOF {
				break
			}
			if rej != nil || err != nil {
				t.Fatal(n, rej, err)
			}
			body, err := io.ReadAll(bodyOf(br, &h))
			if err != nil {
				t.Fatal(err)
			}
			got.WriteString(h.Target + string(body) + " ")
		}
		if got.String() != "/1 /2abc /3def /4 /5 " {
			t.Errorf("got %q", got.String())
		}
	}
}

// TestExactBuffer: MaxHead+1 bytes are enough, behind an empty line, too.
func TestExactBuffer(t *testing.T) {
	p := DefaultPolicy()
	for size, want := range map[int]int{8192: 0, 8193: 431} {
		var h Head
		br := bufio.NewReaderSize(strings.NewReader("\r\n"+sized(size, false)), p.MaxHead+1)
		rej, err := p.ReadHead(br, false, &h)
		got := 0
		if rej != nil {
			got = rej.Status
		}
		if got != want || err != nil {
			t.Errorf("%d bytes: got %d, %v", size, got, err)
		}
	}
}
