package daemon

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// process is the running server: what outlives a configuration.
type process struct {
	Config
	stderr    *os.File
	parent    *os.File // the waiting first process; nil in the foreground
	null      *os.File // the null device, which a chroot may hide
	pid       *pidFile
	current   atomic.Pointer[generation]
	gate      *gate
	mu        sync.Mutex // guards listeners
	listeners []*listener
	old       sync.WaitGroup // configurations that still drain
	chroot    bool
	passed    bool // sockets came from a service manager
}

// Run serves until a signal ends it and returns the exit code. With Preflight
// it only checks.
func Run(c Config) int {
	p := &process{Config: c, stderr: c.Stderr}
	if p.stderr == nil {
		p.stderr = os.Stderr
	}
	p.takeParent()
	if !p.Foreground && !p.Preflight && !p.OneShot && p.parent == nil {
		return p.background()
	}
	if p.Preflight {
		return p.preflight()
	}
	signals := catchSignals()
	s, diags, err := p.start()
	if err != nil {
		p.abandon(s, diags, err)
		return exitFailed
	}
	return p.loop(signals)
}

// preflight is -tt: everything that can be checked without opening anything.
func (p *process) preflight() int {
	s, diags := server.New(p.Settings, p.Modules, server.Options{Preflight: true, Log: p.stderrLog()})
	p.print(p.Settings, diags)
	if diags.HasErrors() {
		return exitFailed
	}
	if _, err := resolveAll(s, activated()); err != nil {
		fmt.Fprintln(p.stderr, err)
		return exitFailed
	}
	if err := dropPrivileges(&s.Opts); err != nil {
		fmt.Fprintln(p.stderr, err)
		return exitFailed
	}
	return exitOK
}

// failure is a start-up error for the admin, one or more lines.
type failure struct{ text string }

func (f failure) Error() string { return f.text }

// start takes the steps of a start in lighttpd's order, which decides which
// failures leave traces and where messages go.
func (p *process) start() (*server.Server, parser.Diagnostics, error) {
	if p.OneShot {
		if _, err := inputKind(); err != nil {
			return nil, nil, err
		}
	}
	p.closeStandard()
	log := p.stderrLog()
	s, diags := server.New(p.Settings, p.Modules, server.Options{Log: log})
	if diags.HasErrors() {
		return nil, diags, failure{}
	}
	all, err := p.bind(s)
	if err != nil {
		return s, diags, err
	}
	p.chroot = s.Opts.Chroot != "" && os.Geteuid() == 0
	if err := dropPrivileges(&s.Opts); err != nil {
		return s, diags, err
	}
	clearAmbient()
	if p.parent != nil {
		os.Chdir("/")
	}
	if err := p.pid.write(); err != nil {
		return s, diags, err
	}
	if err := p.openLogs(s); err != nil {
		return s, diags, failure{err.Error() + "\nOpening errorlog failed. Going down."}
	}
	p.notef(s, "server started (lighttpd/%s)", server.Release)
	if err := s.Start(); err != nil {
		s.Log.Errorf("%v", err)
		return s, diags, failure{"Initialization of plugins failed. Going down."}
	}
	p.warn(s, diags)
	p.begin(s, all)
	return s, diags, nil
}

// notef tells of the server's beginning and end. Under -1 it does not: to
// inetd standard error is the client's connection.
func (p *process) notef(s *server.Server, format string, a ...any) {
	if !p.OneShot {
		s.Log.Notef(format, a...)
	}
}

// bind does what needs the rights of the user who started the server.
func (p *process) bind(s *server.Server) ([]wanted, error) {
	var err error
	if !p.OneShot {
		if p.pid, err = openPIDFile(s.Opts.PidFile); err != nil {
			return nil, err
		}
	}
	fds := setLimits(&s.Opts, s.Log)
	if w := s.Opts.LimitConnections(fds); w != "" {
		s.Log.Warnf("%s", w)
	}
	p.passed = activated() // the variables that tell it are removed below
	all, err := resolveAll(s, p.passed)
	if err != nil || p.OneShot {
		return all, err
	}
	if s.Opts.SocketActivation {
		if p.listeners, err = takeActivated(); err != nil {
			return nil, err
		}
	}
	return all, p.openListeners(s, all)
}

// openListeners opens what is wanted and not open yet. On an error those it
// opened are closed again.
func (p *process) openListeners(s *server.Server, all []wanted) error {
	var opened []*listener
	for i := range all {
		if p.has(all[i].token) {
			continue
		}
		l, err := all[i].open(&s.Opts, s.Log)
		if err != nil {
			for _, l := range opened {
				l.Close()
			}
			return err
		}
		if l != nil {
			opened = append(opened, l)
		}
	}
	p.mu.Lock()
	p.listeners = append(p.listeners, opened...)
	p.mu.Unlock()
	return nil
}

func (p *process) has(token string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.listeners {
		if l.token == token {
			return true
		}
	}
	return false
}

// begin releases the waiting parent and starts accepting.
func (p *process) begin(s *server.Server, all []wanted) {
	p.gate = newGate(int(s.Opts.MaxConnections), func(format string, a ...any) { p.log().Notef(format, a...) })
	p.current.Store(newGeneration(s, all, p.gate.leave))
	p.detach()
	p.serveListeners()
}

// serveListeners begins to accept where nobody does yet.
func (p *process) serveListeners() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.listeners {
		if !l.served {
			l.served = true
			go p.acceptFrom(l)
		}
	}
}

// log is the error log of the configuration in force.
func (p *process) log() *server.Log { return p.current.Load().server.Log }

func (p *process) stderrLog() *server.Log { return server.NewLog(server.StderrSink(p.stderr)) }

// print shows what a configuration gave rise to.
func (p *process) print(cfg *eval.Config, diags parser.Diagnostics) {
	printer := parser.Printer{W: p.stderr}
	if cfg != nil {
		printer.Sources = cfg.Sources
	}
	printer.Print(diags)
}

// warn writes the warnings of a load to the error log, a line each.
func (p *process) warn(s *server.Server, diags parser.Diagnostics) {
	for i := range diags {
		s.Log.Warnf("%s", parser.Line(&diags[i]))
	}
}

// abandon ends a start that failed: messages, pid file, sockets.
func (p *process) abandon(s *server.Server, diags parser.Diagnostics, err error) {
	if s == nil {
		p.print(p.Settings, diags)
	}
	log := p.stderrLog()
	if s != nil {
		log = s.Log
	}
	if err.Error() != "" {
		errorWriter{log}.Write([]byte(err.Error()))
	}
	p.pid.remove(p.chroot, log)
	for _, l := range p.listeners {
		l.Close()
	}
}

// closeStandard points standard input and output at the null device. A
// listening socket on standard input stays.
func (p *process) closeStandard() {
	var err error
	if p.null, err = os.OpenFile("/dev/null", os.O_RDWR, 0); err != nil || p.OneShot {
		return
	}
	null := int(p.null.Fd())
	if !isSocket(0) {
		unix.Dup2(null, 0)
	}
	unix.Dup2(null, 1)
}

func isSocket(fd int) bool {
	var st unix.Stat_t
	return unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFSOCK
}

// second is how often the process looks after itself.
const second = time.Second
