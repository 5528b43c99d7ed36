package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// openSink opens what server.errorlog names.
func openSink(o LogOptions, name string) (LogSink, error) {
	switch {
	case o.Syslog != "":
		return newSyslogSink(o.Syslog)
	case name == "":
		return o.Stderr, nil
	case name[0] == '|':
		return newPipeSink(name[1:])
	}
	return newFileSink(name)
}

// fileSink appends lines to a file, one write a line, so that several
// processes may share it and copytruncate works.
type fileSink struct {
	mu   sync.Mutex
	name string
	file *os.File
}

func newFileSink(name string) (*fileSink, error) {
	f, err := openLogFile(name)
	if err != nil {
		return nil, fmt.Errorf("opening errorlog '%s' failed: %s", name, Strerror(err))
	}
	return &fileSink{name: name, file: f}, nil
}

func openLogFile(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
}

// WriteLine implements LogSink. A line that cannot be written is lost; the
// server goes on.
func (s *fileSink) WriteLine(_ Priority, line []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.file.Write(line)
}

// Reopen implements LogSink.
func (s *fileSink) Reopen() error {
	f, err := openLogFile(s.name)
	if err != nil {
		return fmt.Errorf("%s: %s", s.name, Strerror(err))
	}
	s.mu.Lock()
	old := s.file
	s.file = f
	s.mu.Unlock()
	return old.Close()
}

// Close implements LogSink.
func (s *fileSink) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.file.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}

// Stamped implements LogSink.
func (s *fileSink) Stamped() bool { return true }

// stderrSink is a stream that is not ours to open or close.
type stderrSink struct{ file *os.File }

// StderrSink writes lines to f, normally os.Stderr (-D without an error log).
func StderrSink(f *os.File) LogSink { return stderrSink{f} }

// WriteLine implements LogSink.
func (s stderrSink) WriteLine(_ Priority, line []byte) { s.file.Write(line) }

// Reopen implements LogSink.
func (s stderrSink) Reopen() error { return nil }

// Close implements LogSink.
func (s stderrSink) Close() error { return nil }

// Stamped implements LogSink.
func (s stderrSink) Stamped() bool { return true }
