package tunnel

import "testing"

func TestWave(t *testing.T) {
	var w wave
	for i, tt := range []struct {
		opened int
		over   bool
	}{{10, false}, {0, false}, {waveSize, false}, {0, true}, {0, false}, {waveSize, false}, {1, false}, {0, true}} {
		w.tunnels += tt.opened
		if got := w.over(); got != tt.over {
			t.Errorf("second %d: %v", i, got)
		}
	}
}
