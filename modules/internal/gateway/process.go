package gateway

import (
	"os"
	"time"
)

// Process is one backend process of a host (gw_proc): the only one, or one of
// those that the server started.
type Process struct {
	host  *Host
	addr  address
	state state
	load  int       // sessions connected or connecting
	since time.Time // of being disabled, or of the last use
	stats procStats

	// of a local process
	number   int
	child    *os.Process // nil: not ours, or not running
	starting bool
	started  time.Time
	kills    int  // seconds since it was told to end
	ending   bool // told to end; not to be started again
}

// state tells whether a process can be used.
type state uint8

const (
	running  state = iota // PROC_STATE_RUNNING
	disabled              // refused a connection; back after disable-time
	exited                // local, to be started again
)

// stateNames are lighttpd's words for states, for wstunnel.debug 3.
var stateNames = [...]string{running: "running", disabled: "disabled", exited: "died"}

// procStats are the counters of mod_status.
type procStats struct{ connected, died, overloaded int64 }

// disable puts a process out of use until more than disable-time seconds
// have passed.
func (p *Process) disable(now time.Time) {
	p.state, p.since = disabled, now
	p.stats.died++
}

// due reports whether a disabled process may be tried again.
func (p *Process) due(now time.Time) bool {
	return p.state == disabled &&
		int64(now.Sub(p.since)/time.Second) > int64(p.host.DisableTime)
}
