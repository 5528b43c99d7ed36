package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestCampaign compares a few hundred configurations. Without a lighttpd to
// compare with there is nothing it could find, so it only says so.
func TestCampaign(t *testing.T) {
	if _, err := exec.LookPath("lighttpd"); err != nil && os.Getenv("LIGHTTPD") == "" {
		t.Log("no lighttpd in PATH, and LIGHTTPD is not set: nothing to compare with")
		return
	}
	var report strings.Builder
	s, err := campaign(t.TempDir(), 1, 500, 3, &report)
	if err != nil {
		t.Fatalf("%v\n%s", err, report.String())
	}
	if s.accepted < 50 || s.refused < 50 {
		t.Errorf("%d accepted, %d refused: the generator no longer makes both kinds", s.accepted, s.refused)
	}
}

// TestConditions compares the decisions about a few configurations.
func TestConditions(t *testing.T) {
	if _, err := exec.LookPath("lighttpd"); err != nil && os.Getenv("LIGHTTPD") == "" {
		t.Log("no lighttpd in PATH, and LIGHTTPD is not set: nothing to compare with")
		return
	}
	var report strings.Builder
	if err := conditionCampaign(t.TempDir(), 1, 3, &report); err != nil {
		t.Fatalf("%v\n%s", err, report.String())
	}
}

// TestDifference checks that the comparison can fail.
func TestDifference(t *testing.T) {
	ok := outcome{ok: true, tree: "config {\n}\n"}
	other := outcome{ok: true, tree: "config {\n    var.a = 1\n}\n"}
	refused := outcome{errors: []string{"x", "source: main.conf line: 1 pos: 2 parser failed"}}
	for _, tc := range []struct {
		name      string
		want, got outcome
		differ    bool
	}{
		{"same", ok, ok, false},
		{"same error", refused, refused, false},
		{"tree", ok, other, true},
		{"accepted", ok, refused, true},
		{"refused", refused, ok, true},
		{"error", refused, outcome{errors: []string{"y"}}, true},
		{"place", refused, outcome{errors: []string{"source: main.conf line: 1 pos: 3 parser failed"}}, true},
	} {
		if got := difference(tc.want, tc.got); (got != "") != tc.differ {
			t.Errorf("%s: difference = %q", tc.name, got)
		}
	}
}

// TestGenerate checks that a seed always makes the same configuration.
func TestGenerate(t *testing.T) {
	for seed := range uint64(50) {
		if a, b := generate(seed).String(), generate(seed).String(); a != b {
			t.Fatalf("seed %d makes two configurations", seed)
		}
	}
}

func TestNormal(t *testing.T) {
	got := normal("config {\n    var.CWD = \"/\"\n    var.PID = 1\n    a.b     = 2\n\n    if $HTTP[\"host\"] == \"a\" {\n    else if $HTTP[\"host\"] == \"b\" {\n")
	want := "config {\n    a.b = 2\n\n    $HTTP[\"host\"] == \"a\" {\n    else $HTTP[\"host\"] == \"b\" {\n"
	if got != want {
		t.Errorf("normal = %q, want %q", got, want)
	}
}
