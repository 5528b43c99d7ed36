package daemon

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// catchSignals takes over the signals lighttpd handles. PIPE is taken and
// dropped: were it ignored, so it would be in the programs the server starts.
// The others keep their default effect.
func catchSignals() chan os.Signal {
	c := make(chan os.Signal, 16)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	signal.Notify(c, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGALRM)
	return c
}

// loop waits for signals and looks after the server once a second.
func (p *process) loop(signals <-chan os.Signal) int {
	var oneShot <-chan struct{}
	if p.OneShot {
		done, err := p.serveStandardInput()
		if err != nil {
			p.log().Errorf("%v", err)
			return exitFailed
		}
		oneShot = done
	}
	tick := time.NewTicker(second)
	defer tick.Stop()
	clock := newClock()
	for {
		select {
		case sig := <-signals:
			switch sig {
			case syscall.SIGTERM:
				return p.cut()
			case syscall.SIGINT:
				return p.drain(signals, "")
			case syscall.SIGHUP:
				p.hangup()
			case syscall.SIGUSR1:
				if p.chroot || p.OneShot || p.Reload == nil {
					return p.drain(signals, "")
				}
				p.reload()
			}
		case now := <-tick.C:
			p.current.Load().server.Trigger(now)
			if clock.jumped(now, p) && p.Reload != nil && !p.chroot {
				p.reload()
			}
			if p.idleTooLong(now) {
				p.log().Notef("[note] idle timeout %ds exceeded, initiating graceful shutdown", p.Idle/time.Second)
				return p.drain(signals, "server stopped after idle timeout")
			}
		case <-oneShot:
			return p.finish("")
		}
	}
}

// idleTooLong is -i.
func (p *process) idleTooLong(now time.Time) bool {
	if p.Idle <= 0 {
		return false
	}
	since, idle := p.gate.idleSince()
	return idle && now.Sub(since) > p.Idle
}

// hangup re-opens log files.
func (p *process) hangup() {
	s := p.current.Load().server
	s.Hangup()
	s.Log.Infof("logfiles cycled UID = %d PID = %d", os.Getuid(), os.Getpid())
}

// closeListeners refuses new connections.
func (p *process) closeListeners() {
	p.gate.stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.listeners {
		l.Close()
	}
}

// cut is SIGTERM: running requests are cut.
func (p *process) cut() int {
	open := p.gate.connections()
	p.closeListeners()
	p.current.Load().server.Cut()
	p.finish("")
	if open > 0 {
		return exitCut
	}
	return exitOK
}

// drain is SIGINT: idle connections are closed, running requests finish,
// within server.graceful-shutdown-timeout. SIGTERM or a second SIGINT ends
// the wait.
func (p *process) drain(signals <-chan os.Signal, last string) int {
	s := p.current.Load().server
	s.Log.Notef("[note] graceful shutdown started")
	p.closeListeners()
	p.pid.remove(p.chroot, s.Log)
	s.Drain()
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		if !s.Wait(gracePeriod(s)) {
			s.Cut()
			s.Wait(cutTime)
		}
		p.old.Wait()
	}()
	tick := time.NewTicker(second)
	defer tick.Stop()
	for {
		select {
		case <-drained:
			return p.finish(last)
		case now := <-tick.C:
			s.Trigger(now)
		case sig := <-signals:
			switch sig {
			case syscall.SIGTERM, syscall.SIGINT:
				return p.cut()
			case syscall.SIGHUP:
				p.hangup()
			}
		}
	}
}

// cutTime is how long connections may take to notice that they were cut.
const cutTime = time.Second

func gracePeriod(s *server.Server) time.Duration {
	return time.Duration(s.Opts.Features.GracefulTimeout) * time.Second
}

// finish ends modules and logs. The sender of the signal, which lighttpd names
// here, is not known to a Go program.
func (p *process) finish(last string) int {
	s := p.current.Load().server
	if last == "" {
		last = "server stopped by UID = 0 PID = 0"
	}
	p.pid.remove(p.chroot, s.Log)
	if err := s.Close(); err != nil {
		s.Log.Errorf("%v", err)
	}
	p.notef(s, "%s", last)
	s.Log.Close()
	return exitOK
}
