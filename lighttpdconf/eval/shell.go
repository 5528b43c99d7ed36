package eval

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// shellTime is how long the command of an include_shell may take.
const shellTime = 60 * time.Second

// runShell runs the command of an include_shell with the standard input,
// standard error and environment of the server.
func runShell(dir, command string) ([]byte, error) {
	return runShellFor(shellTime, dir, command)
}

// runShellFor ends the command, with all it started, when the time is over or
// it prints more than a configuration file may hold.
func runShellFor(limit time.Duration, dir, command string) ([]byte, error) {
	cmd := shellCommand(command, os.Getenv("SHELL"))
	cmd.Dir = dir
	cmd.Stdin, cmd.Stderr = os.Stdin, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	group := -cmd.Process.Pid
	late := make(chan struct{})
	timer := time.AfterFunc(limit, func() {
		close(late)
		syscall.Kill(group, syscall.SIGKILL)
		stdout.Close()
	})
	out, err := io.ReadAll(io.LimitReader(stdout, parser.MaxSource+1))
	if len(out) > parser.MaxSource {
		syscall.Kill(group, syscall.SIGKILL)
		err = fmt.Errorf("it printed more than %d MiB", parser.MaxSource>>20)
	}
	waitErr := cmd.Wait()
	if !timer.Stop() {
		<-late
		return nil, fmt.Errorf("it did not end within %v", limit)
	}
	if err != nil {
		return nil, err
	}
	return out, shellStatus(waitErr)
}

func shellStatus(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return ShellStatus(max(exit.ExitCode(), 0))
	}
	return err
}

// shellSpecial are the bytes that make a command one for the shell.
const shellSpecial = "\t\n !\"#$&'()*;<>?[\\]`{|}"

// shellCommand is the command itself if it is nothing but an absolute path,
// else the shell with it.
func shellCommand(command, shell string) *exec.Cmd {
	if strings.HasPrefix(command, "/") && !strings.ContainsAny(command, shellSpecial) {
		return exec.Command(command)
	}
	switch shell {
	case "", "/bin/false", "/usr/bin/false":
		shell = "/bin/sh"
	}
	return exec.Command(shell, "-c", command)
}
