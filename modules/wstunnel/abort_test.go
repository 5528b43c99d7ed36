package wstunnel

import (
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// descriptors is the number of open descriptors, -1 where it is not known.
func descriptors() int {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(names)
}

// TestAborted makes a thousand clients that go away at any point of the
// handshake or behind it, and looks for what they leave.
func TestAborted(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( "" => ( BACKEND ) )`)
	go func() { // a backend that echoes
		for {
			c, err := r.backend.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				// Hidden types keep io.Copy from using pipes, which it caches.
				io.Copy(struct{ io.Writer }{c}, struct{ io.Reader }{c})
			}()
		}
	}()
	whole := handshake("/ws") + masked(ws.OpText, "x") + masked(ws.OpPing, "y") + "\x01\x01"
	goroutines, files := runtime.NumGoroutine(), descriptors()
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 1000 {
		c, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, whole[:rnd.IntN(len(whole)+1)])
		if i%3 == 0 {
			c.SetReadDeadline(time.Now().Add(time.Millisecond))
			c.Read(make([]byte, 10))
		}
		if i%2 == 0 {
			c.(*net.TCPConn).SetLinger(0)
		}
		c.Close()
	}
	for range 1000 {
		if r.Connections() == 0 && runtime.NumGoroutine() <= goroutines+2 && descriptors() <= files+2 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d connections, %d goroutines (before: %d), %d descriptors (before: %d)\n%s",
		r.Connections(), runtime.NumGoroutine(), goroutines, descriptors(), files,
		strings.TrimSpace(string(buf[:runtime.Stack(buf, true)])))
}
