package cgi_test

import (
	"io"
	"strings"
	"testing"
	"time"
)

// TestDeathIsLogged has programs die of a signal that is none of ours.
func TestDeathIsLogged(t *testing.T) {
	s := serve(t, "", map[string]string{"a.cgi": `printf 'A: b\n\nx'; kill -9 $$`, "b.cgi": `printf 'Content-Length: 1\n\nx'; exec sleep 60`})
	s.Get("/b.cgi") // gets our SIGTERM
	s.Get("/a.cgi")
	var log string
	for end := time.Now().Add(patience); log == "" && time.Now().Before(end); time.Sleep(time.Millisecond) {
		log = s.Log()
	}
	if !strings.HasPrefix(log, "CGI pid ") || !strings.HasSuffix(log, " died with signal 9\n") || strings.Count(log, "\n") != 1 {
		t.Errorf("log %q", log)
	}
}

// TestEndlessOutput has clients leave programs that never stop. That the
// programs end is seen by TestMain.
func TestEndlessOutput(t *testing.T) {
	for name, program := range map[string]string{
		"body":      `printf 'A: b\n\n'; exec yes`,
		"chunks":    `printf 'Transfer-Encoding: chunked\n\n'; yes "1` + "\r\nx\r" + `"`,
		"interim":   `exec yes 'Status: 103` + "\n" + `'`,
		"ignores":   `trap '' TERM; printf 'A: b\n\n'; yes`,
		"text":      `exec yes`,
		"long line": `tr '\0' x </dev/zero`,
	} {
		s := serve(t, "server.stream-response-body = 2", map[string]string{"a.cgi": program})
		conn := dial(t, s)
		io.WriteString(conn, "GET /a.cgi HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		n, err := io.CopyN(io.Discard, conn, 300_000)
		if name == "long line" {
			if n == 0 || n > 1000 {
				t.Errorf("%s: %d bytes", name, n)
			}
		} else if err != nil {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
		conn.Close()
	}
}

// TestEndlessHead has a head that does not end.
func TestEndlessHead(t *testing.T) {
	s := serve(t, "", map[string]string{"a.cgi": `exec yes 'A: b'`})
	if r := s.Get("/a.cgi"); r.Status != 502 {
		t.Errorf("%s", r.Raw)
	}
	if log := s.Log(); log != "response headers too large for /a.cgi\n" {
		t.Errorf("log %q", log)
	}
}
