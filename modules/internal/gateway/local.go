package gateway

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// settle is how long a process that was just started is watched: one that
// ends within it stops the server's start.
const settle = 30 * time.Millisecond

// launch starts the first processes of a host.
func (l *Layer) launch(h *Host) error {
	for n := range int(h.MinProcs) {
		p := &Process{host: h, addr: h.address(n), number: n, state: exited, starting: true}
		l.mu.Lock()
		h.procs = append(h.procs, p)
		l.mu.Unlock()
		if err := l.start(p); err != nil {
			return fmt.Errorf("spawning %q failed: %w", h.BinPath, err)
		}
	}
	time.Sleep(settle)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range h.procs {
		if p.state == exited {
			return fmt.Errorf("spawning %q failed: the process ended at once; socket: %s", h.BinPath, p.addr)
		}
	}
	return nil
}

// start makes a process run, unless something already accepts connections
// at its address: that is used as it is. p.starting is set and Layer.mu is
// not held.
func (l *Layer) start(p *Process) error {
	child, err := p.spawn()
	l.mu.Lock()
	defer l.mu.Unlock()
	p.starting, p.started = false, l.clock()
	if err != nil {
		return err
	}
	p.child, p.state, p.since = child, running, p.started
	if child == nil {
		return nil
	}
	if l.closed {
		l.end(p)
	}
	go func() {
		status, err := child.Wait()
		l.ended(p, status, err)
	}()
	return nil
}

// spawn starts the program with its listening socket as descriptor 0. The
// result is nil if another process already listens there.
func (p *Process) spawn() (*os.Process, error) {
	if c, err := net.DialTimeout(p.addr.network, p.addr.text, time.Second); err == nil {
		return nil, c.Close()
	}
	socket, err := listen(p.addr, int(p.host.ListenBacklog))
	if err != nil {
		return nil, err
	}
	defer socket.Close()
	argv := strings.FieldsFunc(p.host.BinPath, func(c rune) bool { return c == ' ' || c == '\t' })
	name, err := filepath.Abs(argv[0])
	if err != nil {
		return nil, err
	}
	return os.StartProcess(name, argv, &os.ProcAttr{
		Dir:   filepath.Dir(name),
		Env:   environment(os.Environ(), &p.host.Options),
		Files: []*os.File{socket, os.Stdout, os.Stderr},
	})
}

// listen binds and listens. A stale unix socket is removed first.
func listen(a address, backlog int) (*os.File, error) {
	if info, err := os.Lstat(a.text); a.network == "unix" && err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(a.text); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen(a.network, a.text)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false)
	}
	f, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		return nil, err
	}
	// net.Listen took the system's default queue length; listening again
	// only changes that.
	if err := syscall.Listen(int(f.Fd()), backlog); err != nil {
		return nil, os.NewSyscallError("listen", err)
	}
	return f, nil
}

// environment is what a local backend finds in its environment: the named
// variables of ours, or all, then those of the definition.
func environment(ours []string, o *Options) []string {
	env := ours
	if len(o.BinCopyEnvironment) > 0 {
		env = nil
		for _, name := range o.BinCopyEnvironment {
			for _, e := range ours {
				if strings.HasPrefix(e, name+"=") {
					env = append(env, e)
				}
			}
		}
	}
	set := append([]Pair(nil), o.BinEnvironment...)
	if !has(env, set, "PHP_FCGI_CHILDREN") {
		set = append(set, Pair{Key: "PHP_FCGI_CHILDREN", Value: "1"})
	}
	var out []string
	for _, e := range env {
		if name, _, _ := strings.Cut(e, "="); !has(nil, set, name) {
			out = append(out, e)
		}
	}
	for _, v := range set {
		out = append(out, v.Key+"="+v.Value)
	}
	return out
}

// has reports whether a variable is in env or set.
func has(env []string, set []Pair, name string) bool {
	for _, e := range env {
		if strings.HasPrefix(e, name+"=") {
			return true
		}
	}
	for _, v := range set {
		if v.Key == name {
			return true
		}
	}
	return false
}
