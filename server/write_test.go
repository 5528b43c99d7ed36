package server

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pieces is a backend that gives one string a read and then err.
type pieces struct {
	parts  []string
	err    error
	closed chan struct{}
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.parts) == 0 {
		return 0, p.err
	}
	n := copy(b, p.parts[0])
	p.parts = p.parts[1:]
	return n, nil
}

func (p *pieces) Close() error { close(p.closed); return nil }

// backend answers with parts read from a backend.
func backend(err error, fields Header, parts ...string) func(*Request) Result {
	return func(r *Request) Result {
		r.Status = 200
		for name, value := range fields.All() {
			r.Resp.Set(name, value)
		}
		r.Queue.AppendReader(&pieces{append([]string(nil), parts...), err, make(chan struct{})})
		return Finished
	}
}

func fieldsOf(pairs ...string) (h Header) {
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// TestFraming compares whole answers, Date and Server aside.
func TestFraming(t *testing.T) {
	cut := errors.New("backend died")
	length9 := fieldsOf("Content-Length", "9")
	const stream = "server.stream-response-body = 1"
	status := func(n int, fields Header) func(*Request) Result {
		return func(r *Request) Result {
			r.Status = n
			for name, value := range fields.All() {
				r.Resp.Set(name, value)
			}
			r.Queue.AppendBytes([]byte("body"))
			return Finished
		}
	}
	for _, tt := range []struct {
		name, conf, request string
		handler             func(*Request) Result
		want                string
	}{
		{"bytes", "", "GET / HTTP/1.1", status(200, Header{}), "HTTP/1.1 200 OK\nContent-Length: 4\nConnection: close\n\nbody"},
		{"HEAD", "", "HEAD / HTTP/1.1", status(200, Header{}), "HTTP/1.1 200 OK\nContent-Length: 4\nConnection: close\n\n"},
		{"HEAD without body", "", "HEAD / HTTP/1.1", func(r *Request) Result { r.Status = 301; return Finished },
			"HTTP/1.1 301 Moved Permanently\nConnection: close\n\n"},
		{"no body", "", "GET / HTTP/1.1", func(r *Request) Result { r.Status = 301; return Finished },
			"HTTP/1.1 301 Moved Permanently\nContent-Length: 0\nConnection: close\n\n"},
		{"204", "", "GET / HTTP/1.1", status(204, Header{}), "HTTP/1.1 204 No Content\nConnection: close\n\n"},
		{"205", "", "GET / HTTP/1.1", status(205, Header{}), "HTTP/1.1 205 Reset Content\nContent-Length: 0\nConnection: close\n\n"},
		{"304", "", "GET / HTTP/1.1", status(304, fieldsOf("Content-Length", "4", "Content-Encoding", "gzip")),
			"HTTP/1.1 304 Not Modified\nContent-Length: 4\nConnection: close\n\n"},
		{"unknown status", "", "GET / HTTP/1.1", status(799, Header{}), "HTTP/1.1 799 \nContent-Length: 4\nConnection: close\n\nbody"},
		{"private and empty fields", "", "GET / HTTP/1.1",
			status(200, fieldsOf("x-sendfile", "/etc/passwd", "X-LIGHTTPD-Foo", "1", "X-Empty", "", "X-Lightning", "2", "A", "1\r\nB: 2")),
			"HTTP/1.1 200 OK\nX-Lightning: 2\nA: 1  B: 2\nContent-Length: 4\nConnection: close\n\nbody"},
		{"collected", "", "GET / HTTP/1.1", backend(io.EOF, Header{}, "ab", "c"), "HTTP/1.1 200 OK\nContent-Length: 3\nConnection: close\n\nabc"},
		{"collected, 1.0", "", "GET / HTTP/1.0", backend(io.EOF, Header{}, "ab", "c"), "HTTP/1.0 200 OK\nContent-Length: 3\nConnection: close\n\nabc"},
		{"collected nothing", "", "GET / HTTP/1.1", backend(io.EOF, Header{}), "HTTP/1.1 200 OK\nContent-Length: 0\nConnection: close\n\n"},
		{"collected, short", "", "GET / HTTP/1.1", backend(io.EOF, length9, "abc"), "HTTP/1.1 200 OK\nContent-Length: 9\nConnection: close\n\nabc"},
		{"collected, broken", "", "GET / HTTP/1.1", backend(cut, Header{}, "hi"),
			"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: close\n\n2\r\nhi\r\n"},
		{"collected, broken, 1.0", "", "GET / HTTP/1.0", backend(cut, Header{}, "hi"), "HTTP/1.0 200 OK\nConnection: close\n\nhi"},
		{"collected for a refused head", `server.error-handler = "/e"`, "GET / HTTP/1.1\r\nA: \x00", backend(io.EOF, Header{}, "ab", "c"),
			"HTTP/1.1 200 OK\nContent-Length: 3\nConnection: close\n\nabc"},
		{"streamed", stream, "GET / HTTP/1.1", backend(io.EOF, Header{}, "ab", "c"),
			"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: close\n\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"},
		{"streamed, 1.0", stream, "GET / HTTP/1.0", backend(io.EOF, Header{}, "ab", "c"), "HTTP/1.0 200 OK\nConnection: close\n\nabc"},
		{"streamed, length", stream, "GET / HTTP/1.1", backend(io.EOF, fieldsOf("Content-Length", "3"), "ab", "cd"),
			"HTTP/1.1 200 OK\nContent-Length: 3\nConnection: close\n\nabc"},
		{"streamed, broken", stream, "GET / HTTP/1.1", backend(cut, Header{}, "ab"),
			"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: close\n\n2\r\nab\r\n"},
		{"streamed, HEAD", stream, "HEAD / HTTP/1.1", backend(io.EOF, Header{}, "ab"), "HTTP/1.1 200 OK\nConnection: close\n\n"},
		{"stray transfer coding", "", "GET / HTTP/1.1", status(200, fieldsOf("Transfer-Encoding", "gzip")),
			"HTTP/1.1 200 OK\nContent-Length: 4\nConnection: close\n\nbody"},
		{"bad length", "", "GET / HTTP/1.1", status(200, fieldsOf("Content-Length", "-4")), "HTTP/1.1 200 OK\nContent-Length: 4\nConnection: close\n\nbody"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newRig(t, tt.conf, handlerModule(tt.handler)).dial()
			c.send("%s\r\nHost: h\r\nConnection: close\r\n\r\n", tt.request)
			want(t, "answer", c.head()+"\n"+c.rest(), tt.want)
		})
	}
}

// An error handler that drops the connection does so for a refused head, too.
func TestRefusedAndDropped(t *testing.T) {
	c := newRig(t, `server.error-handler = "/e"`, handlerModule(func(*Request) Result { return Failed })).dial()
	c.send("GET / HTTP/1.1\r\nHost: h\r\nA: \x00\r\n\r\n")
	want(t, "answer", c.rest(), "")
}

// A response that ends properly keeps the connection, a broken one does not.
func TestStreamedPersistence(t *testing.T) {
	c := newRig(t, "server.stream-response-body = 2", handlerModule(backend(io.EOF, Header{}, "x"))).dial()
	for range 2 {
		c.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
		want(t, "head", c.head(), "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n")
		want(t, "body", c.body(11), "1\r\nx\r\n0\r\n\r\n")
	}
}

// What the backend has said reaches the client before it says more.
func TestStreamFlushes(t *testing.T) {
	pr, pw := io.Pipe()
	c := newRig(t, "server.stream-response-body = 1", handlerModule(func(r *Request) Result {
		r.Status = 200
		r.Queue.AppendReader(pr)
		return Finished
	})).dial()
	c.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	c.head()
	for range 3 {
		pw.Write([]byte("ab"))
		want(t, "chunk", c.body(7), "2\r\nab\r\n")
	}
	pw.Close()
	want(t, "end", c.body(5), "0\r\n\r\n")
}

// A backend that falls silent in the middle of a streamed answer is cut.
func TestStreamIdle(t *testing.T) {
	t.Parallel()
	pr, pw := io.Pipe()
	defer pw.Close()
	c := startRig(t, "server.stream-response-body = 1\nserver.max-write-idle = 1", handlerModule(func(r *Request) Result {
		r.Status = 200
		r.Queue.AppendReader(pr)
		return Finished
	})).dial()
	c.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	c.head()
	began := time.Now()
	io.ReadAll(c.br)
	if d := time.Since(began); d < time.Second {
		t.Errorf("cut after %v", d)
	}
}

func TestFilter(t *testing.T) {
	upper := func(r io.Reader) io.Reader {
		b, err := io.ReadAll(r)
		if err != nil {
			return brokenReader{err}
		}
		return bytes.NewReader(bytes.ToUpper(b))
	}
	m := hooksModule(Hooks{
		URIRaw:        func(r *Request) Result { r.Handler = fixed("abc"); return GoOn },
		ResponseStart: func(r *Request) Result { r.Queue.Filter(upper); return GoOn },
	})
	c := newRig(t, "", m).dial()
	c.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 3\n")
	want(t, "body", c.body(3), "ABC")
}

// pattern is n bytes that tell where they stand.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	return b
}

func writeFile(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sections answers with pieces of a file between bytes.
func sections(path string, parts ...int64) func(*Request) Result {
	return func(r *Request) Result {
		f, err := os.Open(path)
		if err != nil {
			return r.Fail(404)
		}
		r.Status = 200
		for i := 0; i+1 < len(parts); i += 2 {
			r.Queue.AppendBytes([]byte("<"))
			r.Queue.AppendFile(f, parts[i], parts[i+1], nil)
		}
		r.Queue.AppendFile(f, 0, 0, f)
		return Finished
	}
}

func TestFiles(t *testing.T) {
	content := pattern(300_000)
	path := writeFile(t, content)
	for _, tt := range []struct {
		name  string
		parts []int64
	}{
		{"small", []int64{5, 100}},
		{"sendfile", []int64{0, 300_000}},
		{"two parts", []int64{10, 20, 100_000, 150_000}},
		{"just small", []int64{0, smallBody - 1}},
		{"just large", []int64{0, smallBody}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var body []byte
			for i := 0; i+1 < len(tt.parts); i += 2 {
				body = append(append(body, '<'), content[tt.parts[i]:tt.parts[i]+tt.parts[i+1]]...)
			}
			c := newRig(t, "", handlerModule(sections(path, tt.parts...))).dial()
			for range 2 {
				c.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
				want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Length: "+itoa(len(body))+"\n")
				if got := c.body(len(body)); got != string(body) {
					t.Fatal("the body differs")
				}
			}
		})
	}
}

// A file that is shorter than promised ends the connection: never a wrong
// length, never another request.
func TestTruncatedFile(t *testing.T) {
	path := writeFile(t, pattern(100_000))
	for _, n := range []int64{200_000, 100_001} {
		c := newRig(t, "", handlerModule(sections(path, 0, n))).dial()
		c.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
		want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Length: "+itoa(int(n+1))+"\n")
		got, _ := io.ReadAll(c.br)
		if len(got) > 100_001 {
			t.Errorf("%d bytes of the body", len(got))
		}
	}
}

// The client disappears at all sorts of places; nothing may be left behind
// (the rig counts goroutines, descriptors and connections).
func TestAborts(t *testing.T) {
	path := writeFile(t, pattern(2_000_000))
	g := newRig(t, "server.stream-response-body = 1", handlerModule(func(r *Request) Result {
		if r.Method == "POST" {
			return echo(r)
		}
		return sections(path, 0, 2_000_000)(r)
	}))
	request := "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"
	for n := range len(request) {
		c := g.dial().send("%s", request[:n+1])
		if n%3 == 0 {
			c.SetReadDeadline(time.Now().Add(2 * time.Millisecond))
			io.ReadFull(c.br, make([]byte, n*50))
		}
		c.Close()
	}
}

// A slow client gets all of it although one write lasts longer than the idle
// limit; one that does not read at all is dropped.
func TestWriteIdle(t *testing.T) {
	t.Parallel()
	path := writeFile(t, pattern(8_000_000))
	g := startRig(t, "server.max-write-idle = 1", handlerModule(sections(path, 0, 8_000_000)))
	slow := g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	stuck := g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	slow.head()
	for range 30 {
		slow.body(100_000)
		time.Sleep(100 * time.Millisecond)
	}
	slow.body(8_000_001 - 3_000_000)
	got, _ := io.ReadAll(stuck.br)
	if len(got) > 8_000_000 {
		t.Errorf("the stuck client got %d bytes", len(got))
	}
}

func TestDateAndServer(t *testing.T) {
	g := newRig(t, `server.tag = "me"`, handlerModule(func(r *Request) Result {
		r.Status = 200
		if r.Target == "/own" {
			r.Resp.Set("Date", "today")
			r.Resp.Set("server", "you")
			r.Resp.Set("Connection", "x")
		}
		return Finished
	}))
	got := g.dial().send("GET /own HTTP/1.0\r\n\r\n").rest()
	want(t, "own", got, "HTTP/1.0 200 OK\r\nDate: today\r\nserver: you\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
	got = g.dial().send("GET / HTTP/1.0\r\n\r\n").rest()
	lines := strings.Split(got, "\r\n")
	want(t, "lines", len(lines), 7)
	want(t, "Server", lines[4], "Server: me")
	if _, err := time.Parse("Date: Mon, 02 Jan 2006 15:04:05 GMT", lines[3]); err != nil {
		t.Error(err)
	}
}
