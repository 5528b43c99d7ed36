package daemon

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// The variables that make the test binary a server.
const (
	childConf = "DAEMON_TEST_CONF" // path of the configuration
	childMode = "DAEMON_TEST_MODE" // foreground, background, one-shot, idle
	childFDs  = "DAEMON_TEST_FDS"  // descriptors to leave free
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childConf); path != "" {
		os.Exit(runChild(path))
	}
	os.Exit(m.Run())
}

func runChild(path string) int {
	load := func() (*eval.Config, parser.Diagnostics) { return eval.Load(path, eval.OSEnv()) }
	cfg, diags := load()
	if diags.HasErrors() {
		p := parser.Printer{W: os.Stderr, Sources: cfg.Sources}
		p.Print(diags)
		return exitFailed
	}
	c := Config{Settings: cfg, Reload: load, Modules: []server.Module{testModule}, Args: os.Args}
	switch os.Getenv(childMode) {
	case "foreground":
		c.Foreground = true
	case "one-shot":
		c.OneShot = true
	case "idle":
		c.Foreground, c.Idle = true, time.Second
	case "preflight":
		c.Preflight = true
	}
	return Run(c)
}

// testModule answers /slow after a while and everything else at once.
var testModule = server.Define("mod_test", server.Table[struct{}]{},
	func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
		return server.Hooks{URIRaw: take, Start: eatDescriptors}, nil
	})

func take(r *server.Request) server.Result {
	r.HandlerName = "mod_test"
	r.Handler = func(r *server.Request) server.Result {
		if d, ok := strings.CutPrefix(r.URI.Path, "/slow/"); ok {
			n, _ := strconv.Atoi(d)
			time.Sleep(time.Duration(n) * time.Millisecond)
		}
		r.Status = 200
		r.Queue.AppendBytes([]byte("ok"))
		return server.Finished
	}
	return server.GoOn
}

// eatDescriptors leaves only a few descriptors free.
func eatDescriptors() error {
	free, err := strconv.Atoi(os.Getenv(childFDs))
	if err != nil {
		return nil
	}
	var all []int
	for {
		fd, err := syscall.Dup(2)
		if err != nil {
			break
		}
		all = append(all, fd)
	}
	for _, fd := range all[len(all)-free:] {
		syscall.Close(fd)
	}
	return nil
}

// child is a server process.
type child struct {
	t    *testing.T
	cmd  *exec.Cmd
	dir  string
	conf string
	port int
	mu   sync.Mutex
	out  bytes.Buffer
	done chan struct{}
}

// Write collects standard error.
func (c *child) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.Write(p)
}

func (c *child) output() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

// freePort finds a port nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

// prepare writes a configuration and makes the command.
func prepare(t *testing.T, mode, conf string) *child {
	t.Helper()
	c := &child{t: t, dir: t.TempDir(), port: freePort(t), done: make(chan struct{})}
	c.conf = filepath.Join(c.dir, "lighttpd.conf")
	c.configure(conf)
	c.cmd = exec.Command(os.Args[0])
	c.cmd.Env = append(os.Environ(), childConf+"="+c.conf, childMode+"="+mode)
	c.cmd.Stderr = c
	c.cmd.WaitDelay = 5 * time.Second
	return c
}

// configure writes the configuration; DIR stands for the test's directory.
func (c *child) configure(conf string) {
	c.t.Helper()
	text := fmt.Sprintf(`
server.document-root = "/"
server.bind = "127.0.0.1"
server.port = %d
server.modules = ( "mod_test" )
server.compat-module-load = "disable"
%s`, c.port, strings.ReplaceAll(conf, "DIR", c.dir))
	if err := os.WriteFile(c.conf, []byte(text), 0o644); err != nil {
		c.t.Fatal(err)
	}
}

func (c *child) start() *child {
	c.t.Helper()
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	go func() {
		c.cmd.Wait()
		close(c.done)
	}()
	c.t.Cleanup(func() {
		c.cmd.Process.Kill()
		<-c.done
		if c.t.Failed() {
			c.t.Logf("output:\n%s", c.output())
		}
	})
	return c
}

// begin starts a server in the foreground and waits until it serves.
func begin(t *testing.T, conf string) *child {
	t.Helper()
	c := prepare(t, "foreground", conf).start()
	c.waitFor("server started", func() bool { return strings.Contains(c.logs(), "server started") })
	return c
}

// logs is what went to standard error and to DIR/error.log.
func (c *child) logs() string {
	b, _ := os.ReadFile(filepath.Join(c.dir, "error.log"))
	return c.output() + string(b)
}

func (c *child) waitFor(what string, ok func() bool) {
	c.t.Helper()
	for range 500 {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.t.Fatalf("timed out waiting for %s; logs:\n%s", what, c.logs())
}

// waitLog waits for a line of the log.
func (c *child) waitLog(text string) {
	c.t.Helper()
	c.waitFor(text, func() bool { return strings.Contains(c.logs(), text) })
}

// signal sends a signal to the server.
func (c *child) signal(s os.Signal) {
	c.t.Helper()
	if err := c.cmd.Process.Signal(s); err != nil {
		c.t.Fatal(err)
	}
}

// wantExit waits for the end and compares the exit code.
func (c *child) wantExit(code int) {
	c.t.Helper()
	select {
	case <-c.done:
	case <-time.After(20 * time.Second):
		c.t.Fatal("the server does not end")
	}
	if got := c.cmd.ProcessState.ExitCode(); got != code {
		c.t.Errorf("exit code %d, want %d; output:\n%s", got, code, c.output())
	}
}

// running reports whether the process lives.
func (c *child) running() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// conn is a client connection.
type conn struct {
	net.Conn
	t  *testing.T
	br *bufio.Reader
}

func (c *child) dial() *conn {
	c.t.Helper()
	nc, err := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", c.port))
	if err != nil {
		c.t.Fatal(err)
	}
	return newConn(c.t, nc)
}

func newConn(t *testing.T, nc net.Conn) *conn {
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(20 * time.Second))
	return &conn{nc, t, bufio.NewReader(nc)}
}

// send asks for a path.
func (c *conn) send(path string) *conn {
	c.t.Helper()
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path); err != nil {
		c.t.Fatal(err)
	}
	return c
}

// answer reads one response of the test module and returns its head.
func (c *conn) answer() string {
	c.t.Helper()
	var head strings.Builder
	for {
		line, err := c.br.ReadString('\n')
		if err != nil {
			c.t.Fatalf("after %q: %v", head.String(), err)
		}
		if line == "\r\n" {
			break
		}
		head.WriteString(line)
	}
	var body [2]byte
	if _, err := io.ReadFull(c.br, body[:]); err != nil || string(body[:]) != "ok" {
		c.t.Fatalf("body %q, %v", body, err)
	}
	return head.String()
}

// wantEnd waits for the server's end of the connection.
func (c *conn) wantEnd() {
	c.t.Helper()
	if b, _ := io.ReadAll(c.br); len(b) > 0 {
		c.t.Errorf("%q before the end", b)
	}
}
