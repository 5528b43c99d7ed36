package backend_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/internal/backend"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// fake is a backend that says its pieces and then ends with err.
type fake struct {
	pieces []string
	err    error
	closed atomic.Int32
}

func (f *fake) Read(p []byte) (int, error) {
	if f.closed.Load() > 0 {
		return 0, os.ErrClosed
	}
	if len(f.pieces) == 0 {
		return 0, f.err
	}
	n := copy(p, f.pieces[0])
	if f.pieces[0] = f.pieces[0][n:]; f.pieces[0] == "" {
		f.pieces = f.pieces[1:]
	}
	return n, nil
}

func (f *fake) Close() error {
	f.closed.Add(1)
	return nil
}

func (f *fake) Abort() {}
func (f *fake) Shut()  {}

// answer sends a request to a server with f as its only backend.
func answer(t *testing.T, f *fake, o backend.Options, conf, request string) (string, string) {
	t.Helper()
	mod := server.Define("mod_fake", server.Table[struct{}]{}, func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
		return server.Hooks{URIClean: func(r *server.Request) server.Result {
			r.Handler = func(r *server.Request) server.Result { return backend.Respond(r, f, o) }
			return server.GoOn
		}}, nil
	})
	s := servertest.New(t, `server.document-root = "/"
server.tag = ""
server.modules = ( "mod_fake" )
`+conf, mod)
	out := s.Bytes(servertest.CRLF(request))
	if n := f.closed.Load(); n != 1 {
		t.Errorf("the backend was closed %d times", n)
	}
	return out, s.Log()
}

const get = "GET / HTTP/1.1\nHost: h\n\n"

// bytewise cuts a text into single bytes.
func bytewise(s string) []string { return strings.Split(s, "") }

func TestFailures(t *testing.T) {
	reset := errors.New("reset")
	timeout := fmt.Errorf("read: %w", os.ErrDeadlineExceeded)
	for _, c := range []struct {
		name   string
		kind   backend.Kind
		said   string
		err    error
		status string
		log    string
	}{
		{"nothing", backend.Proxy, "", io.EOF, "500", ""},
		{"nothing", backend.CGI, "", io.EOF, "500", ""},
		{"reset", backend.Proxy, "HTTP/1.1 200 OK\r\nA", reset, "500", ""},
		{"part of a head", backend.Gateway, "Status: 200\r\nA: b\r\n", io.EOF, "500", ""},
		{"part of a line", backend.Gateway, "Stat", io.EOF, "500", ""},
		{"text", backend.CGI, "text", io.EOF, "200", ""},
		{"text, reset", backend.CGI, "text", reset, "500", ""},
		{"timeout", backend.Gateway, "Status: 200\r\n", timeout, "504", ""},
		{"malformed", backend.Proxy, "Status: 200\r\n\r\n", io.EOF, "502", "missing status line in response headers of B\n"},
		{"malformed", backend.Gateway, "text\n\n", io.EOF, "502", "missing ':' in header line in response headers of B\n"},
		{"101", backend.Proxy, "HTTP/1.1 101 x\r\nUpgrade: y\r\n\r\n", io.EOF, "502", "unexpected 101 in response headers of B\n"},
		{"only interim", backend.Proxy, "HTTP/1.1 103 x\r\n\r\n", io.EOF, "103", ""},
		{"large", backend.Gateway, strings.Repeat("A: b\n", 14000), io.EOF, "502", "response headers too large for /\n"},
	} {
		out, log := answer(t, &fake{pieces: bytewise(c.said), err: c.err}, backend.Options{Kind: c.kind, Name: "B"}, "", get)
		if !strings.HasPrefix(out, "HTTP/1.1 "+c.status+" ") || log != c.log || strings.Contains(out, "Connection: close") {
			t.Errorf("%s, kind %d: %q, log %q", c.name, c.kind, out, log)
		}
		if c.status == "103" && !strings.Contains(out, "\r\n\r\nHTTP/1.1 500 ") {
			t.Errorf("%s: %q", c.name, out)
		}
	}
	out, _ := answer(t, &fake{err: backend.ErrClientGone}, backend.Options{}, "", get)
	if out != "" {
		t.Errorf("without a client: %q", out)
	}
}

// TestBodies says the body in one piece with the head, and byte by byte; the
// client's view is the same.
func TestBodies(t *testing.T) {
	cut, timeout := io.ErrUnexpectedEOF, fmt.Errorf("read: %w", os.ErrDeadlineExceeded)
	const chunked = "Transfer-Encoding: chunked\r\n\r\n"
	for _, c := range []struct {
		name, said string
		err        error
		collected  string // the end of the response, from its second field on
		streamed   string
	}{
		{"length", "Content-Length: 2\r\n\r\nhi", cut, "Content-Length: 2\r\nAccept-Ranges: bytes\r\n|hi", "Content-Length: 2\r\n|hi"},
		{"surplus", "Content-Length: 2\r\n\r\nhi there", cut, "Content-Length: 2\r\nAccept-Ranges: bytes\r\n|hi", "Content-Length: 2\r\n|hi"},
		{"short", "Content-Length: 9\r\n\r\nhi", io.EOF, "Content-Length: 9\r\nAccept-Ranges: bytes\r\nConnection: close\r\n|hi", "Content-Length: 9\r\n|hi"},
		{"short, cut", "Content-Length: 9\r\n\r\nhi", cut, "Content-Length: 9\r\nConnection: close\r\n|hi", "Content-Length: 9\r\n|hi"},
		{"until the end", "\r\nhi", io.EOF, "Accept-Ranges: bytes\r\nContent-Length: 2\r\n|hi", "Transfer-Encoding: chunked\r\n|hi."},
		{"cut", "\r\nhi", cut, "Transfer-Encoding: chunked\r\nConnection: close\r\n|hi", "Transfer-Encoding: chunked\r\n|hi"},
		{"timeout", "\r\nhi", timeout, "504", "Transfer-Encoding: chunked\r\n|hi"},
		{"chunked", chunked + "2\r\nhi\r\n0\r\n\r\n", cut, "Accept-Ranges: bytes\r\nContent-Length: 2\r\n|hi", "Transfer-Encoding: chunked\r\n|hi."},
		{"chunked, cut", chunked + "2\r\nhi\r\n", io.EOF, "Transfer-Encoding: chunked\r\nConnection: close\r\n|hi", "Transfer-Encoding: chunked\r\n|hi"},
		{"empty", "Content-Length: 0\r\n\r\n", cut, "Content-Length: 0\r\nAccept-Ranges: bytes\r\n|", "Content-Length: 0\r\nAccept-Ranges: bytes\r\n|"},
	} {
		said := "HTTP/1.1 200 OK\r\nA: b\r\n" + c.said
		for _, pieces := range [][]string{{said}, bytewise(said)} {
			for _, conf := range []string{"", "server.stream-response-body = 1"} {
				out, _ := answer(t, &fake{pieces: slices.Clone(pieces), err: c.err}, backend.Options{Kind: backend.Proxy}, conf, get)
				want := c.collected
				if conf != "" {
					want = c.streamed
				}
				got := shape(out)
				// An answer that is complete with its head may be told as such.
				if got != want && !(len(pieces) == 1 && got == c.collected && !strings.Contains(got, "close")) {
					t.Errorf("%s, %d pieces, %s: %q, want %q", c.name, len(pieces), conf, got, want)
				}
			}
		}
	}
}

// shape shows a response: fields without Date and the first one, and the
// body without its chunks; a dot stands for the last chunk.
func shape(out string) string {
	head, body, _ := strings.Cut(out, "\r\n\r\n")
	if !strings.HasPrefix(head, "HTTP/1.1 200 OK\r\nA: b\r\n") {
		return out[len("HTTP/1.1 "):][:3]
	}
	var fields strings.Builder
	for _, line := range strings.Split(head, "\r\n")[2:] {
		if !strings.HasPrefix(line, "Date: ") {
			fields.WriteString(line + "\r\n")
		}
	}
	if !strings.Contains(head, "chunked") {
		return fields.String() + "|" + body
	}
	text := ""
	for body != "" {
		var n int
		fmt.Sscanf(body, "%x\r\n", &n)
		_, body, _ = strings.Cut(body, "\r\n")
		if n == 0 {
			return fields.String() + "|" + text + "."
		}
		text, body = text+body[:n], body[n+2:]
	}
	return fields.String() + "|" + text
}

func TestDocRoots(t *testing.T) {
	clean, _, ok := backend.ParseDocRoots([]string{"/a", "/b/", "/c/../d", "/"})
	if want := "/a/ /b/ /d/ /"; !ok || strings.Join(clean, " ") != want {
		t.Errorf("%q", clean)
	}
	for _, bad := range []string{"", "a", "./a"} {
		if _, got, ok := backend.ParseDocRoots([]string{"/ok", bad}); ok || got != bad {
			t.Errorf("%q is taken", bad)
		}
	}
}
