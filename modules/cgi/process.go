package cgi

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/modules/internal/backend"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// process is a running program, and what it writes.
type process struct {
	file    string // of the site
	limits  limits
	log     *server.Log
	process *os.Process
	out     *os.File      // its standard output
	in      *os.File      // its standard input if that is a pipe, or nil
	fed     chan struct{} // closed when all of the body is written, or cannot be

	told atomic.Int32 // the last signal it was sent by us

	mu  sync.Mutex
	why error // what Read returns instead of waiting any longer
}

// command is what to start.
type command struct {
	argv  []string
	file  string
	env   []string
	stdin *os.File // nil for a pipe
}

// start runs a program in the folder of its file.
func (m *module) start(c command, l limits) (*process, error) {
	p := &process{file: c.file, limits: l, log: m.log, fed: make(chan struct{})}
	stdin := c.stdin
	if stdin == nil {
		var err error
		if stdin, p.in, err = pipe(toChild); err != nil {
			return nil, err
		}
		defer stdin.Close()
	}
	stdout, out, err := pipe(fromChild)
	if err != nil {
		p.closeInput()
		return nil, err
	}
	defer stdout.Close()
	p.out = out
	p.process, err = os.StartProcess(c.argv[0], c.argv, &os.ProcAttr{
		Dir:   path.Dir(c.file),
		Env:   c.env,
		Files: []*os.File{stdin, stdout, os.Stderr},
	})
	if err != nil {
		p.closeInput()
		out.Close()
		return nil, err
	}
	go p.wait()
	return p, nil
}

// direction is which end of a pipe the program gets.
type direction bool

const (
	toChild   direction = true
	fromChild direction = false
)

// pipe makes a pipe. The program's end waits in reads and writes as programs
// expect it; only ours does not.
func pipe(d direction) (child, ours *os.File, err error) {
	var fd [2]int
	if err := unix.Pipe2(fd[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, os.NewSyscallError("pipe2", err)
	}
	c, o := fd[1], fd[0]
	if d == toChild {
		c, o = o, c
	}
	if err := unix.SetNonblock(o, true); err != nil {
		unix.Close(c)
		unix.Close(o)
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(c), "pipe"), os.NewFile(uintptr(o), "pipe"), nil
}

// wait reaps the program. How it ends does not matter to the response.
func (p *process) wait() {
	state, err := p.process.Wait()
	if err != nil {
		return
	}
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() && int32(ws.Signal()) != p.told.Load() {
		p.log.Errorf("CGI pid %d died with signal %d", state.Pid(), ws.Signal())
	}
}

// terminate asks the program to end, once. Nothing stronger follows.
func (p *process) terminate() {
	if p.told.Swap(int32(syscall.SIGTERM)) != int32(syscall.SIGTERM) {
		p.process.Signal(syscall.SIGTERM)
	}
}

// feed writes the request body to the program's input.
func (p *process) feed(body *server.Body) {
	defer close(p.fed)
	defer p.closeInput()
	buf := make([]byte, 16<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 && !p.write(buf[:n]) {
			return
		}
		switch {
		case errors.Is(err, syscall.ECONNRESET):
			p.Abort()
			return
		case err != nil:
			return
		}
	}
}

// write reports whether the program still takes its input.
func (p *process) write(b []byte) bool {
	if p.limits.write > 0 {
		p.in.SetWriteDeadline(time.Now().Add(p.limits.write))
	}
	_, err := p.in.Write(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		p.log.Errorf("write timeout on CGI: %s (pid: %d)", p.file, p.process.Pid)
		p.give(fmt.Errorf("input: %w", err))
	}
	return err == nil
}

func (p *process) closeInput() {
	if p.in != nil {
		p.in.Close()
	}
}

// give ends the program and every wait for its output; Read returns why.
func (p *process) give(why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.why == nil {
		p.why = why
	}
	p.terminate()
	p.out.SetReadDeadline(time.Unix(1, 0))
}

// arm lets a read wait for as long as it may.
func (p *process) arm() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.why != nil {
		return p.why
	}
	if p.limits.read > 0 {
		return p.out.SetReadDeadline(time.Now().Add(p.limits.read))
	}
	return nil
}

// Read reads what the program writes. The end comes when nobody can write any
// more: children of the program may still have its output open.
func (p *process) Read(b []byte) (int, error) {
	if err := p.arm(); err != nil {
		return 0, err
	}
	n, err := p.out.Read(b)
	if err == nil || err == io.EOF {
		return n, err
	}
	p.mu.Lock()
	why := p.why
	p.mu.Unlock()
	switch {
	case why != nil:
		err = why
	case errors.Is(err, os.ErrDeadlineExceeded):
		p.log.Errorf("read timeout on CGI: %s (pid: %d)", p.file, p.process.Pid)
		p.terminate()
	}
	return n, err
}

// Close implements backend.Source. A program that still runs is told to end.
func (p *process) Close() error {
	p.terminate()
	p.closeInput()
	return p.out.Close()
}

// Abort implements backend.Source.
func (p *process) Abort() { p.give(backend.ErrClientGone) }

// Shut implements backend.Source.
func (p *process) Shut() {
	if p.limits.shut != 0 {
		p.told.Store(int32(p.limits.shut))
		p.process.Signal(p.limits.shut)
	}
}
