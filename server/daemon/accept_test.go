package daemon

import (
	"testing"
	"time"
)

// TestGateWakesAllListeners fills the gate and has two listeners wait. The
// place that becomes free is for the one whose client comes, which nobody
// knows beforehand: both must accept again.
func TestGateWakesAllListeners(t *testing.T) {
	g := newGate(1, func(string, ...any) {})
	g.enter()
	through := make(chan bool, 2)
	for range 2 {
		go func() { through <- g.wait() }()
	}
	time.Sleep(50 * time.Millisecond) // both are waiting
	g.leave()
	for i := range 2 {
		select {
		case ok := <-through:
			if !ok {
				t.Error("the gate says that the server stops")
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%d of 2 listeners accept again", i)
		}
	}
}
