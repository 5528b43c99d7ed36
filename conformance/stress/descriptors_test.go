package stress

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/conformance"
)

// A server without free descriptors keeps new clients waiting, and serves them
// when descriptors come back.
func TestOutOfDescriptors(t *testing.T) {
	dir := newDir(t)
	file(t, dir, "a.txt", "hello")
	s := serve(t, dir, `server.modules = ( "mod_staticfile" )`)
	s.get("/a.txt")
	fds := s.fds()
	for range 3 {
		already := strings.Count(s.Log(), "sockets disabled, out-of-fds")
		s.limitFDs(fds + 8)
		var held, waiting []*net.TCPConn
		for range 40 {
			waiting = append(waiting, s.dial())
		}
		until(t, "the log tells that descriptors have run out", func() bool {
			return strings.Count(s.Log(), "sockets disabled, out-of-fds") > already
		})
		// The first ones were accepted: closing them makes room for all others,
		// a few at a time.
		held, waiting = waiting[:8], waiting[8:]
		for _, c := range held {
			c.Close()
		}
		for _, c := range waiting {
			io.WriteString(c, "GET /a.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
			r, err := conformance.ReadResponse(bufio.NewReader(c), "GET")
			if err != nil || r.Status != 200 && r.Status != 403 { // the file may be one descriptor too many
				t.Fatalf("%v %v", r, err)
			}
			c.Close()
		}
		s.limitFDs(4096)
		until(t, "the server accepts again", func() bool { return s.get("/a.txt").Status == 200 })
		s.settles(fds + 1)
	}
	s.stop()
}

// A server that is started with a handful of descriptors serves as many clients
// as they allow.
func TestFewDescriptors(t *testing.T) {
	dir := newDir(t)
	file(t, dir, "a.txt", "hello")
	s := serve(t, dir, "server.modules = ( \"mod_staticfile\" )\nserver.max-fds = 32\n")
	fds := s.fds()
	for range 3 {
		var all []*net.TCPConn
		for range 64 {
			all = append(all, s.dial())
		}
		for _, c := range all {
			io.WriteString(c, "GET /a.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
		}
		for _, c := range all {
			r, err := conformance.ReadResponse(bufio.NewReader(c), "GET")
			if err != nil || r.Status != 200 {
				t.Fatalf("%v %v", r, err)
			}
			c.Close()
		}
	}
	s.settles(fds + 1)
	s.stop()
}
