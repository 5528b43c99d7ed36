package wstunnel

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// rig is a server on loopback with a backend.
type rig struct {
	*servertest.Server
	t       *testing.T
	addr    string
	backend net.Listener
}

// newRig starts a server. BACKEND in the configuration is the host definition
// of a backend whose connections accept returns.
func newRig(t *testing.T, conf string, mods ...server.Module) *rig {
	t.Helper()
	backend, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { backend.Close() })
	return rigWith(t, backend, conf, mods...)
}

func rigWith(t *testing.T, backend net.Listener, conf string, mods ...server.Module) *rig {
	t.Helper()
	conf = `server.document-root = env.ROOT
server.modules += ( "mod_wstunnel" )
` + strings.ReplaceAll(conf, "BACKEND", definition(backend.Addr().String()))
	r := &rig{Server: servertest.New(t, conf, append(mods, Module)...), t: t, backend: backend}
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.addr = front.Addr().String()
	ticker := time.NewTicker(100 * time.Millisecond)
	stop := make(chan struct{})
	t.Cleanup(func() {
		front.Close()
		r.Cut()
		if !r.Wait(10 * time.Second) {
			t.Error("connections are left")
		}
		close(stop)
	})
	go func() {
		defer ticker.Stop()
		for {
			select {
			case now := <-ticker.C:
				r.Trigger(now)
			case <-stop:
				return
			}
		}
	}()
	go func() {
		for {
			c, err := front.Accept()
			if err != nil {
				return
			}
			go r.ServeConn(c, &server.Socket{Token: r.addr, Addr: front.Addr()})
		}
	}()
	return r
}

// definition is a host definition in lighttpd's language.
func definition(addr string, options ...string) string {
	host, port, _ := net.SplitHostPort(addr)
	return fmt.Sprintf(`( "host" => "%s", "port" => %s %s)`, host, port, strings.Join(options, ""))
}

// accept is the next connection that the backend gets.
func (r *rig) accept() net.Conn {
	r.t.Helper()
	r.backend.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Second))
	c, err := r.backend.Accept()
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return c
}

// handshake is the request head of a client; lines replace or add fields.
func handshake(path string, lines ...string) string {
	fields := []string{"Host: h", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		kept := fields[:0]
		for _, f := range fields {
			if !strings.HasPrefix(f, name+":") {
				kept = append(kept, f)
			}
		}
		fields = kept
		if value != "" {
			fields = append(fields, line)
		}
	}
	return "GET " + path + " HTTP/1.1\r\n" + strings.Join(fields, "\r\n") + "\r\n\r\n"
}

// client is a client with a tunnel, or with a refusal.
type client struct {
	net.Conn
	br     *bufio.Reader
	status int
	head   http.Header
	raw    string
}

func (c *client) Read(p []byte) (int, error) { return c.br.Read(p) }

// dial sends raw and reads a response head.
func (r *rig) dial(raw string) *client {
	r.t.Helper()
	nc, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(20 * time.Second))
	c := &client{Conn: nc, br: bufio.NewReaderSize(nc, 64<<10)}
	c.ask(r.t, raw)
	return c
}

// ask sends raw and reads a response head.
func (c *client) ask(t *testing.T, raw string) {
	t.Helper()
	if _, err := io.WriteString(c, raw); err != nil {
		t.Fatal(err)
	}
	c.raw = ""
	for !strings.HasSuffix(c.raw, "\r\n\r\n") {
		line, err := c.br.ReadString('\n')
		c.raw += line
		if err != nil {
			t.Fatalf("%v after %q", err, c.raw)
		}
	}
	resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(c.raw)), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.status, c.head = resp.StatusCode, resp.Header
	if c.status != 101 {
		io.CopyN(io.Discard, c.br, resp.ContentLength)
	}
}

// open opens a tunnel and returns both ends.
func (r *rig) open(lines ...string) (*client, net.Conn) {
	r.t.Helper()
	c := r.dial(handshake("/ws", lines...))
	if c.status != 101 {
		r.t.Fatalf("handshake refused: %s%s", c.raw, r.Log())
	}
	return c, r.accept()
}

func masked(op ws.OpCode, p string) string {
	return string(ws.MustCompileFrame(ws.MaskFrameWith(ws.NewFrame(op, true, []byte(p)), [4]byte{1, 2, 3, 4})))
}

func plain(op ws.OpCode, p string) string {
	return string(ws.MustCompileFrame(ws.NewFrame(op, true, []byte(p))))
}

func send(t *testing.T, c net.Conn, p string) {
	t.Helper()
	if _, err := io.WriteString(c, p); err != nil {
		t.Fatal(err)
	}
}

// expect reads exactly want.
func expect(t *testing.T, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	n, err := io.ReadFull(c, got)
	if err != nil || string(got) != want {
		t.Fatalf("got %q (%v), want %q", got[:n], err, want)
	}
}

// expectEnd reads exactly want and the end.
func expectEnd(t *testing.T, c net.Conn, want string) {
	t.Helper()
	got, err := io.ReadAll(c)
	if err != nil || string(got) != want {
		t.Fatalf("got %q (%v), want %q and the end", got, err, want)
	}
}

const (
	closed1000 = "\x88\x02\x03\xe8"
	closed1001 = "\x88\x02\x03\xe9"
	closed1002 = "\x88\x02\x03\xea"
	closed1011 = "\x88\x02\x03\xf3"
)
