//go:build full

package conformance

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// background is the colour of the test's X program, as xterm wants it.
const background = "#1e6fd9"

// desktop is a virtual X display with one program on it, and a VNC server.
type desktop struct {
	vncPort int
	typed   string // the file into which the program writes what is typed
}

// startProgram runs a program until the test ends.
func startProgram(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v (scripts/test installs what the tests need)", err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		timer := time.AfterFunc(patience, func() { cmd.Process.Kill() })
		cmd.Wait() // ended by a signal: the status says nothing
		timer.Stop()
		if out, _ := os.ReadFile(log.Name()); t.Failed() && len(out) > 0 {
			t.Logf("%s:\n%s", cmd.Path, out)
		}
		log.Close()
	})
}

func startDesktop(t *testing.T) desktop {
	t.Helper()
	display := startXvfb(t)
	d := desktop{typed: filepath.Join(t.TempDir(), "typed")}
	env := append(os.Environ(), "DISPLAY="+display)

	xterm := exec.Command("xterm", "-bg", background, "-fg", "white", "-geometry", "140x50+0+0",
		"-e", "sh", "-c", "cat > "+d.typed)
	xterm.Env = env
	startProgram(t, xterm)
	waitFor(t, "the X program", func() bool { _, err := os.Stat(d.typed); return err == nil })

	d.vncPort = vncPort(t)
	vnc := exec.Command("x11vnc", "-display", display, "-localhost", "-forever", "-shared", "-nopw",
		"-rfbport", fmt.Sprint(d.vncPort), "-no6", "-noipv6", "-quiet")
	vnc.Env = env
	startProgram(t, vnc)
	waitFor(t, "x11vnc", func() bool { return listening(d.vncPort) })
	return d
}

// vncPort prefers the port that the example configuration names.
func vncPort(t *testing.T) int {
	t.Helper()
	if l, err := net.Listen("tcp", "127.0.0.1:5900"); err == nil {
		l.Close()
		return 5900
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func listening(port int) bool {
	conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// startXvfb lets the X server pick a free display and returns its name.
func startXvfb(t *testing.T) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	startProgram(t, cmd)
	w.Close()
	r.SetReadDeadline(time.Now().Add(patience))
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

// waitFor polls until something is so, or fails the test.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(4 * patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
