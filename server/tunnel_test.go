package server

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

const upgrade = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"

// tunnelModule hands the connection to f and counts finished requests.
func tunnelModule(f func(Stream) error, done *atomic.Int64) Module {
	return hooksModule(Hooks{
		URIRaw: func(r *Request) Result {
			r.Handler = func(r *Request) Result {
				r.Status = 101
				r.Resp.Set("Upgrade", "x")
				r.Tunnel = f
				return Finished
			}
			return GoOn
		},
		RequestDone: func(r *Request) {
			head, body := r.Sent()
			done.Add(1000*r.Received() + body)
			if head == 0 || r.Aborted() {
				done.Add(1_000_000)
			}
		},
	})
}

// echoStream answers what it reads until the client ends.
func echoStream(s Stream) error {
	_, err := io.Copy(s, s)
	return err
}

func TestTunnel(t *testing.T) {
	var done atomic.Int64
	g := newRig(t, "", tunnelModule(echoStream, &done))
	c := g.dial().send(upgrade + "early")
	want(t, "head", c.head(), "HTTP/1.1 101 Switching Protocols\nUpgrade: x\nConnection: upgrade\n")
	want(t, "early bytes", c.body(5), "early")
	c.send("late")
	want(t, "late bytes", c.body(4), "late")
	closeWrite(t, c)
	want(t, "end", c.rest(), "")
	g.stop()
	want(t, "bytes counted", done.Load(), int64(1000*(len(upgrade)+9)+9))
}

// The server's end half-closes; what the client still sends is discarded and
// causes no reset.
func TestTunnelEnd(t *testing.T) {
	var done atomic.Int64
	g := newRig(t, "", tunnelModule(func(s Stream) error {
		s.Write([]byte("bye"))
		return nil
	}, &done))
	c := g.dial().send(upgrade)
	c.head()
	c.send("unread")
	want(t, "rest", c.rest(), "bye")
	c.send("more")
	c.Close()
}

// A relay takes the descriptor; the goroutine of the request is free, and the
// request ends when the relay says so.
func TestDetached(t *testing.T) {
	var done atomic.Int64
	relayed := make(chan Stream, 1)
	var nc net.Conn
	g := newRig(t, "", tunnelModule(func(s Stream) error {
		var early []byte
		nc, early = s.Detach()
		if nc == nil {
			return errors.New("no connection")
		}
		nc.Write(early)
		s.Count(0, int64(len(early)))
		relayed <- s
		return ErrDetached
	}, &done))
	c := g.dial().send(upgrade + "early")
	c.head()
	want(t, "early bytes", c.body(5), "early")
	s := <-relayed
	g.ln.Close()
	g.wg.Wait() // no goroutine serves the connection
	want(t, "connections", g.Connections(), 1)
	want(t, "requests done", done.Load(), int64(0))
	s.Count(4, 4)
	s.Finish(nil)
	want(t, "rest", c.rest(), "")
	c.Close()
	g.live.Wait()
	want(t, "bytes counted", done.Load(), int64(1000*(len(upgrade)+9)+9))
}

func TestTunnelClosing(t *testing.T) {
	var done atomic.Int64
	g := newRig(t, "", tunnelModule(func(s Stream) error {
		<-s.Closing()
		return nil
	}, &done))
	c := g.dial().send(upgrade)
	c.head()
	g.Drain()
	want(t, "rest", c.rest(), "")
	c.Close()
	want(t, "drained", g.Wait(10*time.Second), true)
}

func TestDrain(t *testing.T) {
	g := newRig(t, "server.max-keep-alive-idle = 60", handlerModule(fixed("ok")))
	idle, fresh := g.dial(), g.dial()
	idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").head()
	idle.body(2)
	for g.Connections() < 2 {
		time.Sleep(time.Millisecond)
	}
	g.Drain()
	want(t, "idle", idle.rest(), "")
	want(t, "not over", g.Wait(10*time.Millisecond), false)
	fresh.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	want(t, "fresh", fresh.head(), "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 2\nConnection: close\n")
	fresh.rest()
	fresh.Close()
	want(t, "over", g.Wait(10*time.Second), true)
}
