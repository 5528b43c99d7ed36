package server

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// pipeRestart is how often a piped logger that keeps dying is started.
const pipeRestart = 5 * time.Second

// PipeLogger is a log that a shell command reads from its standard input
// (server.errorlog = "|command"). The command is started again when it dies;
// the pipe stays, so no line is lost meanwhile.
type PipeLogger struct {
	command string
	read    *os.File // kept open across restarts
	write   *os.File

	mu     sync.Mutex
	closed bool
	wake   chan struct{}
	done   chan struct{}
}

// NewPipeLogger starts the command.
func NewPipeLogger(command string) (*PipeLogger, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("opening log '|%s' failed: %s", command, Strerror(err))
	}
	l := &PipeLogger{
		command: command, read: r, write: w,
		wake: make(chan struct{}), done: make(chan struct{}),
	}
	cmd, err := l.start()
	if err != nil {
		r.Close()
		w.Close()
		return nil, fmt.Errorf("opening log '|%s' failed: %s", command, Strerror(err))
	}
	go l.supervise(cmd)
	return l, nil
}

func (l *PipeLogger) start() (*exec.Cmd, error) {
	cmd := exec.Command("/bin/sh", "-c", l.command)
	cmd.Stdin = l.read
	return cmd, cmd.Start()
}

// supervise waits for the command and starts it again until Close.
func (l *PipeLogger) supervise(cmd *exec.Cmd) {
	defer close(l.done)
	for {
		began := time.Now()
		if cmd != nil {
			cmd.Wait()
		}
		select {
		case <-l.wake:
			return
		case <-time.After(max(0, pipeRestart-time.Since(began))):
		}
		var err error
		if cmd, err = l.start(); err != nil {
			cmd = nil
		}
	}
}

// Write passes p to the command. A command that does not read holds the
// server up for a second a line at most; then lines are dropped.
func (l *PipeLogger) Write(p []byte) (int, error) {
	l.write.SetWriteDeadline(time.Now().Add(time.Second))
	return l.write.Write(p)
}

// Become makes the pipe the descriptor fd of this process, such as standard
// error (server.breakagelog = "|command").
func (l *PipeLogger) Become(fd int) error { return unix.Dup2(int(l.write.Fd()), fd) }

// Close ends the command's input and waits for it to finish, briefly.
func (l *PipeLogger) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	close(l.wake)
	err := l.write.Close()
	l.read.Close()
	select {
	case <-l.done:
	case <-time.After(time.Second):
	}
	return err
}

// pipeSink is a PipeLogger as an error log.
type pipeSink struct{ *PipeLogger }

func newPipeSink(command string) (LogSink, error) {
	l, err := NewPipeLogger(command)
	if err != nil {
		return nil, err
	}
	return pipeSink{l}, nil
}

// WriteLine implements LogSink.
func (s pipeSink) WriteLine(_ Priority, line []byte) { s.Write(line) }

// Reopen implements LogSink: pipes are not reopened.
func (s pipeSink) Reopen() error { return nil }

// Stamped implements LogSink.
func (s pipeSink) Stamped() bool { return true }
