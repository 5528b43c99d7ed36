package h1

import (
	"bufio"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// readBody reads a chunked body and returns what is left behind it.
func readBody(r io.Reader, o ChunkOptions) (c *ChunkedReader, body, rest string, err error) {
	br := bufio.NewReaderSize(r, 16<<10)
	c = NewChunkedReader(br, o)
	b, err := io.ReadAll(c)
	left, _ := io.ReadAll(br)
	return c, string(b), string(left), err
}

func TestChunked(t *testing.T) {
	ext := func(n int) string { // a size line of n bytes, line end included
		return "5;" + strings.Repeat("x", n-4) + "\r\n12345\r\n0\r\n\r\n"
	}
	for _, test := range []struct {
		raw, body string
		status    int // 0 for none
		err       error
	}{
		{"5\r\n12345\r\n0\r\n\r\n", "12345", 0, nil},
		{"0\r\n\r\n", "", 0, nil},
		{"00A\r\n1234567890\r\n1\r\nx\r\n000\r\n\r\n", "1234567890x", 0, nil},
		{"5;x=y\r\n12345\r\n0;z\r\n\r\n", "12345", 0, nil},
		{"5 \t;x\r\n12345\r\n0 \r\n\r\n", "12345", 0, nil},
		{"5;x\ry\r\n12345\r\n0\r\n\r\n", "", 400, nil},
		{"5\n12345\r\n0\r\n\r\n", "", 400, nil},
		{"5;x\n12345\r\n0\r\n\r\n", "", 400, nil},
		{"\r\n12345\r\n0\r\n\r\n", "", 400, nil},
		{";x\r\n12345\r\n0\r\n\r\n", "", 400, nil},
		{"0x5\r\n12345\r\n0\r\n\r\n", "", 400, nil},
		{"+5\r\n12345\r\n0\r\n\r\n", "", 400, nil},
		{"-5\r\n12345\r\n0\r\n\r\n", "", 400, nil},
		{" 5\r\n12345\r\n0\r\n\r\n", "", 400, nil},
		{"5g\r\n12345\r\n0\r\n\r\n", "", 400, nil},
		{"5 5\r\n12345\r\n0\r\n\r\n", "", 400, nil},
		{ext(1023), "12345", 0, nil},
		{ext(1024), "", 400, nil},
		{strings.Repeat("0", 2000), "", 400, nil},
		{"7fffffffffffff00\r\nx", "x", 0, io.ErrUnexpectedEOF},
		{"7fffffffffffffff\r\n", "", 400, nil},
		{"8000000000000000\r\n", "", 400, nil},
		{"10000000000000000\r\n", "", 400, nil},
		{"1\r\nx\r\n7ffffffffffffffd\r\n", "x", 400, nil},
		{"5\r\n12345\n0\r\n\r\n", "12345", 400, nil},
		{"5\r\n123450\r\n\r\n", "12345", 400, nil},
		{"5\r\n12345\rx", "12345", 400, nil},
		{"5\r\n123", "123", 0, io.ErrUnexpectedEOF},
		{"5\r\n12345\r", "12345", 0, io.ErrUnexpectedEOF},
		{"5\r\n12345\r\n", "12345", 0, io.ErrUnexpectedEOF},
		{"5\r\n12345\r\n0\r\n", "12345", 0, io.ErrUnexpectedEOF},
		{"5\r\n12345\r\n0\r\n\r", "12345", 0, io.ErrUnexpectedEOF},
		{"5", "", 0, io.ErrUnexpectedEOF},
		{"", "", 0, io.ErrUnexpectedEOF},
	} {
		const next = "GET / HTTP/1.1\r\n"
		raw := test.raw
		if test.status == 0 && test.err == nil {
			raw += next
		}
		for _, r := range []io.Reader{strings.NewReader(raw), iotest.OneByteReader(strings.NewReader(raw)), iotest.DataErrReader(strings.NewReader(raw))} {
			c, body, rest, err := readBody(r, ChunkOptions{})
			var bad *BodyError
			status := 0
			if errors.As(err, &bad) {
				status, err = bad.Status, nil
			}
			if body != test.body || status != test.status || err != test.err {
				t.Errorf("%.40q: got %q, %d, %v", test.raw, body, status, err)
			}
			if ok := status == 0 && err == nil; c.Done() != ok || ok && rest != next {
				t.Errorf("%.40q: done %v, %q left", test.raw, c.Done(), rest)
			}
		}
	}
}

func TestTrailers(t *testing.T) {
	for _, test := range []struct {
		section, declared string
		max               int
		want              []Field // nil for 400
	}{
		{"X-T: a\r\n\r\n", "", 0, []Field{{"X-T", "a"}}},
		{"X-T:  a \r\nY:b\r\nX-T: c\r\n\r\n", "", 0, []Field{{"X-T", "a"}, {"Y", "b"}, {"X-T", "c"}}},
		{"X-T: a\r\n\r\n", "y, x-t", 0, []Field{{"X-T", "a"}}},
		{"X-T: a\r\n\r\n", "y", 0, nil},
		{"X-T: a\r\n\r\n", "", 10, []Field{{"X-T", "a"}}},
		{"X-T: a\r\n\r\n", "", 9, nil},
		{"X-T:\r\n\r\n", "", 0, nil},
		{"X-T\r\n\r\n", "", 0, nil},
		{": a\r\n\r\n", "", 0, nil},
		{"X T: a\r\n\r\n", "", 0, nil},
		{"X-T : a\r\n\r\n", "", 0, nil},
		{" X-T: a\r\n\r\n", "", 0, nil},
		{"X-T: a\r\n b\r\n\r\n", "", 0, nil},
		{"X-T: a\nY: b\r\n\r\n", "", 0, nil},
		{"X-T: \x01\r\n\r\n", "", 0, nil},
		{"Content-Length: 1\r\n\r\n", "", 0, nil},
		{"host: x\r\n\r\n", "", 0, nil},
		{"TRANSFER-ENCODING: chunked\r\n\r\n", "", 0, nil},
		{"If-Anything: x\r\n\r\n", "", 0, nil},
		{"Set-Cookie: x\r\n\r\n", "set-cookie", 0, nil},
		{"X: " + strings.Repeat("a", 9000), "", 0, nil},
	} {
		raw := "1\r\nx\r\n0\r\n" + test.section + "GET"
		for _, r := range []io.Reader{strings.NewReader(raw), iotest.OneByteReader(strings.NewReader(raw))} {
			c, body, rest, err := readBody(r, ChunkOptions{MaxTrailer: test.max, Trailer: test.declared})
			if test.want == nil {
				var bad *BodyError
				if !errors.As(err, &bad) || bad.Status != 400 || c.Done() {
					t.Errorf("%.40q: got %v", test.section, err)
				}
				continue
			}
			if err != nil || body != "x" || rest != "GET" || !reflect.DeepEqual(c.Trailers(), test.want) {
				t.Errorf("%.40q: got %q, %v, %v, %q left", test.section, body, err, c.Trailers(), rest)
			}
		}
	}
}

// TestForbiddenTrailers: the whole list, in any case.
func TestForbiddenTrailers(t *testing.T) {
	names := "Authorization Age Cache-Control Connection Content-Encoding Content-Length Content-Range " +
		"Content-Type Date Expect Expires Forwarded Host If-Match If-Range Location Pragma Proxy-Connection " +
		"Max-Forwards Range Set-Cookie TE Trailer Transfer-Encoding Upgrade User-Agent Vary WWW-Authenticate"
	for _, name := range strings.Fields(names) {
		_, _, _, err := readBody(strings.NewReader("0\r\n"+name+": x\r\n\r\n"), ChunkOptions{})
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// TestMaxBody: the limit counts when the size line is seen; the data of that
// chunk never has to arrive.
func TestMaxBody(t *testing.T) {
	_, body, _, err := readBody(strings.NewReader("4\r\nabcd\r\n2\r\n"), ChunkOptions{MaxBody: 5})
	var bad *BodyError
	if !errors.As(err, &bad) || bad.Status != 413 || body != "abcd" || bad.Reason != "request-size too long: 6 -> 413" {
		t.Errorf("got %q, %v", body, err)
	}
	if _, body, _, err = readBody(strings.NewReader("4\r\nabcd\r\n1\r\ne\r\n0\r\n\r\n"), ChunkOptions{MaxBody: 5}); err != nil || body != "abcde" {
		t.Errorf("got %q, %v", body, err)
	}
}

// TestFinal: an error is not read past.
func TestFinal(t *testing.T) {
	br := bufio.NewReader(strings.NewReader("x\r\n5\r\n12345\r\n0\r\n\r\n"))
	c := NewChunkedReader(br, ChunkOptions{})
	var buf [10]byte
	_, err := c.Read(buf[:])
	_, again := c.Read(buf[:])
	if err == nil || err != again || err.Error() != "chunked header invalid chars -> 400" {
		t.Errorf("got %v, then %v", err, again)
	}
}

func TestCounted(t *testing.T) {
	br := bufio.NewReader(strings.NewReader("abcdef"))
	c := NewCountedReader(br, 4)
	if c.Done() || c.Left() != 4 {
		t.Error("done before the first byte")
	}
	b, err := io.ReadAll(c)
	if string(b) != "abcd" || err != nil || !c.Done() {
		t.Errorf("got %q, %v", b, err)
	}
	c = NewCountedReader(br, 3)
	b, err = io.ReadAll(c)
	if string(b) != "ef" || err != io.ErrUnexpectedEOF || c.Done() || c.Left() != 1 {
		t.Errorf("got %q, %v", b, err)
	}
	c = NewCountedReader(br, 0)
	if n, err := c.Read(nil); n != 0 || err != io.EOF || !c.Done() {
		t.Errorf("got %d, %v", n, err)
	}
}

// TestSmallBufferBody: a buffer that cannot hold a line does not hang.
func TestSmallBufferBody(t *testing.T) {
	for _, raw := range []string{"5;" + strings.Repeat("x", 500) + "\r\n12345\r\n", "0\r\nX: " + strings.Repeat("x", 500) + "\r\n\r\n"} {
		_, err := io.ReadAll(NewChunkedReader(bufio.NewReaderSize(strings.NewReader(raw), 64), ChunkOptions{}))
		var bad *BodyError
		if !errors.As(err, &bad) || bad.Status != 400 {
			t.Errorf("%.10q: %v", raw, err)
		}
	}
}
