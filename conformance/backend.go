package conformance

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// Backend is a program of the test that stands behind the server's gateway
// modules: it listens, and treats every connection in one of a few ways.
type Backend struct {
	ln   net.Listener
	mode string
	data []byte // what "send" and "reply" write

	mu       sync.Mutex
	conns    []net.Conn
	received bytes.Buffer
	ended    int // connections whose end was seen
	wg       sync.WaitGroup
}

// backendModes says what a backend does with a connection.
var backendModes = map[string]func(*Backend, net.Conn){
	"echo":   (*Backend).echo,   // sends back what it gets
	"send":   (*Backend).send,   // sends a file at once, then closes
	"reply":  (*Backend).reply,  // waits for an empty line, sends a file, closes
	"silent": (*Backend).silent, // reads, never writes
	"close":  func(*Backend, net.Conn) {},
	"reset":  (*Backend).reset, // resets the connection as soon as something comes
}

// Listen starts a backend on a free port of 127.0.0.1, or on a unix socket.
func Listen(network, addr, mode string, data []byte) (*Backend, error) {
	if backendModes[mode] == nil {
		return nil, fmt.Errorf("unknown backend mode %q", mode)
	}
	ln, err := net.Listen(network, addr)
	if err != nil {
		return nil, err
	}
	b := &Backend{ln: ln, mode: mode, data: data}
	b.wg.Go(b.accept)
	return b, nil
}

func (b *Backend) accept() {
	for {
		conn, err := b.ln.Accept()
		if err != nil {
			return
		}
		b.mu.Lock()
		b.conns = append(b.conns, conn)
		b.mu.Unlock()
		b.wg.Go(func() {
			defer conn.Close()
			backendModes[b.mode](b, conn)
		})
	}
}

// Write records what a connection received; it makes Backend an io.Writer.
func (b *Backend) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.received.Write(p)
}

func (b *Backend) sawEnd() {
	b.mu.Lock()
	b.ended++
	b.mu.Unlock()
}

func (b *Backend) echo(conn net.Conn) {
	io.Copy(conn, io.TeeReader(conn, b))
	b.sawEnd()
}

func (b *Backend) silent(conn net.Conn) {
	io.Copy(b, conn)
	b.sawEnd()
}

func (b *Backend) send(conn net.Conn) { conn.Write(b.data) }

func (b *Backend) reset(conn net.Conn) {
	conn.Read(make([]byte, 1))
	conn.(*net.TCPConn).SetLinger(0) // Close sends RST
}

func (b *Backend) reply(conn net.Conn) {
	buf := make([]byte, 4096)
	var seen []byte
	for !bytes.Contains(seen, []byte("\r\n\r\n")) {
		n, err := conn.Read(buf)
		seen = append(seen, buf[:n]...)
		b.Write(buf[:n])
		if err != nil {
			b.sawEnd()
			return
		}
	}
	conn.Write(b.data)
}

// Received returns what all connections together received, and how many ended.
func (b *Backend) Received() ([]byte, int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.received.Bytes()), b.ended
}

// Close stops listening and ends every connection.
func (b *Backend) Close() {
	b.ln.Close()
	b.mu.Lock()
	for _, c := range b.conns {
		c.Close()
	}
	b.mu.Unlock()
	b.wg.Wait()
}

// cmdBackend: backend [-unix] NAME MODE [FILE]. The server's configuration finds
// it as env.NAME_PORT, or env.NAME_SOCKET. The mode "refuse" is a port that
// nobody listens on.
func cmdBackend(ts *testscript.TestScript, neg bool, args []string) {
	s := storyOf(ts)
	network, addr := "tcp", "127.0.0.1:0"
	if len(args) > 0 && args[0] == "-unix" {
		network, args = "unix", args[1:]
	}
	if neg || len(args) < 2 || s.server != nil {
		ts.Fatalf("usage: backend [-unix] NAME MODE [FILE], before serve")
	}
	name, mode := args[0], args[1]
	if network == "unix" {
		addr = filepath.Join(s.work, name+".sock")
	}
	if mode == "refuse" {
		port, err := freePort()
		ts.Check(err)
		s.env = append(s.env, fmt.Sprintf("%s_PORT=%d", name, port))
		return
	}
	var data []byte
	if len(args) > 2 {
		var err error
		data, err = RequestBytes(ts.ReadFile(args[2]))
		ts.Check(err)
	}
	b, err := Listen(network, addr, mode, data)
	ts.Check(err)
	s.backends[name] = b
	if network == "unix" {
		s.env = append(s.env, name+"_SOCKET="+addr)
		return
	}
	s.env = append(s.env, fmt.Sprintf("%s_PORT=%d", name, b.ln.Addr().(*net.TCPAddr).Port))
}

// cmdRecorded: recorded NAME HEX|"text" [eof] waits until the backend has received
// exactly these bytes, and with eof until its connection ended.
func cmdRecorded(ts *testscript.TestScript, neg bool, args []string) {
	s := storyOf(ts)
	if neg || len(args) < 2 || s.backends[args[0]] == nil {
		ts.Fatalf("usage: recorded NAME HEX [eof]")
	}
	want, err := hex.DecodeString(strings.ReplaceAll(args[1], " ", ""))
	if err != nil {
		want = []byte(args[1])
	}
	eof := len(args) > 2 && args[2] == "eof"
	for end := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		got, ends := s.backends[args[0]].Received()
		if bytes.Equal(got, want) && (!eof || ends > 0) {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("backend %s received %x (%q), %d ends; want %x", args[0], got, got, ends, want)
		}
	}
}
