package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// forEachProbe starts a server for each table and runs its probes.
func forEachProbe(t *testing.T, b Binary, finish func(t *testing.T, path string, f *ProbeFile, outcomes []string)) {
	t.Helper()
	paths, err := filepath.Glob("testdata/probes/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no probes (%v)", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if waits(t, b, path, string(text)) {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			t.Parallel()
			f, err := ReadProbes(path)
			if err != nil {
				t.Fatal(err)
			}
			s, err := f.Start(b, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			var outcomes []string
			for _, p := range f.Probes {
				got, err := f.Run(s, p)
				if err != nil {
					got = err.Error()
				}
				outcomes = append(outcomes, got)
			}
			if err := s.Stop(); err != nil {
				t.Errorf("stopping the server: %v\n%s", err, s.Log())
			}
			finish(t, path, f, outcomes)
		})
	}
}

func TestProbes(t *testing.T) {
	b := binaryFor(t)
	if *update {
		forEachProbe(t, b, func(t *testing.T, path string, f *ProbeFile, outcomes []string) {
			if err := f.Record(path, outcomes); err != nil {
				t.Fatal(err)
			}
		})
		return
	}
	forEachProbe(t, b, func(t *testing.T, _ string, f *ProbeFile, outcomes []string) {
		for i, p := range f.Probes {
			if want := wanted(f, p); outcomes[i] != want {
				t.Errorf("%s\n got %s\nwant %s", p.Request, outcomes[i], want)
			}
		}
	})
}

// wanted is the outcome a probe must have with this server.
func wanted(f *ProbeFile, p Probe) string {
	for _, d := range Allowed {
		if d.File == f.Name && d.Request == p.Request {
			return d.Outcome
		}
	}
	return p.Want()
}

// TestAllowed keeps the list of differences short and true.
func TestAllowed(t *testing.T) {
	for _, d := range Allowed {
		f, err := ReadProbes(filepath.Join("testdata", "probes", d.File+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, p := range f.Probes {
			found = found || p.Request == d.Request && p.Want() != d.Outcome
		}
		if !found || d.Reason == "" {
			t.Errorf("stale or without reason: %+v", d)
		}
	}
}
