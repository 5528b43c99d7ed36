package gateway

import (
	"os"
	"slices"
	"syscall"
	"time"
)

// supervise looks after the local processes of a host, once a second.
// Layer.mu is held.
func (l *Layer) supervise(h *Host, now time.Time) {
	live, busy := 0, true
	var idle *Process
	for _, p := range h.procs {
		switch {
		case p.ending:
			p.escalate()
			continue
		case p.mustStart() && p.due(now):
			p.state = exited
			fallthrough
		case p.state == exited:
			l.restart(p)
		}
		live++
		busy = busy && p.load > int(h.MaxLoadPerProc)
		if p.load == 0 && p.child != nil && now.Sub(p.since) > time.Duration(h.IdleTimeout)*time.Second {
			idle = p
		}
	}
	switch {
	case busy && live < int(h.MaxProcs):
		l.grow(h)
	case live > int(h.MinProcs) && idle != nil:
		l.end(idle)
	}
}

// mustStart reports whether the process is one that the server should run
// and does not: it found another process at its address.
func (p *Process) mustStart() bool { return p.host.BinPath != "" && p.child == nil }

// restart starts a process again in the background. Layer.mu is held.
func (l *Layer) restart(p *Process) {
	if p.starting {
		return
	}
	p.starting = true
	go func() {
		if err := l.start(p); err != nil {
			l.Log.Errorf("ERROR: spawning %q failed: %v", p.host.BinPath, err)
		}
	}()
}

// grow adds a process under the first free number. Layer.mu is held.
func (l *Layer) grow(h *Host) {
	n := 0
	for slices.ContainsFunc(h.procs, func(p *Process) bool { return p.number == n }) {
		n++
	}
	p := &Process{host: h, addr: h.address(n), number: n, state: exited}
	h.procs = append(h.procs, p)
	l.Log.Errorf("overload detected, spawning a new child; socket: %s", p.addr)
	l.restart(p)
}

// end tells a process to end. Layer.mu is held.
func (l *Layer) end(p *Process) {
	p.ending, p.state = true, exited
	p.signal(syscall.Signal(p.host.KillSignal))
}

// escalate presses on with a process that was told to end and has not.
func (p *Process) escalate() {
	p.kills++
	switch {
	case p.kills >= 16:
		p.signal(syscall.SIGKILL)
	case p.kills >= 8:
		p.signal(syscall.SIGTERM)
	case p.kills >= 4:
		p.signal(syscall.Signal(p.host.KillSignal))
	}
}

func (p *Process) signal(s syscall.Signal) {
	if p.child != nil {
		// The only failure is that the process has ended, which Wait tells.
		_ = p.child.Signal(s)
	}
}

// pid is the process id for messages; 0 if the process is not ours.
func (p *Process) pid() int {
	if p.child == nil {
		return 0
	}
	return p.child.Pid
}

// ended takes note that a process is gone and starts it again, but not twice
// within a second: then the next Trigger does.
func (l *Layer) ended(p *Process, status *os.ProcessState, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.child = nil
	if p.ending || l.closed {
		p.state = exited
		p.host.procs = slices.DeleteFunc(p.host.procs, func(q *Process) bool { return q == p })
		p.unlink()
		return
	}
	switch ws := waitStatus(status); {
	case err != nil:
		l.Log.Errorf("waiting for child failed: %v %s", err, p.addr)
	case ws.Signaled():
		l.Log.Errorf("child signalled: %d %s", ws.Signal(), p.addr)
	default:
		l.Log.Errorf("child exited: %d %s", ws.ExitStatus(), p.addr)
	}
	p.state = exited
	p.stats.died++
	if l.clock().Sub(p.started) >= time.Second {
		l.restart(p)
	}
}

func waitStatus(s *os.ProcessState) syscall.WaitStatus {
	if s == nil {
		return 0
	}
	ws, _ := s.Sys().(syscall.WaitStatus)
	return ws
}

// unlink removes the process's unix socket.
func (p *Process) unlink() {
	if p.addr.network == "unix" {
		_ = os.Remove(p.addr.text) // gone already is as good
	}
}

// Close ends the local backends (cleanup). It does not wait for them.
func (l *Layer) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, h := range l.hosts {
		for _, p := range h.procs {
			if p.child != nil {
				l.end(p)
				p.unlink()
			}
		}
	}
	return nil
}
