package daemon

import (
	"fmt"
	"iter"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// openLogs opens error and breakage logs, as the user the server has become
// and inside its root directory.
func (p *process) openLogs(s *server.Server) error {
	o := server.LogOptions{
		Name:    s.Global().ErrorLog,
		UTF8:    s.Opts.Features.ErrorLogUTF8,
		Precise: s.Opts.Features.ErrorLogPrecise,
	}
	if s.Opts.ErrorLogSyslog {
		o.Syslog = s.Opts.SyslogFacility
		if !server.KnownFacility(o.Syslog) {
			s.Log.Warnf("unrecognized server.syslog-facility: %q; defaulting to \"daemon\" facility", o.Syslog)
			o.Syslog = "daemon"
		}
	}
	var err error
	if p.parent == nil {
		if s.Global().BreakageLog != "" {
			err = p.keepStderr()
		}
		o.Stderr = server.StderrSink(p.stderr)
	}
	if err == nil {
		err = s.Log.Open(o)
	}
	if err == nil {
		err = s.OpenLogs()
	}
	if err == nil {
		err = openBreakage(s.Global().BreakageLog)
	}
	return err
}

// keepStderr moves the server's own messages off descriptor 2, which
// server.breakagelog takes for the programs the server starts.
func (p *process) keepStderr() error {
	if p.stderr.Fd() != 2 {
		return nil
	}
	fd, err := unix.FcntlInt(2, unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return os.NewSyscallError("fcntl", err)
	}
	p.stderr = os.NewFile(uintptr(fd), p.stderr.Name())
	return nil
}

// openBreakage makes server.breakagelog the standard error of the process and
// of the programs it starts.
func openBreakage(name string) error {
	if name == "" {
		return nil
	}
	if command, ok := strings.CutPrefix(name, "|"); ok {
		l, err := server.NewPipeLogger(command)
		if err != nil {
			return err
		}
		return l.Become(2)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return fmt.Errorf("opening errorlog '%s' failed: %s", name, server.Strerror(err))
	}
	defer f.Close()
	return unix.Dup2(int(f.Fd()), 2)
}

// lines yields the lines of text without their ends.
func lines(text string) iter.Seq[string] {
	return strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n")
}
