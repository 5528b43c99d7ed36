package server

import (
	"errors"
	"fmt"
	"time"
)

// Global returns the core's settings outside of all conditions.
func (s *Server) Global() *Core { return s.core.Global() }

// Start runs the second initialisation of the modules, after the process has
// become who it is to be: access logs are opened here (worker_init).
func (s *Server) Start() error {
	for i := range s.modules {
		if f := s.modules[i].Hooks.Start; f != nil {
			if err := f(); err != nil {
				return fmt.Errorf("%s: %w", s.modules[i].Name, err)
			}
		}
	}
	return nil
}

// OpenLogs opens every error log that the configuration names, in conditions
// too. lighttpd does not start without them.
func (s *Server) OpenLogs() error {
	for _, ctx := range s.Config.Contexts {
		set, ok := ctx.Get("server.errorlog")
		if !ok || ctx.ID == 0 {
			continue
		}
		if _, err := s.Log.To(set.Value.Str); err != nil {
			return err
		}
	}
	return nil
}

// Trigger lets the core and the modules do what they do once a second.
func (s *Server) Trigger(now time.Time) {
	s.tick(now)
	for i := range s.modules {
		if f := s.modules[i].Hooks.Trigger; f != nil {
			s.guard(s.modules[i].Name, func() { f(now) })
		}
	}
}

// Hangup re-opens log files (SIGHUP).
func (s *Server) Hangup() {
	s.Log.Reopen()
	for i := range s.modules {
		if f := s.modules[i].Hooks.Hangup; f != nil {
			s.guard(s.modules[i].Name, f)
		}
	}
}

// Close ends the modules, last one first. Logs stay open for what the caller
// still has to say. Responses under way keep the files they need.
func (s *Server) Close() error {
	s.files.clear()
	var errs []error
	for i := len(s.modules) - 1; i >= 0; i-- {
		if f := s.modules[i].Hooks.Close; f != nil {
			s.guard(s.modules[i].Name, func() { errs = append(errs, f()) })
		}
	}
	return errors.Join(errs...)
}

// guard runs a hook that belongs to no connection. A panic is logged.
func (s *Server) guard(module string, hook func()) {
	defer func() {
		if v := recover(); v != nil {
			s.logPanic(module, v)
		}
	}()
	hook()
}
