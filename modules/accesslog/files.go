package accesslog

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

const (
	fullBuffer = 8 << 10         // bytes that are written at once
	maxDelay   = 4 * time.Second // how long a line may wait
)

// target is an accesslog.filename of the configuration; equal names share
// one file.
type target struct {
	name string
	file *file
}

// files are the places that one configuration logs to.
type files struct {
	facility     string
	errors       *server.Log
	byName       map[string]*file
	syslogWanted bool
	sink         server.LogSink // syslog, if wanted
}

func newFiles(facility string, errors *server.Log) *files {
	return &files{facility: facility, errors: errors, byName: map[string]*file{}}
}

// use gives t its file, unopened.
func (s *files) use(t *target) {
	if t == nil {
		return
	}
	if s.byName[t.name] == nil {
		s.byName[t.name] = &file{name: t.name}
	}
	t.file = s.byName[t.name]
}

// open opens everything; one failure stops the start.
func (s *files) open() error {
	for _, f := range s.byName {
		if err := f.open(); err != nil {
			return fmt.Errorf("opening log %q failed: %w", f.name, err)
		}
	}
	if !s.syslogWanted {
		return nil
	}
	sink, err := server.SyslogSink(s.facility)
	s.sink = sink
	return err
}

func (s *files) syslog(level uint16, line []byte) {
	if s.sink != nil {
		s.sink.WriteLine(server.Priority(level), line)
	}
}

// reopen writes what is pending and opens the files again by name (SIGHUP).
func (s *files) reopen() {
	for _, f := range s.byName {
		if err := f.reopen(); err != nil {
			s.errors.Errorf("error cycling log %s: %v", f.name, err)
		}
	}
}

func (s *files) flushOld(now time.Time) {
	for _, f := range s.byName {
		f.flushOld(now)
	}
}

func (s *files) close() error {
	var errs []error
	for _, f := range s.byName {
		errs = append(errs, f.close())
	}
	if s.sink != nil {
		errs = append(errs, s.sink.Close())
	}
	return errors.Join(errs...)
}

// file collects lines for a file or passes them to a program at once.
type file struct {
	name string

	mu    sync.Mutex
	out   io.WriteCloser
	buf   []byte
	since time.Time // of the oldest pending line
}

func (f *file) piped() bool { return strings.HasPrefix(f.name, "|") }

func (f *file) open() error {
	out, err := f.openOut()
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out = out
	return nil
}

func (f *file) openOut() (io.WriteCloser, error) {
	if command, ok := strings.CutPrefix(f.name, "|"); ok {
		return server.NewPipeLogger(command)
	}
	return os.OpenFile(f.name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
}

// write adds one line, made by line behind what is pending.
func (f *file) write(now time.Time, line func(dst []byte) []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.buf) > 0 && f.since.Unix() != now.Unix() {
		f.flush()
	}
	if len(f.buf) == 0 {
		f.since = now
	}
	f.buf = line(f.buf)
	if f.piped() || len(f.buf) >= fullBuffer {
		f.flush()
	}
}

// flush writes what is pending. A full disk loses lines; the server goes on,
// as lighttpd does.
func (f *file) flush() {
	if len(f.buf) > 0 && f.out != nil {
		f.out.Write(f.buf)
	}
	f.buf = f.buf[:0]
}

func (f *file) flushOld(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.buf) > 0 && now.Sub(f.since) >= maxDelay {
		f.flush()
	}
}

// reopen keeps the old file if the new one cannot be opened. Pipes stay.
func (f *file) reopen() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.flush()
	if f.piped() {
		return nil
	}
	out, err := f.openOut()
	if err != nil {
		return err
	}
	f.out.Close()
	f.out = out
	return nil
}

func (f *file) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.flush()
	if f.out == nil {
		return nil
	}
	err := f.out.Close()
	f.out = nil
	return err
}
