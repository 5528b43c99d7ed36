package server

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// FuzzConn sends bytes to the connection loop, in one piece and then in two.
// Whatever they are, the connection must end and no hook may panic.
func FuzzConn(f *testing.F) {
	for _, seed := range []string{
		"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3;x\r\nabc\r\n0\r\nA: b\r\n\r\n",
		"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01", "\r\n\r\n",
	} {
		f.Add(seed, 7)
	}
	env := eval.OSEnv()
	env.ReadFile = func(string) ([]byte, error) {
		return []byte(testConf + "server.max-request-size = 1\nserver.max-keep-alive-requests = 20"), nil
	}
	cfg, _ := eval.Load("lighttpd.conf", env)
	sink := &logLinesSink{}
	s, diags := New(cfg, []Module{handlerModule(echo)}, Options{Log: NewLog(sink)})
	if diags.HasErrors() {
		f.Fatal(diags)
	}
	f.Fuzz(func(t *testing.T, data string, cut int) {
		if cut < 0 || cut > len(data) {
			cut = len(data)
		}
		for _, parts := range [][]string{{data}, {data[:cut], data[cut:]}} {
			answer := s.exchange(parts)
			if answer != "" && !strings.HasPrefix(answer, "HTTP/1.") {
				t.Errorf("%q is answered with %q", data, answer)
			}
		}
		if sink.has("panic") {
			t.Fatalf("%q panics: %q", data, sink.lines)
		}
		sink.mu.Lock()
		sink.lines = nil
		sink.mu.Unlock()
	})
}

// exchange sends the parts over a pipe and returns everything that comes back.
func (s *Server) exchange(parts []string) string {
	client, nc := net.Pipe()
	answer := make(chan string)
	go func() {
		b, _ := io.ReadAll(client)
		answer <- string(b)
	}()
	ended := make(chan struct{})
	go s.ServeConn(nc, &Socket{Ended: func() { close(ended) }})
	for _, p := range parts {
		io.WriteString(client, p)
	}
	client.Close()
	<-ended
	return <-answer
}
