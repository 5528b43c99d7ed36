package daemon

import (
	"os"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Config is what the command line decides.
type Config struct {
	// Settings is the configuration as read when -f was met.
	Settings *eval.Config
	// Reload reads the configuration again, for SIGUSR1. Without it SIGUSR1
	// stops the server gracefully.
	Reload func() (*eval.Config, parser.Diagnostics)
	// Modules are the modules in this binary.
	Modules []server.Module

	Preflight  bool          // -tt: check everything, open nothing
	Foreground bool          // -D
	OneShot    bool          // -1: serve the connection on standard input
	Idle       time.Duration // -i: stop after that long without activity, 0 = never

	// Args is the command line, program name first, for starting a copy of
	// the program in the background. Stdin is what that copy is to read from
	// standard input, where -f - was given.
	Args  []string
	Stdin []byte

	Stderr *os.File // nil is os.Stderr
}

// Exit codes, as scripts know them.
const (
	exitOK     = 0
	exitCut    = 1 // SIGTERM while a client was connected
	exitFailed = 255
)
