package deflate

import (
	"math"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// loadavg is the machine's load of the last minute, looked at once a second.
type loadavg struct{ bits atomic.Uint64 }

// read looks again; where the system does not tell, the load counts as 0.
func (l *loadavg) read() {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return
	}
	first, _, _ := strings.Cut(string(text), " ")
	if load, err := strconv.ParseFloat(first, 64); err == nil {
		l.bits.Store(math.Float64bits(load))
	}
}

func (l *loadavg) above(limit float64) bool { return math.Float64frombits(l.bits.Load()) > limit }
