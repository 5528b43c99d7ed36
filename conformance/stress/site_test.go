package stress

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/conformance"
)

// patience bounds every wait: far more than a healthy server needs.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	code := m.Run()
	conformance.CleanUp()
	os.Exit(code)
}

// scaled is n times STRESS.
func scaled(t *testing.T, n int) int {
	text := os.Getenv("STRESS")
	if text == "" {
		return n
	}
	factor, err := strconv.Atoi(text)
	if err != nil || factor < 1 {
		t.Fatalf("STRESS is %q, and not a whole number above 0", text)
	}
	return n * factor
}

// site is a running server with its directory: files are in htdocs.
type site struct {
	*conformance.Server
	t   *testing.T
	dir string
}

// newDir makes a directory that any user can enter, other than t.TempDir.
func newDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "stress")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for _, d := range []string{dir, filepath.Join(dir, "htdocs")} {
		os.Mkdir(d, 0o755) // dir is there already
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// serve starts the server on a directory. It is killed at the end of the test,
// unless the test has stopped it.
func serve(t *testing.T, dir, conf string) *site {
	t.Helper()
	b, err := conformance.Ours()
	if err != nil {
		t.Fatal(err)
	}
	s, err := conformance.Start(b, dir, conf, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return &site{Server: s, t: t, dir: dir}
}

// file writes a file below htdocs.
func file(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, "htdocs", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// sparse makes a file of a size below htdocs that takes no room on the disk.
func sparse(t *testing.T, dir, name string, size int64) string {
	t.Helper()
	path := file(t, dir, name, "")
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	return path
}

// dial connects. Everything on the connection has to happen within patience.
func (s *site) dial() *net.TCPConn {
	s.t.Helper()
	conn, err := connect(s.Addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	return conn
}

func connect(addr string) (*net.TCPConn, error) {
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), conn.SetDeadline(time.Now().Add(patience))
}

// get requests a path on a connection of its own.
func (s *site) get(path string) *conformance.Response {
	s.t.Helper()
	return s.exchange("GET", fmt.Sprintf("GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path))
}

func (s *site) exchange(method, raw string) *conformance.Response {
	s.t.Helper()
	conn := s.dial()
	defer conn.Close()
	if _, err := conn.Write([]byte(raw)); err != nil {
		s.t.Fatal(err)
	}
	r, err := conformance.ReadResponse(bufio.NewReader(conn), method)
	if err != nil {
		s.t.Fatalf("%.60q: %v", raw, err)
	}
	return r
}

// fds counts the server's descriptors.
func (s *site) fds() int {
	s.t.Helper()
	all, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.Pid()))
	if err != nil {
		s.t.Fatal(err)
	}
	return len(all)
}

// memory is a figure of /proc/PID/status in KiB: VmRSS, VmHWM.
func (s *site) memory(name string) int {
	s.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.Pid()))
	if err != nil {
		s.t.Fatal(err)
	}
	m := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(text)
	if m == nil {
		s.t.Fatalf("no %s in %s", name, text)
	}
	n, _ := strconv.Atoi(string(m[1])) // digits
	return n
}

// limitFDs sets how many descriptors the running server may have.
func (s *site) limitFDs(n int) {
	s.t.Helper()
	var now unix.Rlimit
	if err := unix.Prlimit(s.Pid(), unix.RLIMIT_NOFILE, nil, &now); err != nil {
		s.t.Fatal(err)
	}
	now.Cur = uint64(n)
	if err := unix.Prlimit(s.Pid(), unix.RLIMIT_NOFILE, &now, nil); err != nil {
		s.t.Fatal(err)
	}
}

// until waits for something to become true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// settles waits until the server has no more descriptors than before.
func (s *site) settles(fds int) {
	s.t.Helper()
	defer func() {
		if s.t.Failed() {
			s.t.Logf("descriptors: %d, before: %d", s.fds(), fds)
		}
	}()
	until(s.t, "all descriptors are given back", func() bool { return s.fds() <= fds })
}

// stop ends the server gracefully; a panic or a data race fails the test.
func (s *site) stop() {
	s.t.Helper()
	if err := s.Stop(); err != nil {
		s.t.Errorf("%v\n%s", err, s.Log())
	}
	if strings.Contains(s.Log(), "panic") {
		s.t.Errorf("a module has panicked:\n%s", s.Log())
	}
}

// leftovers are the frames of a goroutine that still serves a connection.
var leftovers = regexp.MustCompile(`(?m)^\S+/(server\.\(\*(Conn|Request|wire)\)|modules/)`)

// abort ends the server so that it tells all its goroutines, and returns how
// many there were. None may belong to a connection any more.
func (s *site) abort() int {
	s.t.Helper()
	before := s.Log()
	if err := s.Signal("ABRT"); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.Wait(); err != nil {
		s.t.Fatal(err)
	}
	stacks := strings.Split(strings.TrimPrefix(s.Log(), before), "\n\n")
	n := 0
	for _, stack := range stacks {
		if !strings.HasPrefix(stack, "goroutine ") {
			continue
		}
		n++
		if leftovers.MatchString(stack) {
			s.t.Errorf("a goroutine is left:\n%s", stack)
		}
	}
	if n == 0 {
		s.t.Errorf("the server told no goroutines:\n%s", s.Log())
	}
	for _, bad := range []string{"DATA RACE", "panic at"} {
		if strings.Contains(before, bad) {
			s.t.Errorf("the log has %q:\n%s", bad, before)
		}
	}
	return n
}

// isClosed tells whether an error is the end of a connection and no time-out.
func isClosed(err error) bool {
	ne, ok := err.(net.Error)
	return err != nil && (!ok || !ne.Timeout())
}
