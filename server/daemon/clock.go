package daemon

import "time"

// Clock jumps that are told, and told only.
const clockNote = 300 * time.Second

// clock notices when the wall clock is set.
type clock struct{ last time.Time }

func newClock() *clock { return &clock{time.Now()} }

// jumped compares wall and monotonic time since the last call. A jump beyond
// server.clock-jump-restart asks for a graceful restart, since caches and
// limits go by the clock.
func (c *clock) jumped(now time.Time, p *process) bool {
	jump := (now.Round(0).Sub(c.last.Round(0)) - now.Sub(c.last)).Abs()
	c.last = now
	if jump <= clockNote {
		return false
	}
	secs := uint32(jump / time.Second)
	s := p.current.Load().server
	s.Log.Warnf("warning: clock jumped %d secs", secs)
	limit := s.Opts.Features.ClockJump
	return limit != 0 && secs > limit
}
