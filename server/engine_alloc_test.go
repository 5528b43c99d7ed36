package server

import (
	"io"
	"testing"
)

// A request on a kept connection costs the engine one allocation, the head,
// beside what its handler makes.
func TestEngineAllocations(t *testing.T) {
	body := []byte("ok")
	g := newRig(t, "server.max-keep-alive-requests = 60000", handlerModule(func(r *Request) Result {
		r.Status = 200
		r.Resp.Set("Content-Length", "2")
		r.Queue.AppendBytes(body)
		return Finished
	}))
	c := g.dial()
	request := []byte("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
	answer := make([]byte, 4096)
	c.Write(request)
	n, err := c.Read(answer)
	if err != nil {
		t.Fatal(err)
	}
	got := testing.AllocsPerRun(1000, func() {
		c.Write(request)
		if _, err := io.ReadFull(c.Conn, answer[:n]); err != nil {
			t.Fatal(err)
		}
	})
	if got > 1 && !poolsForget {
		t.Errorf("%v allocations a request", got)
	}
}
