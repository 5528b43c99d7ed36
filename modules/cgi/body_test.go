package cgi_test

import (
	"fmt"
	"strings"
	"testing"
)

// input tells how long the input is, where it comes from and how it ends.
const input = `printf 'A: b\n\n'
f=$(readlink /proc/self/fd/0)
case "$f" in pipe:*) f=pipe;; *lighttpd-upload*) f=file;; esac
printf "$CONTENT_LENGTH $f "
head -c 3
printf " $(wc -c)"`

func TestBody(t *testing.T) {
	long, longer := strings.Repeat("x", 65<<10), strings.Repeat("0123456789", 300_000)
	counted := func(body string) string {
		return fmt.Sprintf("POST /a.cgi HTTP/1.1\nHost: h\nContent-Length: %d\n\n%s", len(body), body)
	}
	const chunked = "POST /a.cgi HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\nabc\n2\nde\n0\n\n"
	for _, c := range []struct{ conf, request, want string }{
		{"", "GET /a.cgi HTTP/1.1\nHost: h\n\n", "0 /dev/null  0"},
		{"", counted(""), "0 /dev/null  0"},
		{"", counted("abcde"), "5 pipe abc 2"},
		{"", counted(long), "66560 file xxx 66557"},
		{"", counted(longer), "3000000 file 012 2999997"},
		{"", chunked, "5 pipe abc 2"},
		{"server.stream-request-body = 1", counted("abcde"), "5 pipe abc 2"},
		{"server.stream-request-body = 1", counted(longer), "3000000 pipe 012 2999997"},
		{"server.stream-request-body = 1", chunked, "5 pipe abc 2"},
	} {
		s := serve(t, c.conf, map[string]string{"a.cgi": input})
		if r := s.Do(c.request); r.Body != c.want || r.Status != 200 {
			t.Errorf("%s, %.60q: %.300s", c.conf, c.request, r.Raw)
		}
	}
}

func TestBodyNotRead(t *testing.T) {
	body := strings.Repeat("x", 300_000)
	for _, conf := range []string{"", "server.stream-request-body = 1"} {
		s := serve(t, conf, map[string]string{"a.cgi": `printf 'A: b\n\nhi'`})
		all := s.DoAll(fmt.Sprintf("POST /a.cgi HTTP/1.1\nHost: h\nContent-Length: %d\n\n%s", len(body), body))
		if len(all) != 1 || all[0].Status != 200 || all[0].Body != "hi" {
			t.Errorf("%s: %+v", conf, all)
		}
	}
}

func TestChunkedNeedsLength(t *testing.T) {
	s := serve(t, "server.stream-request-body = 1", map[string]string{"a.cgi": `printf 'A: b\n\nhi'; echo >ran`})
	conn := dial(t, s)
	fmt.Fprint(conn, "POST /a.cgi HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
	b := make([]byte, 4096)
	n, _ := conn.Read(b)
	if out := string(b[:n]); !strings.HasPrefix(out, "HTTP/1.1 411 Length Required\r\n") || !strings.Contains(out, "Connection: close\r\n") {
		t.Errorf("%q", out)
	}
}

func TestBadBody(t *testing.T) {
	for _, c := range []struct {
		conf, request string
		status        int
	}{
		{"", "POST /a.cgi HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\nx\n", 400},
		{"server.max-request-size = 1", "POST /a.cgi HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n401\n", 413},
		{"server.max-request-size = 1", "POST /a.cgi HTTP/1.1\nHost: h\nContent-Length: 1025\n\n", 413},
		{`server.stream-request-body = 0`, "POST /a.cgi HTTP/1.1\nHost: h\nContent-Length: 1\nIncremental: ?1\n\na", 501},
		{`server.stream-request-body = 0`, "POST /a.cgi HTTP/1.1\nHost: h\nContent-Length: 1\nIncremental: ?0\n\na", 200},
		{`server.stream-request-body = 1`, "POST /a.cgi HTTP/1.1\nHost: h\nContent-Length: 1\nIncremental: ?1\n\na", 200},
		{``, "POST /a.cgi HTTP/1.1\nHost: h\nContent-Length: 1\nIncremental: ?1\n\na", 200},
	} {
		s := serve(t, c.conf, map[string]string{"a.cgi": `printf 'A: b\n\nhi'`})
		r := s.Do(c.request)
		if r.Status != c.status || c.status != 200 && r.Get("Connection") != "close" {
			t.Errorf("%s, %q: %s", c.conf, c.request, r.Raw)
		}
	}
	s := serve(t, "server.stream-response-body = 0", map[string]string{"a.cgi": `printf 'Incremental: ?1\n\nhi'`})
	if r := s.Get("/a.cgi"); r.Status != 501 {
		t.Errorf("Incremental answer: %s", r.Raw)
	}
}

func TestContinue(t *testing.T) {
	s := serve(t, "", map[string]string{"a.cgi": `printf "\n$HTTP_EXPECT$(wc -c)"`})
	conn := dial(t, s)
	fmt.Fprint(conn, "POST /a.cgi HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
	b := make([]byte, 4096)
	n, _ := conn.Read(b)
	if string(b[:n]) != "HTTP/1.1 100 Continue\r\n\r\n" {
		t.Fatalf("%q", b[:n])
	}
	fmt.Fprint(conn, "abc")
	n, _ = conn.Read(b)
	if !strings.HasSuffix(string(b[:n]), "\r\n\r\n3") {
		t.Errorf("%q", b[:n])
	}
}
