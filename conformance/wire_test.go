package conformance

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestRequestBytes(t *testing.T) {
	tests := []struct{ text, want string }{
		{"GET / HTTP/1.1\nHost: h\n", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{"GET / HTTP/1.1\nHost: h\n\n", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{"POST / HTTP/1.1\nContent-Length: 3\n\na\nb\n", "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na\nb"},
		{"GET /a HTTP/1.1\nHost: h\n\nGET /b HTTP/1.1\nHost: h\n", "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n"},
		{"raw\nGET /\\x00 \"q\"\n\\r\\n\n", "GET /\x00 \"q\"\r\n"},
	}
	for _, test := range tests {
		got, err := RequestBytes(test.text)
		if err != nil || string(got) != test.want {
			t.Errorf("%q: %q, %v; want %q", test.text, got, err, test.want)
		}
	}
	if _, err := RequestBytes("raw\n\\q"); err == nil {
		t.Error("a bad escape is accepted")
	}
}

func TestResponseText(t *testing.T) {
	const date = "Date: Sat, 02 Jan 2021 03:04:05 GMT\r\n"
	tests := []struct{ method, wire, want string }{
		{"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + date + "Server: lighttpd/1.4.69\r\n\r\nhi",
			"HTTP/1.1 200 OK\nContent-Length: 2\nDate: [date]\nServer: lighttpd/1.4.86\n\nhi\n"},
		{"HEAD", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 341\r\n\r\n",
			"HTTP/1.1 404 Not Found\nContent-Type: text/html\nContent-Length: [page]\n\n"},
		{"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
			"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nabc\n"},
		{"GET", "HTTP/1.1 304 Not Modified\r\nX: 127.0.0.1:99\n\r\n",
			"HTTP/1.1 304 Not Modified\n[bare LF]X: 127.0.0.1:[port]\n\n"},
		{"GET", "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n\x00\r\xff", "HTTP/1.0 200 OK\nConnection: close\n\n\\x00\\r\\xff\n"},
		{"GET", "HTTP/1.1 418 x\r\nContent-Length: 141\r\n\r\n" + page("418 y"), "HTTP/1.1 418 x\nContent-Length: 141\n\n" + page("418 y")},
	}
	for _, test := range tests {
		r, err := ReadResponse(bufio.NewReader(strings.NewReader(test.wire)), test.method)
		if err != nil {
			t.Errorf("%q: %v", test.wire, err)
			continue
		}
		if got := r.Text("99"); got != test.want {
			t.Errorf("%q:\n%s\nwant\n%s", test.wire, got, test.want)
		}
	}
}

func TestReadResponseErrors(t *testing.T) {
	tests := []struct {
		wire string
		want error // nil: any
	}{
		{"", io.EOF},
		{"HTTP/1.1 200", io.ErrUnexpectedEOF},
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", io.ErrUnexpectedEOF},
		{"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", nil},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", nil},
		{"garbage\r\n\r\n", nil},
	}
	for _, test := range tests {
		_, err := ReadResponse(bufio.NewReader(strings.NewReader(test.wire)), "GET")
		if err == nil || test.want != nil && err != test.want {
			t.Errorf("%q: %v, want %v", test.wire, err, test.want)
		}
	}
}

func TestMaskedFrame(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 65535, 65536} {
		payload := bytes.Repeat([]byte("x"), n)
		frame := maskedFrame(0x82, payload)
		frame[1] &^= 0x80 // read it as a server's frame: no mask bit
		head := len(frame) - n - 4
		key, data := frame[head:head+4], frame[head+4:]
		for i := range data {
			data[i] ^= key[i%4]
		}
		unmasked := append(append([]byte{}, frame[:head]...), data...)
		first, got, err := readFrame(bufio.NewReader(bytes.NewReader(unmasked)))
		if err != nil || first != 0x82 || !bytes.Equal(got, payload) {
			t.Errorf("%d bytes: %02x, %d bytes, %v", n, first, len(got), err)
		}
	}
}
