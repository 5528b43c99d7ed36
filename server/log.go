package server

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Priority orders log lines for syslog (LOG_ERR and so on).
type Priority uint8

// The priorities lighttpd uses, with syslog's numbers.
const (
	PriError   Priority = 3
	PriWarning Priority = 4
	PriNotice  Priority = 5
	PriInfo    Priority = 6
	PriDebug   Priority = 7
)

// LogOptions say where and how the error log is written.
type LogOptions struct {
	// Name is server.errorlog: a path, "|command", or "" for Stderr.
	Name    string
	Stderr  LogSink // where lines go without a name; nil drops them
	Syslog  string  // server.syslog-facility if the log goes to syslog, else ""
	UTF8    bool    // server.errorlog-utf8
	Precise bool    // server.errorlog-high-precision
}

// LogSink takes whole lines.
type LogSink interface {
	WriteLine(p Priority, line []byte)
	// Reopen opens the file again by its name (SIGHUP).
	Reopen() error
	Close() error
	// Stamped reports whether lines carry a time of their own.
	Stamped() bool
}

// Log is an error log in lighttpd's format, safe for concurrent use. All
// requests that name the same file share one Log. The zero value drops lines.
type Log struct {
	set  *logSet
	mu   sync.Mutex
	sink LogSink
	buf  []byte
}

// logSet holds the logs of one server by name (server.errorlog may differ in
// conditions).
type logSet struct {
	opts  LogOptions
	mu    sync.Mutex
	named map[string]*Log
}

// NewLog makes a log that writes to sink until Open gives it its own place.
func NewLog(sink LogSink) *Log {
	l := &Log{sink: sink}
	l.set = &logSet{named: map[string]*Log{}}
	return l
}

// Open opens the global log. On an error l goes on as before.
func (l *Log) Open(o LogOptions) error {
	sink, err := openSink(o, o.Name)
	if err != nil {
		return err
	}
	l.set.mu.Lock()
	l.set.opts = o
	if o.Name != "" {
		l.set.named[o.Name] = l
	}
	l.set.mu.Unlock()
	l.mu.Lock()
	l.sink = sink
	l.mu.Unlock()
	return nil
}

// To is the log called name, which is opened if nothing has used it yet; ""
// is l itself.
func (l *Log) To(name string) (*Log, error) {
	if l == nil || name == "" || l.set == nil {
		return l, nil
	}
	s := l.set
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.named[name]; other != nil {
		return other, nil
	}
	o := s.opts
	o.Syslog = ""
	sink, err := openSink(o, name)
	if err != nil {
		return l, err
	}
	other := &Log{set: s, sink: sink}
	s.named[name] = other
	return other, nil
}

// all are the distinct logs of the set, l first.
func (l *Log) all() []*Log {
	logs := []*Log{l}
	if l.set == nil {
		return logs
	}
	l.set.mu.Lock()
	defer l.set.mu.Unlock()
	for _, other := range l.set.named {
		if other != l {
			logs = append(logs, other)
		}
	}
	return logs
}

// Reopen opens the files of all logs again by name (SIGHUP). One that cannot
// be opened stays what it was.
func (l *Log) Reopen() {
	for _, x := range l.all() {
		x.mu.Lock()
		sink := x.sink
		x.mu.Unlock()
		if sink == nil {
			continue
		}
		if err := sink.Reopen(); err != nil {
			l.Errorf("error cycling log %s", err)
		}
	}
}

// Close ends all logs; piped loggers see the end of their input.
func (l *Log) Close() error {
	var errs []error
	for _, x := range l.all() {
		x.mu.Lock()
		if x.sink != nil {
			errs = append(errs, x.sink.Close())
		}
		x.sink = nil
		x.mu.Unlock()
	}
	return errors.Join(errs...)
}

// Errorf writes a line with priority error. The place shown is the caller's.
func (l *Log) Errorf(format string, a ...any) { l.printf(PriError, 1, format, a...) }

// Warnf writes a line with priority warning.
func (l *Log) Warnf(format string, a ...any) { l.printf(PriWarning, 1, format, a...) }

// Notef writes a line with priority notice.
func (l *Log) Notef(format string, a ...any) { l.printf(PriNotice, 1, format, a...) }

// Infof writes a line with priority info.
func (l *Log) Infof(format string, a ...any) { l.printf(PriInfo, 1, format, a...) }

// Debugf writes a line with priority debug.
func (l *Log) Debugf(format string, a ...any) { l.printf(PriDebug, 1, format, a...) }

// printf writes one line; skip is the number of callers between it and the
// place to show.
func (l *Log) printf(p Priority, skip int, format string, a ...any) {
	if l == nil {
		return
	}
	_, file, line, _ := runtime.Caller(skip + 1)
	l.write(p, filepath.Base(file), line, fmt.Sprintf(format, a...))
}

// write writes one line that names a place in a source.
func (l *Log) write(p Priority, file string, line int, text string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sink == nil {
		return
	}
	b := l.buf[:0]
	if l.sink.Stamped() {
		b = l.stamp(b)
	}
	b = append(b, '(')
	b = append(b, file...)
	b = append(b, '.')
	b = strconv.AppendInt(b, int64(line), 10)
	b = append(b, ") "...)
	b = appendEscaped(b, text, l.set != nil && l.set.opts.UTF8)
	b = append(b, '\n')
	l.buf = b
	l.sink.WriteLine(p, b)
}

// stamp adds "2026-01-31 12:00:00: ".
func (l *Log) stamp(b []byte) []byte {
	layout := "2006-01-02 15:04:05: "
	if l.set != nil && l.set.opts.Precise {
		layout = "2006-01-02 15:04:05.000000000: "
	}
	return time.Now().AppendFormat(b, layout)
}

// Errorf writes a line to the error log of the request's conditions
// (server.errorlog) with priority error and the caller's place.
func (r *Request) Errorf(format string, a ...any) {
	r.log().printf(PriError, 1, format, a...)
}

// ErrorfAs is Errorf for a line that log watchers such as fail2ban know by
// lighttpd's own name of its source, "mod_auth.c".
func (r *Request) ErrorfAs(source, format string, a ...any) {
	_, _, line, _ := runtime.Caller(1)
	r.log().write(PriError, source, line, fmt.Sprintf(format, a...))
}

// Debugf is Errorf with priority debug. It does not ask whether any debug.*
// switch is on; its caller does.
func (r *Request) Debugf(format string, a ...any) {
	r.log().printf(PriDebug, 1, format, a...)
}

// log is the log of the request's conditions; the global one where that one
// cannot be opened.
func (r *Request) log() *Log {
	if r.Core == nil || r.Core.ErrorLog == "" {
		return r.server.Log
	}
	l, _ := r.server.Log.To(r.Core.ErrorLog)
	return l
}

// Strerror is the text lighttpd's messages end in for a system error, such as
// "Permission denied".
func Strerror(err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err.Error()
	}
	s := no.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}
