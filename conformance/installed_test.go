//go:build full

package conformance

import (
	"testing"
)

// installed returns the lighttpd of the distribution.
func installed(t *testing.T) Binary {
	t.Helper()
	b, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestInstalledLighttpdStories replays the stories against the installed
// lighttpd: what was recorded must still be what it does.
func TestInstalledLighttpdStories(t *testing.T) { runStories(t, installed(t)) }

// TestInstalledLighttpdProbes does the same for the probes. The outcomes of
// another version than the recorded one may be those marked as newer.
func TestInstalledLighttpdProbes(t *testing.T) {
	b := installed(t)
	forEachProbe(t, b, func(t *testing.T, _ string, f *ProbeFile, outcomes []string) {
		for i, p := range f.Probes {
			if got := outcomes[i]; got != p.Recorded && got != p.Newer {
				t.Errorf("%s\n got %s\nwant %s", p.Request, got, p.Recorded)
			}
		}
	})
}
