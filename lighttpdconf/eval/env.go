package eval

import (
	"strconv"
	"syscall"
)

// Env is everything Load needs from outside. OSEnv gives the real one; tests
// give maps. What is not set is not there: no files, no commands, no variables.
type Env struct {
	// ReadFile reads a file. The name is as lighttpd would open it; "-" is
	// standard input. Errors are shown to the admin.
	ReadFile func(name string) ([]byte, error)
	// Glob lists the files that match a POSIX pattern with braces, in the
	// order they are to be read. A pattern without wildcards yields itself
	// if the file exists.
	Glob func(pattern string) ([]string, error)
	// Shell runs the command of an include_shell in dir ("" is the current
	// directory) and returns its standard output.
	Shell func(dir, command string) ([]byte, error)
	// Getenv looks up env.NAME.
	Getenv func(name string) (string, bool)
	// Vars are predefined variables, with their full names: var.CWD, var.PID.
	Vars map[string]Value
}

// complete puts something in the place of what is not set: no files, no
// commands, no variables.
func (e Env) complete() Env {
	if e.ReadFile == nil {
		e.ReadFile = func(string) ([]byte, error) { return nil, syscall.ENOENT }
	}
	if e.Glob == nil {
		e.Glob = func(string) ([]string, error) { return nil, nil }
	}
	if e.Shell == nil {
		e.Shell = func(string, string) ([]byte, error) { return nil, syscall.ENOSYS }
	}
	if e.Getenv == nil {
		e.Getenv = func(string) (string, bool) { return "", false }
	}
	return e
}

// ShellStatus is the error of a command that failed: its exit status, or 0
// for one that a signal ended.
type ShellStatus int

// Error words it for people; Load has lighttpd's sentence.
func (s ShellStatus) Error() string { return "exit status " + strconv.Itoa(int(s)) }
