package gateway

import (
	"fmt"
	"testing"
)

func TestHash(t *testing.T) {
	for s, want := range map[string]uint32{"127.0.0.1": 0x5478120e, "/websockify": 0xcd0466f8} {
		if got := hash(hashSeed, s); got != want {
			t.Errorf("%s: %#x, want %#x", s, got, want)
		}
	}
	base := hash(hash(hashSeed, "/websockify"), "example.com")
	if base != 0xdb2906df {
		t.Errorf("base %#x, want 0xdb2906df", base)
	}
	_, k, _, _ := newLayer(t, hostAt("127.0.0.1:5901"), hostAt("127.0.0.1:5902"), hostAt("127.0.0.1:5903"))
	for i, want := range []uint32{0x8f5103dc, 0x8f5103df, 0x8f5103de} {
		if got := base ^ k.Hosts[i].key; got != want {
			t.Errorf("score of host %d: %#x, want %#x", i, got, want)
		}
	}
}

// three makes a layer with three hosts that are never dialled.
func three(t *testing.T) (*Layer, *Backend, *recorder) {
	l, k, rec, _ := newLayer(t, hostAt("127.0.0.1:5901"), hostAt("127.0.0.1:5902"), hostAt("127.0.0.1:5903"))
	return l, k, rec
}

// chosen is the index of the host that a session has.
func chosen(k *Backend, s *Session) int {
	for i, h := range k.Hosts {
		if s != nil && s.Host == h {
			return i
		}
	}
	return -1
}

func TestBalance(t *testing.T) {
	req := Request{Path: "/websockify", Authority: "example.com", Client: "127.0.0.1"}
	for _, tt := range []struct {
		balance string
		keep    bool // sessions stay open
		down    int
		want    string
	}{
		{"", false, -1, "[0 0 0 0]"},
		{"fair", true, -1, "[0 1 2 0]"},
		{"least-connection", true, 1, "[0 2 0 2]"},
		{"round-robin", false, -1, "[0 1 2 0]"},
		{"round-robin", false, 1, "[0 2 0 2]"},
		{"hash", true, -1, "[1 1 1 1]"},
		{"hash", true, 1, "[2 2 2 2]"},
		{"sticky", false, -1, "[2 2 2 2]"},
	} {
		l, k, rec := three(t)
		if tt.down >= 0 {
			k.Hosts[tt.down].procs[0].state = disabled
		}
		b, complaint := ParseBalance("x", tt.balance)
		if complaint != "" {
			t.Fatal(complaint)
		}
		req.Log = logger{rec}
		var got []int
		for range 4 {
			s := l.Choose(k, b, req)
			got = append(got, chosen(k, s))
			if !tt.keep {
				s.Release()
			}
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("%q, host %d down: %v, want %s", tt.balance, tt.down, got, tt.want)
		}
	}
}

func TestUnknownBalance(t *testing.T) {
	if b, complaint := ParseBalance("wstunnel.balance", "Hash"); b != LeastConnection || complaint == "" {
		t.Error("an unknown balance must complain and mean least connection")
	}
}

func TestAllDownIsLoggedOnce(t *testing.T) {
	l, k, rec := three(t)
	req := Request{Path: "/p", Query: "q", Log: logger{rec}}
	set := func(s state) {
		for _, h := range k.Hosts {
			h.procs[0].state = s
		}
	}
	for range 2 {
		set(disabled)
		for range 3 {
			if l.Choose(k, RoundRobin, req) != nil {
				t.Fatal("chose a host that is down")
			}
		}
		set(running)
		l.Choose(k, RoundRobin, req).Release()
	}
	if n := rec.count("all handlers for /p?q on  are down."); n != 2 {
		t.Errorf("logged %d times, want once an outage:\n%s", n, rec.text())
	}
}

func TestLoadAndCounters(t *testing.T) {
	backend := listener(t, "127.0.0.1:0")
	l, k, rec, _ := newLayer(t, hostAt(backend.Addr().String()))
	s := l.Choose(k, LeastConnection, Request{Log: logger{rec}, Debug: 3})
	if k.Hosts[0].load != 1 {
		t.Error("a chosen host has no load")
	}
	c, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	want := map[string]int64{"gw.active-requests": 1, "gw.backend..load": 1, "gw.backend..0.load": 1, "gw.backend..0.connected": 1}
	check := func() {
		t.Helper()
		for _, c := range l.Counters() {
			if c.Value != want[c.Name] {
				t.Errorf("%s = %d, want %d", c.Name, c.Value, want[c.Name])
			}
		}
	}
	check()
	s.Release()
	s.Release()
	want = map[string]int64{"gw.backend..0.connected": 1}
	check()
	for _, phrase := range []string{"gw - found a host 127.0.0.1 ", "got proc: ", "load: 1", "connect succeeded", "released proc: "} {
		if rec.count(phrase) == 0 {
			t.Errorf("no %q in the log:\n%s", phrase, rec.text())
		}
	}
}
