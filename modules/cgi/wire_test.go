package cgi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// patience is more than anything here takes.
const patience = 20 * time.Second

// dial connects to s over TCP.
func dial(t *testing.T, s *servertest.Server) *net.TCPConn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	in, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Add(1)
	go func() {
		defer served.Done()
		s.ServeConn(in, &server.Socket{Token: l.Addr().String(), Addr: l.Addr()})
	}()
	c.SetDeadline(time.Now().Add(patience))
	t.Cleanup(func() {
		c.Close()
		served.Wait()
	})
	return c.(*net.TCPConn)
}

// appears waits for a file that a program writes, and returns its content.
func appears(t *testing.T, s *servertest.Server, name string) string {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if b, err := os.ReadFile(filepath.Join(s.Root, name)); err == nil && strings.HasSuffix(string(b), "\n") {
			return string(b)
		}
	}
	t.Fatalf("%s does not appear", name)
	return ""
}

// told is a program that notes the signal it gets. It says so in the file
// ready when it waits.
const told = `trap 'echo TERM >%[1]s/told; exit' TERM
trap 'echo USR1 >%[1]s/told; printf "A: b\n\nbye"; exit' USR1
%[2]s
echo >%[1]s/ready
while :; do sleep 0.02; done`

func TestResetEndsProgram(t *testing.T) {
	for _, c := range []struct{ name, conf, output, request string }{
		{"before output", "", "", "GET"},
		{"collecting", "", `printf 'A: b\n\nx'`, "GET"},
		{"streaming", "server.stream-response-body = 2", `printf 'A: b\n\nx'`, "GET"},
		{"after a streamed body", "server.stream-request-body = 2", "cat >/dev/null", "POST"},
		{"in a streamed body", "server.stream-request-body = 2", "cat >/dev/null &", "PART"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, c.conf, map[string]string{"a.cgi": ""})
			script(t, s, fmt.Sprintf(told, s.Root, c.output))
			conn := dial(t, s)
			switch c.request {
			case "GET":
				io.WriteString(conn, "GET /a.cgi HTTP/1.1\r\nHost: h\r\n\r\n")
			case "POST":
				io.WriteString(conn, "POST /a.cgi HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
			case "PART":
				io.WriteString(conn, "POST /a.cgi HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc")
			}
			appears(t, s, "ready")
			conn.SetLinger(0)
			conn.Close()
			if got := appears(t, s, "told"); got != "TERM\n" {
				t.Errorf("the program got %q", got)
			}
		})
	}
}

// script replaces the program a.cgi.
func script(t *testing.T, s *servertest.Server, text string) {
	t.Helper()
	name := filepath.Join(s.Root, "a.cgi")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestHalfCloseWaitsForTheAnswer(t *testing.T) {
	s := serve(t, "", map[string]string{"a.cgi": ""})
	script(t, s, fmt.Sprintf("echo >%[1]s/ready\nuntil test -e %[1]s/go; do sleep 0.02; done\nprintf 'A: b\\n\\nhello'", s.Root))
	conn := dial(t, s)
	io.WriteString(conn, "GET /a.cgi HTTP/1.1\r\nHost: h\r\n\r\n")
	appears(t, s, "ready")
	conn.CloseWrite()
	time.Sleep(20 * time.Millisecond)
	s.Write(map[string]string{"go": "\n"})
	out, _ := io.ReadAll(conn)
	if !strings.HasSuffix(string(out), "\r\n\r\nhello") || !strings.Contains(string(out), "Connection: close\r\n") {
		t.Errorf("%q", out)
	}
}

func TestHalfCloseSendsSignal(t *testing.T) {
	for conf, want := range map[string]string{`"usr1"`: "USR1\n", `"SIGUSR1"`: "USR1\n", `"10"`: "USR1\n", `10`: "USR1\n", `"what"`: "TERM\n"} {
		s := serve(t, `cgi.limits = ( "tcp-fin-propagate" => `+conf+` )`, map[string]string{"a.cgi": ""})
		script(t, s, fmt.Sprintf(told, s.Root, ""))
		conn := dial(t, s)
		io.WriteString(conn, "GET /a.cgi HTTP/1.1\r\nHost: h\r\n\r\n")
		appears(t, s, "ready")
		conn.CloseWrite()
		if got := appears(t, s, "told"); got != want {
			t.Errorf("%s: the program got %q", conf, got)
		}
		out, _ := io.ReadAll(conn)
		if want == "USR1\n" && !strings.HasSuffix(string(out), "\r\n\r\nbye") {
			t.Errorf("%s: %q", conf, out)
		}
	}
}

// TestKeepAlive has a watched request followed by others on its connection.
func TestKeepAlive(t *testing.T) {
	for _, conf := range []string{"", "server.stream-response-body = 1", "server.stream-request-body = 1"} {
		s := serve(t, conf, map[string]string{"a.cgi": `n=$(wc -c); sleep 0.02; printf "Content-Type: a/b\n\nn=$n"`})
		conn := dial(t, s)
		br := bufio.NewReader(conn)
		for i := range 5 {
			fmt.Fprintf(conn, "POST /a.cgi HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s", i, strings.Repeat("x", i))
			text := readResponse(t, br)
			if !strings.Contains(text, fmt.Sprintf("\r\nn=%d", i)) || strings.Contains(text, "Connection") {
				t.Fatalf("%s: %q", conf, text)
			}
		}
	}
}

// readResponse reads a response whose length is told.
func readResponse(t *testing.T, br *bufio.Reader) string {
	t.Helper()
	var b strings.Builder
	chunked := false
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			t.Fatalf("after %q: %v", b.String(), err)
		}
		b.WriteString(line)
		chunked = chunked || line == "Transfer-Encoding: chunked\r\n"
		if line == "\r\n" {
			break
		}
	}
	if !chunked {
		body := make([]byte, len("n=0"))
		io.ReadFull(br, body)
		return b.String() + string(body)
	}
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(line)
		if line == "0\r\n" {
			br.ReadString('\n')
			return b.String()
		}
	}
}

func TestReadTimeout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		conf, script string
		status       int
		end          string
	}{
		{"", "exec sleep 60", 504, "</html>\n"},
		{"", `printf 'A: b\n\nx'; exec sleep 60`, 504, "</html>\n"},
		{"server.stream-response-body = 1", `printf 'A: b\n\nx'; exec sleep 60`, 200, "\r\n1\r\nx\r\n"},
	} {
		s := serve(t, c.conf+"\n"+`cgi.limits = ( "read-timeout" => 1 )`, map[string]string{"a.cgi": c.script})
		out := s.Bytes("GET /a.cgi HTTP/1.1\r\nHost: h\r\n\r\n")
		if !strings.HasPrefix(out, fmt.Sprintf("HTTP/1.1 %d ", c.status)) || !strings.HasSuffix(out, c.end) {
			t.Errorf("%s: %q", c.script, out)
		}
		if log := s.Log(); !strings.HasPrefix(log, "read timeout on CGI: "+s.Root+"/a.cgi (pid: ") {
			t.Errorf("%s: log %q", c.script, log)
		}
	}
}

func TestWriteTimeout(t *testing.T) {
	t.Parallel()
	s := serve(t, "server.stream-request-body = 1\n"+`cgi.limits = ( "write-timeout" => 1 )`, map[string]string{"a.cgi": "exec sleep 60"})
	body := strings.Repeat("x", 300_000)
	r := s.Do(fmt.Sprintf("POST /a.cgi HTTP/1.1\nHost: h\nContent-Length: %d\n\n%s", len(body), body))
	if r.Status != 504 {
		t.Errorf("%s", r.Raw)
	}
	if log := s.Log(); !strings.HasPrefix(log, "write timeout on CGI: ") {
		t.Errorf("log %q", log)
	}
}
