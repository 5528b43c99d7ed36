package daemon

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// readyVariable names the descriptor on which the copy in the background tells
// its parent that it serves.
const readyVariable = "LIGHTTPD_GO_READY_FD"

// InBackground reports whether this process is the copy that becomes the server.
// Its parent has read the same configuration and shown what there was to say.
func InBackground() bool { return os.Getenv(readyVariable) != "" }

// background starts a copy of the program in a session of its own and waits
// until it serves. A Go process cannot fork and go on.
func (p *process) background() int {
	if path := p.Settings.Path; path != "-" && !filepath.IsAbs(path) {
		fmt.Fprintf(p.stderr, "warning: daemonizing without absolute path to config file %q; SIGUSR1 will not find it\n", path)
	}
	r, w, err := os.Pipe()
	if err != nil {
		fmt.Fprintln(p.stderr, err)
		return exitFailed
	}
	defer r.Close()
	cmd, err := p.copyOfProgram(w)
	if err == nil {
		err = cmd.Start()
	}
	w.Close()
	if err != nil {
		fmt.Fprintln(p.stderr, err)
		return exitFailed
	}
	var ready [1]byte
	if n, _ := r.Read(ready[:]); n == 1 {
		return exitOK
	}
	cmd.Wait()
	fmt.Fprintln(p.stderr, "daemonized server failed to start; check error log for details")
	return exitFailed
}

// copyOfProgram is the command that becomes the server.
func (p *process) copyOfProgram(ready *os.File) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe)
	cmd.Args = p.Args
	cmd.Stderr = p.stderr
	if p.Stdin != nil {
		in, err := memoryFile(p.Stdin)
		if err != nil {
			return nil, err
		}
		cmd.Stdin = in
	}
	n := listenFDs()
	for fd := firstFD; fd < firstFD+n; fd++ {
		cmd.ExtraFiles = append(cmd.ExtraFiles, os.NewFile(uintptr(fd), "listen"))
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, ready)
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", readyVariable, firstFD+n))
	if n > 0 {
		cmd.Env = append(cmd.Env, fmt.Sprintf("LISTEN_PID=parent:%d", os.Getpid()))
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd, nil
}

// memoryFile is an open file with the given content, so that the copy can
// read it after this process has gone.
func memoryFile(content []byte) (*os.File, error) {
	fd, err := unix.MemfdCreate("lighttpd.conf", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("passing on the configuration: %w", err)
	}
	f := os.NewFile(uintptr(fd), "lighttpd.conf")
	if _, err := bytes.NewReader(content).WriteTo(f); err != nil {
		return nil, fmt.Errorf("passing on the configuration: %w", err)
	}
	_, err = f.Seek(0, 0)
	return f, err
}

// takeParent finds the descriptor of a waiting parent.
func (p *process) takeParent() {
	v := os.Getenv(readyVariable)
	if v == "" {
		return
	}
	os.Unsetenv(readyVariable)
	var fd int
	if _, err := fmt.Sscanf(strings.TrimSpace(v), "%d", &fd); err != nil || fd < firstFD {
		return
	}
	syscall.CloseOnExec(fd)
	p.parent = os.NewFile(uintptr(fd), "parent")
}

// detach tells the parent that the server serves and lets go of its terminal.
// Standard error stays only where it was made the breakage log.
func (p *process) detach() {
	if p.parent == nil {
		return
	}
	p.parent.Write([]byte{1})
	p.parent.Close()
	if p.null != nil && p.current.Load().server.Global().BreakageLog == "" {
		unix.Dup2(int(p.null.Fd()), 2)
	}
}
