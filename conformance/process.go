package conformance

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Server is one running server process.
type Server struct {
	Addr    string // 127.0.0.1:port
	binary  Binary
	cmd     *exec.Cmd
	logFile string
	exited  chan struct{} // closed when the process has been waited for
}

// prelude is put in front of a story's configuration: only what the story does
// not set itself, since setting a directive twice is an error in lighttpd.
func prelude(conf, work string, port int) string {
	lines := [][2]string{
		{"server.bind", `"127.0.0.1"`},
		{"server.port", fmt.Sprint(port)},
		{"server.document-root", fmt.Sprintf("%q", filepath.Join(work, "htdocs"))},
		{"etag.use-inode", `"disable"`}, // inode numbers differ from run to run
	}
	var b strings.Builder
	for _, l := range lines {
		if !strings.Contains(conf, l[0]) {
			fmt.Fprintf(&b, "%s = %s\n", l[0], l[1])
		}
	}
	return b.String()
}

// Start runs the server with a configuration text and waits until it takes
// connections. The port was free a moment ago; when somebody else took it
// meanwhile, another one is tried.
func Start(b Binary, work, conf string, env []string) (*Server, error) {
	for try := 0; ; try++ {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		s, err := start(b, work, conf, port, env)
		if err == nil {
			return s, nil
		}
		if try == 3 || !strings.Contains(strings.ToLower(err.Error()), "address already in use") {
			return nil, err
		}
	}
}

func start(b Binary, work, conf string, port int, env []string) (*Server, error) {
	file := filepath.Join(work, "served.conf")
	if err := os.WriteFile(file, []byte(prelude(conf, work, port)+conf), 0o644); err != nil {
		return nil, err
	}
	logFile := filepath.Join(work, "server.log")
	out, err := os.Create(logFile)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	s := &Server{
		Addr:    fmt.Sprintf("127.0.0.1:%d", port),
		binary:  b,
		cmd:     b.command(work, env, "-D", "-f", file),
		logFile: logFile,
		exited:  make(chan struct{}),
	}
	s.cmd.Stdout, s.cmd.Stderr = out, out
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		s.cmd.Wait() // its status is read from ProcessState
		close(s.exited)
	}()
	if err := s.ready(); err != nil {
		s.Kill()
		return nil, fmt.Errorf("%w\n%s", err, s.Log())
	}
	return s, nil
}

// ready waits until a connection is accepted and answered: lighttpd listens
// before its modules are set up, so an open port alone does not mean much.
func (s *Server) ready() error {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		select {
		case <-s.exited:
			return fmt.Errorf("the server exited at once (status %d)", s.cmd.ProcessState.ExitCode())
		default:
		}
		conn, err := net.DialTimeout("tcp", s.Addr, time.Second)
		if err == nil {
			conn.Close()
			if strings.Contains(s.Log(), "server started") {
				return nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return errors.New("the server did not get ready")
}

// Log is everything the server wrote to its standard error so far.
func (s *Server) Log() string {
	b, _ := os.ReadFile(s.logFile) // no file means no line
	return string(b)
}

// Pid is the process id of the server.
func (s *Server) Pid() int { return s.cmd.Process.Pid }

// Signal sends a signal by name: INT, TERM, HUP, USR1.
func (s *Server) Signal(name string) error {
	num := unix.SignalNum("SIG" + strings.TrimPrefix(name, "SIG"))
	if num == 0 {
		return fmt.Errorf("unknown signal %q", name)
	}
	return s.cmd.Process.Signal(num)
}

// Wait returns the exit status once the process has ended.
func (s *Server) Wait() (int, error) {
	select {
	case <-s.exited:
		return s.cmd.ProcessState.ExitCode(), nil
	case <-time.After(patience):
		s.Kill()
		return -1, errors.New("the server did not end in time")
	}
}

// Stop asks for a graceful end and reports a bad exit status, a data race or a
// panic.
func (s *Server) Stop() error {
	select {
	case <-s.exited:
		return fmt.Errorf("the server had ended before (status %d)", s.cmd.ProcessState.ExitCode())
	default:
	}
	if err := s.Signal("INT"); err != nil {
		return err
	}
	code, err := s.Wait()
	if err != nil {
		return err
	}
	if code != 0 {
		return fmt.Errorf("exit status %d", code)
	}
	for _, bad := range []string{"DATA RACE", "panic:", "goroutine 1 ["} {
		if strings.Contains(s.Log(), bad) {
			return fmt.Errorf("the log has %q", bad)
		}
	}
	return nil
}

// Kill ends the process at once and waits for it.
func (s *Server) Kill() {
	s.cmd.Process.Signal(syscall.SIGKILL) // fails only when it has ended already
	<-s.exited
}

// freePort returns a TCP port nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
