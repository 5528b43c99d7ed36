package cgi_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
)

const handshake = "GET /a.cgi HTTP/1.1\r\nHost: h\r\nUpgrade: lines\r\nConnection: upgrade\r\n\r\n"

// upgrading answers 101, with bytes right behind the head, and then repeats
// what it reads until the client is done.
const upgrading = `printf 'Status: 101\nUpgrade: lines\nX: y\n\nearly '
while read -r line; do printf "<$line>"; done
printf bye`

func TestTunnel(t *testing.T) {
	s := serve(t, `cgi.upgrade = "enable"`, map[string]string{"a.cgi": upgrading})
	conn := dial(t, s)
	io.WriteString(conn, handshake+"one\n")
	expect(t, conn, "HTTP/1.1 101 Switching Protocols\r\n")
	head := expect(t, conn, "\r\n\r\n")
	for _, line := range []string{"Upgrade: lines\r\n", "X: y\r\n", "Connection: upgrade\r\n"} {
		if strings.Count(head, line) != 1 {
			t.Errorf("head %q: want one %q", head, line)
		}
	}
	expect(t, conn, "early <one>")
	io.WriteString(conn, "two\n")
	expect(t, conn, "<two>")
	conn.CloseWrite()
	if rest, _ := io.ReadAll(conn); string(rest) != "bye" {
		t.Errorf("after the half-close: %q", rest)
	}
}

// expect reads up to and with what is wanted.
func expect(t *testing.T, r io.Reader, want string) string {
	t.Helper()
	var got []byte
	for b := make([]byte, 1); !bytes.HasSuffix(got, []byte(want)); {
		if _, err := r.Read(b); err != nil {
			t.Fatalf("want %q, got %q: %v", want, got, err)
		}
		got = append(got, b[0])
	}
	return string(got)
}

func TestTunnelEndsWithTheProgram(t *testing.T) {
	s := serve(t, `cgi.upgrade = "enable"`, map[string]string{"a.cgi": `printf 'Status: 101\nUpgrade: x\n\nbye'`})
	conn := dial(t, s)
	io.WriteString(conn, handshake)
	if out, _ := io.ReadAll(conn); !strings.HasSuffix(string(out), "\r\n\r\nbye") {
		t.Errorf("%q", out)
	}
}

func TestTunnelReset(t *testing.T) {
	s := serve(t, `cgi.upgrade = "enable"`, map[string]string{"a.cgi": ""})
	script(t, s, fmt.Sprintf(told, s.Root, `printf 'Status: 101\nUpgrade: x\n\nhi'`))
	conn := dial(t, s)
	io.WriteString(conn, handshake)
	expect(t, conn, "\r\n\r\nhi")
	appears(t, s, "ready")
	conn.SetLinger(0)
	conn.Close()
	if got := appears(t, s, "told"); got != "TERM\n" {
		t.Errorf("the program got %q", got)
	}
}

func TestTunnelLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ conf, log string }{
		{"server.max-request-size = 1", "request-size too long: "},
		{"server.max-read-idle = 1", ""},
		{"server.max-write-idle = 1", ""},
		{`cgi.limits = ( "read-timeout" => 1 )`, "read timeout on CGI: "},
	} {
		s := serve(t, `cgi.upgrade = "enable"`+"\n"+c.conf, map[string]string{"a.cgi": `printf 'Status: 101\nUpgrade: x\n\nhi'; exec sleep 60`})
		conn := dial(t, s)
		io.WriteString(conn, handshake)
		expect(t, conn, "\r\n\r\nhi")
		if strings.HasPrefix(c.log, "request-size") {
			io.WriteString(conn, strings.Repeat("x", 1025))
		}
		if rest, _ := io.ReadAll(conn); len(rest) > 0 {
			t.Errorf("%s: %q", c.conf, rest)
		}
		if log := s.Log(); !strings.HasPrefix(log, c.log) || c.log == "" && log != "" {
			t.Errorf("%s: log %q", c.conf, log)
		}
	}
}

func TestNoUpgrade(t *testing.T) {
	const says = `printf "Upgrade: x\n\n<$HTTP_UPGRADE>"`
	for _, c := range []struct{ conf, request, body string }{
		{"", "GET /a.cgi HTTP/1.1\nHost: h\nUpgrade: lines\nConnection: upgrade\n\n", "<>"},
		{`cgi.upgrade = "enable"`, "GET /a.cgi HTTP/1.1\nHost: h\nUpgrade: lines\nConnection: upgrade\n\n", "<lines>"},
		{`cgi.upgrade = "enable"`, "POST /a.cgi HTTP/1.1\nHost: h\nUpgrade: lines\nConnection: upgrade\nContent-Length: 1\n\na", "<>"},
		{`cgi.upgrade = "enable"`, "GET /a.cgi HTTP/1.1\nHost: h\n\n", "<>"},
	} {
		s := serve(t, c.conf, map[string]string{"a.cgi": says})
		if r := s.Do(c.request); r.Status != 200 || r.Body != c.body || r.Has("Upgrade") {
			t.Errorf("%s, %q: %s", c.conf, c.request, r.Raw)
		}
	}
	s := serve(t, "", map[string]string{"a.cgi": upgrading})
	if r := s.Do("GET /a.cgi HTTP/1.1\nHost: h\nUpgrade: lines\nConnection: upgrade\n\n"); r.Status != 502 {
		t.Errorf("101 without leave: %s", r.Raw)
	}
}
