package parser

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
)

// errorsOf returns the summaries of the errors among ds.
func errorsOf(ds Diagnostics) []string {
	var out []string
	for _, d := range ds {
		if d.Severity == Error {
			out = append(out, d.Summary)
		}
	}
	return out
}

func TestLimits(t *testing.T) {
	deep := strings.Repeat
	rows := []struct {
		name, src, err string
	}{
		{"lists as deep as allowed", "a = " + deep("(", maxLists) + deep(")", maxLists) + "\n", ""},
		{"a million open lists", "a = " + deep("(", 1000000), "lists are nested more than 1000 deep"},
		{"a million parentheses where none fit", deep("(", 1000000), ""},
		{"blocks as deep as allowed", deep(`$HTTP["host"] == "a" {`, maxBlocks-1) + deep("}", maxBlocks-1), ""},
		{"too many blocks", deep(`$HTTP["host"] == "a" {`, 2*maxBlocks), "blocks are nested more than 1000 deep"},
		{"too many tokens", "a = (" + deep("1,", maxTokens/2) + ")\n", "more than 1000000 tokens"},
		{"nothing but commas", "a = (1" + deep(",", maxTokens) + ")\n", "more than 1000000 tokens"},
		{"one byte too long", deep("#", MaxSource+1), "opening configfile x.conf failed: Value too large for defined data type"},
		{"as long as allowed", deep("#", MaxSource), ""},
		{"garbage", deep("]\n", 1<<20), ""},
		{"garbage on one line", deep("[{+] ", 1<<20), ""},
		{"one long string", "a = \"" + deep(`\"`, 1<<20) + "\"\n", ""},
		{"one long open string", "a = \"" + deep(`\"`, 1<<20), "missing closing quote"},
		{"one long word", deep("a", 16<<20), "invalid character in variable name"},
	}
	for _, row := range rows {
		f, ds := Parse("x.conf", []byte(row.src))
		errs := strings.Join(errorsOf(ds), "; ")
		if (row.err == "") != (errs == "") || !strings.Contains(errs, row.err) {
			t.Errorf("%s: got %.200q, want %q", row.name, errs, row.err)
		}
		if len(ds) > maxDrops+3 {
			t.Errorf("%s: %d diagnostics", row.name, len(ds))
		}
		for _, d := range ds {
			if n := len(d.Summary) + len(d.Detail); n > 2*maxTokenText {
				t.Errorf("%s: a message of %d bytes", row.name, n)
			}
		}
		f.Near(len(row.src) / 2)
		f.Near(len(row.src))
	}
}

// Garbage must not be stored token by token.
func TestGarbageTakesLittleMemory(t *testing.T) {
	src := bytes.Repeat([]byte("] "), 1<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, _ := Parse("x.conf", src)
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > uint64(3*len(src)) {
		t.Errorf("%d bytes of garbage took %d bytes", len(src), n)
	}
	runtime.KeepAlive(f)
}

// The work for nested lists must grow with their depth, not with a power of
// it. Allocations stand for work, so that a busy machine does not matter.
func TestNestedListsAreLinear(t *testing.T) {
	cost := func(depth int) float64 {
		src := []byte("a = " + strings.Repeat(`( "k" => `, depth) + "1" + strings.Repeat(")", depth) + "\n")
		return testing.AllocsPerRun(3, func() {
			if _, ds := Parse("x.conf", src); len(ds) > 0 {
				t.Fatal(ds)
			}
		})
	}
	if small, big := cost(100), cost(800); big > 10*small {
		t.Errorf("%v allocations for 100 lists, %v for 800", small, big)
	}
}

func TestDropWarningsAreBounded(t *testing.T) {
	f, ds := Parse("x.conf", []byte(strings.Repeat("]\n", 5000)+"a = 1\n"))
	if len(ds) != maxDrops+1 || ds.HasErrors() {
		t.Fatalf("%d warnings", len(ds))
	}
	if got, want := ds[maxDrops].Summary, "4900 more places in this source have text that does not fit and is ignored"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(f.Statements) != 1 {
		t.Error("the statement behind the garbage is lost")
	}
}
