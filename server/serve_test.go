package server

import (
	"io"
	"strings"
	"testing"
	"time"
)

// echo answers with the method, the target and the body.
func echo(r *Request) Result {
	b, err := r.CollectBody()
	if err != nil {
		return r.FailBody(err)
	}
	text, err := io.ReadAll(b)
	if err != nil {
		return r.FailBody(err)
	}
	r.Status = 200
	r.Queue.AppendBytes([]byte(r.Method + " " + r.Target + " " + string(text)))
	return Finished
}

// fixed answers with text and leaves the request body unread.
func fixed(text string) func(*Request) Result {
	return func(r *Request) Result {
		r.Status = 200
		r.Resp.Set("Content-Type", "text/plain")
		r.Queue.AppendBytes([]byte(text))
		return Finished
	}
}

func TestPersistence(t *testing.T) {
	const get = "GET / HTTP/1.1\r\nHost: h\r\n"
	const stays, closes = "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 2\n",
		"HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 2\nConnection: close\n"
	for _, tt := range []struct{ name, conf, request, want string }{
		{"1.1", "", get + "\r\n", stays},
		{"1.1 close", "", get + "Connection: close\r\n\r\n", closes},
		{"one line with both", "", get + "Connection: keep-alive, close\r\n\r\n", closes},
		{"two lines, last one decides", "", get + "Connection: close\r\nConnection: keep-alive\r\n\r\n", stays},
		{"1.0", "", "GET / HTTP/1.0\r\n\r\n", strings.Replace(closes, "/1.1", "/1.0", 1)},
		{"1.0 keep-alive", "", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
			"HTTP/1.0 200 OK\nContent-Type: text/plain\nContent-Length: 2\nConnection: keep-alive\n"},
		{"unread body", "", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", closes},
		{"unread chunks", "", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", closes},
		{"empty body", "", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", stays},
		{"no idle time", "server.max-keep-alive-idle = 0", get + "\r\n", closes},
		{"no requests", "server.max-keep-alive-requests = 0", get + "\r\n", closes},
		{"no HTTP/1.1", `server.protocol-http11 = "disable"`, get + "\r\n", strings.Replace(closes, "/1.1", "/1.0", 1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newRig(t, tt.conf, handlerModule(fixed("ok"))).dial()
			c.send("%s", tt.request)
			want(t, "head", c.head(), tt.want)
			want(t, "body", c.body(2), "ok")
			if strings.Contains(tt.want, "close") {
				want(t, "rest", c.rest(), "")
				return
			}
			c.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
			want(t, "second head", c.head(), closes)
			want(t, "second body", c.rest(), "ok")
		})
	}
}

func TestKeepAliveRequests(t *testing.T) {
	c := newRig(t, "server.max-keep-alive-requests = 2", handlerModule(fixed("ok"))).dial()
	for i := range 3 {
		c.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
		want(t, "closes", strings.Contains(c.head(), "Connection: close"), i == 2)
		c.body(2)
	}
	want(t, "rest", c.rest(), "")
}

func TestPipelining(t *testing.T) {
	c := newRig(t, "", handlerModule(echo)).dial()
	c.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n" +
		"\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" +
		"POST /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n" +
		"GET /4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /5 HTTP/1.1\r\nHost: h\r\n\r\n")
	for _, w := range []string{"GET /1 ", "POST /2 abc", "POST /3 de", "GET /4 "} {
		c.head()
		want(t, "body", c.body(len(w)), w)
	}
	want(t, "rest", c.rest(), "")
}

func TestRejects(t *testing.T) {
	for _, tt := range []struct{ name, request, want string }{
		{"syntax", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", "HTTP/1.1 400"},
		{"method", "FOO / HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 501"},
		{"no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		{"preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.0 400"},
		{"too large", "GET /" + strings.Repeat("x", 9000), "HTTP/1.0 431"},
		{"first byte", "\x16", "HTTP/1.0 400"},
		{"two blank lines", "\r\n\r\n", "HTTP/1.0 400"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newRig(t, "", handlerModule(fixed("ok"))).dial()
			got := c.send("%s", tt.request).rest()
			want(t, "status", got[:min(len(got), 12)], tt.want)
			want(t, "closes", strings.Contains(got, "\r\nConnection: close\r\n"), true)
		})
	}
}

func TestIncompleteHead(t *testing.T) {
	g := newRig(t, "", handlerModule(fixed("ok")))
	c := g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n")
	closeWrite(t, c)
	want(t, "answer", c.rest(), "")
}

func TestHalfClose(t *testing.T) {
	g := newRig(t, "", handlerModule(fixed("ok")))
	c := g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	closeWrite(t, c)
	want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 2\n")
	want(t, "body", c.rest(), "ok")
}

func closeWrite(t *testing.T, c *client) {
	t.Helper()
	if err := c.Conn.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
}

// A client that is silent is dropped after the limit, not before.
func TestReadIdle(t *testing.T) {
	t.Parallel()
	c := startRig(t, "server.max-read-idle = 1", handlerModule(fixed("ok"))).dial()
	began := time.Now()
	want(t, "answer", c.rest(), "")
	if d := time.Since(began); d < time.Second {
		t.Errorf("closed after %v", d)
	}
}

// It is a time without a byte, not a total.
func TestTrickle(t *testing.T) {
	t.Parallel()
	c := startRig(t, "server.max-read-idle = 1", handlerModule(fixed("ok"))).dial()
	for _, b := range "GET / HTTP/1.1\r\nHost: h\r\n" {
		c.send("%c", b)
		time.Sleep(100 * time.Millisecond)
	}
	c.send("\r\n")
	want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 2\n")
}

func TestKeepAliveIdle(t *testing.T) {
	t.Parallel()
	c := startRig(t, "server.max-keep-alive-idle = 1\ndebug.log-timeouts = \"enable\"", handlerModule(fixed("ok"))).dial()
	c.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	c.head()
	c.body(2)
	began := time.Now()
	c.send("GET / HT") // an incomplete later head is under the same limit
	want(t, "answer", c.rest(), "")
	if d := time.Since(began); d < time.Second {
		t.Errorf("closed after %v", d)
	}
}

func TestPanic(t *testing.T) {
	g := newRig(t, "", handlerModule(func(r *Request) Result {
		r.Queue.AppendBytes([]byte("half"))
		panic("oh")
	}))
	want(t, "answer", g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").rest(), "")
	want(t, "log names the module", g.log.has("mod_test: panic at serve_test.go."), true)
}

func TestConnHooks(t *testing.T) {
	var got []string
	m := hooksModule(Hooks{
		ConnAccept: func(*Conn) Result { got = append(got, "accept"); return GoOn },
		ConnClose:  func(*Conn) { got = append(got, "close"); panic("late") },
	})
	g := newRig(t, "", m)
	g.dial().send("GET / HTTP/1.0\r\n\r\n").rest()
	g.stop()
	want(t, "hooks", strings.Join(got, " "), "accept close")
}
