package daemon

import (
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// reload is SIGUSR1: the configuration is read again and takes over new
// connections; the old one finishes what it has begun. Unlike lighttpd, which
// stops, a configuration that cannot be used changes nothing.
func (p *process) reload() {
	old := p.current.Load()
	s, all, ok := p.build(old.server.Log)
	if !ok {
		old.server.Log.Errorf("graceful restart failed; the server goes on with the old configuration")
		return
	}
	old.server.Log.Notef("[note] graceful shutdown started")
	p.gate.setLimit(int(s.Opts.MaxConnections))
	p.current.Store(newGeneration(s, all, p.gate.leave))
	p.serveListeners()
	old.server.Log.Notef("server stopped by UID = 0 PID = 0")
	s.Log.Notef("server started (lighttpd/%s)", server.Release)
	p.retire(s, all)
	p.old.Add(1)
	go p.outlive(old.server)
}

// build makes everything of a new configuration that can fail.
func (p *process) build(log *server.Log) (*server.Server, []wanted, bool) {
	cfg, diags := p.Reload()
	if diags.HasErrors() {
		p.complain(log, cfg.Sources, diags)
		return nil, nil, false
	}
	s, more := server.New(cfg, p.Modules, server.Options{Log: p.stderrLog()})
	diags = append(diags, more...)
	if diags.HasErrors() {
		p.complain(log, cfg.Sources, diags)
		return nil, nil, false
	}
	all, err := resolveAll(s, p.passed)
	if err == nil {
		err = p.openLogs(s)
	}
	before := len(p.listeners)
	if err == nil {
		err = p.openListeners(s, all)
	}
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		log.Errorf("%v", err)
		p.closeFrom(before)
		s.Close()
		s.Log.Close()
		return nil, nil, false
	}
	if w := s.Opts.LimitConnections(setLimits(&s.Opts, s.Log)); w != "" {
		s.Log.Warnf("%s", w)
	}
	p.warn(s, diags)
	return s, all, true
}

// complain writes what is wrong with a configuration to the error log in
// force.
func (p *process) complain(log *server.Log, sources map[string][]byte, diags parser.Diagnostics) {
	printer := parser.Printer{W: errorWriter{log}, Sources: sources}
	printer.Print(diags)
}

// errorWriter writes each line of a message as an error.
type errorWriter struct{ log *server.Log }

func (w errorWriter) Write(p []byte) (int, error) {
	for line := range lines(string(p)) {
		w.log.Errorf("%s", line)
	}
	return len(p), nil
}

// closeFrom closes the listeners from index n on, which a failed reload has
// opened.
func (p *process) closeFrom(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.listeners[n:] {
		l.Close()
	}
	p.listeners = p.listeners[:n]
}

// retire closes listeners that are no longer configured, if
// server.graceful-unconfig-sock asks for it. Otherwise they stay open and
// serve the global settings, as in lighttpd.
func (p *process) retire(s *server.Server, all []wanted) {
	if !s.Opts.Features.GracefulUnconfigSock {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.listeners[:0]
	for _, l := range p.listeners {
		if index(all, l.token) < 0 {
			l.Close()
			continue
		}
		kept = append(kept, l)
	}
	p.listeners = kept
}

// outlive lets the connections of an old configuration end.
func (p *process) outlive(s *server.Server) {
	defer p.old.Done()
	s.Drain()
	if !s.Wait(gracePeriod(s)) {
		s.Cut()
		s.Wait(cutTime)
	}
	s.Close()
	s.Log.Close()
}
