package server

import (
	"fmt"
	"log/syslog"
)

// facilities are the names server.syslog-facility takes.
var facilities = map[string]syslog.Priority{
	"auth": syslog.LOG_AUTH, "authpriv": syslog.LOG_AUTHPRIV, "cron": syslog.LOG_CRON,
	"daemon": syslog.LOG_DAEMON, "ftp": syslog.LOG_FTP, "kern": syslog.LOG_KERN,
	"lpr": syslog.LOG_LPR, "mail": syslog.LOG_MAIL, "news": syslog.LOG_NEWS,
	"user": syslog.LOG_USER, "uucp": syslog.LOG_UUCP,
	"local0": syslog.LOG_LOCAL0, "local1": syslog.LOG_LOCAL1, "local2": syslog.LOG_LOCAL2,
	"local3": syslog.LOG_LOCAL3, "local4": syslog.LOG_LOCAL4, "local5": syslog.LOG_LOCAL5,
	"local6": syslog.LOG_LOCAL6, "local7": syslog.LOG_LOCAL7,
}

// KnownFacility reports whether server.syslog-facility may have that name;
// any other means daemon, after a warning.
func KnownFacility(name string) bool {
	_, ok := facilities[name]
	return ok
}

// syslogSink sends lines to the system's log, which stamps them itself.
type syslogSink struct{ w *syslog.Writer }

// SyslogSink sends lines to syslog, with server.syslog-facility's name of a
// facility.
func SyslogSink(facility string) (LogSink, error) { return newSyslogSink(facility) }

func newSyslogSink(facility string) (LogSink, error) {
	f, ok := facilities[facility]
	if !ok {
		f = syslog.LOG_DAEMON
	}
	w, err := syslog.New(f|syslog.LOG_ERR, "lighttpd")
	if err != nil {
		return nil, fmt.Errorf("opening syslog failed: %w", err)
	}
	return syslogSink{w}, nil
}

// WriteLine implements LogSink.
func (s syslogSink) WriteLine(p Priority, line []byte) {
	text := string(line)
	switch p {
	case PriWarning:
		s.w.Warning(text)
	case PriNotice:
		s.w.Notice(text)
	case PriInfo:
		s.w.Info(text)
	case PriDebug:
		s.w.Debug(text)
	default:
		s.w.Err(text)
	}
}

// Reopen implements LogSink.
func (s syslogSink) Reopen() error { return nil }

// Close implements LogSink.
func (s syslogSink) Close() error { return s.w.Close() }

// Stamped implements LogSink.
func (s syslogSink) Stamped() bool { return false }
