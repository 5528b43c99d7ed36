package server

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// testRequest is a request as the pipeline has it after the head was read.
func testRequest(s *Server) *Request {
	r := s.newRequest(&Conn{Socket: &Socket{Token: "127.0.0.1:80"}, server: s, RemoteText: "127.0.0.1"})
	r.start()
	return r
}

// TestSettingsFor: the last block that holds wins, whole values at a time.
func TestSettingsFor(t *testing.T) {
	const conf = `
		t.string = "global" t.list = ( "g" )
		$HTTP["url"] =^ "/o" { t.string = "one" }
		$HTTP["url"] =$ "z" { t.string = "two" t.list = ( "z" ) }
		$HTTP["host"] == "a" {
			t.string = "host"
			$HTTP["url"] == "/in" { t.string = "inner" }
		} else {
			t.short = 9
		}
		$HTTP["url"] =^ "/o" { t.int = 3 }`
	tests := []struct{ host, url, want string }{
		{"b", "/", "global [g] 9 0"},
		{"b", "/oz", "two [z] 9 3"},
		{"b", "/ox", "one [g] 9 3"},
		{"a", "/oz", "host [z] 7 3"},
		{"a", "/in", "inner [g] 7 0"},
		{"b", "/in", "global [g] 9 0"},
	}
	s, settings, diags := loadEverything(t, conf)
	if s == nil {
		t.Fatal(show(diags))
	}
	for range 2 { // merged, then found
		for _, tt := range tests {
			r := testRequest(s)
			r.URI.Authority, r.URI.Path = tt.host, tt.url
			c := settings.For(r)
			if got := fmt.Sprint(c.text, " ", c.list, " ", c.short, " ", c.number); got != tt.want {
				t.Errorf("%s%s: got %s, want %s", tt.host, tt.url, got, tt.want)
			}
			if settings.For(r) != c {
				t.Errorf("%s%s: asked again, other settings", tt.host, tt.url)
			}
		}
	}
}

// TestSettingsAreLazy is the experiment that shows when conditions are
// evaluated: what a block sets for a module that asks late holds for the
// path as it is by then; once anybody has asked, the answer stays.
func TestSettingsAreLazy(t *testing.T) {
	const block = `$HTTP["url"] == "/index.html" { t.string = "block" %s }`
	tests := []struct{ core, want string }{
		{"", "block"},
		{`server.tag = "x"`, "preset"},
	}
	for _, tt := range tests {
		s, settings, diags := loadEverything(t, fmt.Sprintf(block, tt.core))
		if s == nil {
			t.Fatal(show(diags))
		}
		r := testRequest(s)
		r.URI.Path = "/"
		r.Core = s.coreFor(r)
		r.URI.Path = "/index.html" // as mod_indexfile does
		if got := settings.For(r).text; got != tt.want {
			t.Errorf("with %q in the block: %s, want %s", tt.core, got, tt.want)
		}
		r.Invalidate(eval.HTTPURL)
		if got := settings.For(r).text; got != "block" {
			t.Errorf("with %q in the block, invalidated: %s", tt.core, got)
		}
	}
}

// TestSettingsForConn: before a request, only socket and address count.
func TestSettingsForConn(t *testing.T) {
	s, settings, diags := loadEverything(t, `
		$SERVER["socket"] == "127.0.0.1:81" { t.string = "socket" }
		$HTTP["remote-ip"] == "10.0.0.0/8" { t.short = 10 }
		$HTTP["host"] == "a" { t.string = "host" }
		$HTTP["url"] == "/" { } else { t.string = "else" }`)
	if s == nil {
		t.Fatal(show(diags))
	}
	c := &Conn{Socket: &Socket{Token: "127.0.0.1:81"}, server: s, RemoteText: "127.0.0.1"}
	if got := settings.ForConn(c); got.text != "socket" || got.short != 7 {
		t.Errorf("got %+v", got)
	}
	r := testRequest(s)
	r.refuse(400)
	if got := settings.For(r); got.text != "preset" {
		t.Errorf("rejected request: got %+v", got)
	}
}

// TestSettingsBound: combinations beyond the bound work and are not kept.
func TestSettingsBound(t *testing.T) {
	var conf strings.Builder
	for i := range 13 {
		fmt.Fprintf(&conf, "$HTTP[\"url\"] =~ \"[%c].*\" { t.short = %d }\n", 'a'+i, i)
	}
	s, settings, diags := loadEverything(t, conf.String())
	if s == nil {
		t.Fatal(show(diags))
	}
	r := testRequest(s)
	for n := range maxMerged + 100 {
		r.URI.Path = "/"
		want := uint16(7)
		for i := range 13 {
			if n&(1<<i) != 0 {
				r.URI.Path += string(rune('a' + i))
				want = uint16(i)
			}
		}
		r.conds.Reset(len(s.Config.Contexts))
		if got := settings.For(r).short; got != want {
			t.Fatalf("%s: got %d, want %d", r.URI.Path, got, want)
		}
	}
	kept := settings.merged.Load()
	if n := len(kept.settled) + len(kept.recent); n != maxMerged {
		t.Errorf("%d merged settings are kept, want %d", n, maxMerged)
	}
}

// TestSettingsTogether: requests at the same time may share settings.
func TestSettingsTogether(t *testing.T) {
	s, settings, diags := loadEverything(t, `
		$HTTP["url"] =^ "/a" { t.string = "a" }
		$HTTP["url"] =$ "b" { t.short = 1 }`)
	if s == nil {
		t.Fatal(show(diags))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r := testRequest(s)
			for i := range 400 {
				r.conds.Reset(len(s.Config.Contexts))
				r.URI.Path = [...]string{"/", "/a", "/b", "/ab"}[i%4]
				c := settings.For(r)
				if (c.text == "a") != strings.HasPrefix(r.URI.Path, "/a") || (c.short == 1) != strings.HasSuffix(r.URI.Path, "b") {
					t.Errorf("%s: %+v", r.URI.Path, *c)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkSettingsFor(b *testing.B) {
	for _, n := range []int{0, 4, 16, 64} {
		var conf strings.Builder
		for i := range n {
			fmt.Fprintf(&conf, "$HTTP[\"host\"] == \"host%d.example.org\" { t.short = %d }\n", i, i)
		}
		s, settings, diags := loadEverything(b, conf.String())
		if s == nil {
			b.Fatal(show(diags))
		}
		r := testRequest(s)
		r.URI.Authority = "host3.example.org"
		settings.For(r)
		b.Run(fmt.Sprintf("contexts=%d/first", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.conds.Reset(len(s.Config.Contexts))
				settings.For(r)
			}
		})
		b.Run(fmt.Sprintf("contexts=%d/again", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				settings.For(r)
			}
		})
	}
}

// TestSettingsForAllocates nothing once the combination is known.
func TestSettingsForAllocates(t *testing.T) {
	s, settings, diags := loadEverything(t, `
		$HTTP["host"] == "a" { t.short = 1 }
		$HTTP["url"] =^ "/x" { t.short = 2 }`)
	if s == nil {
		t.Fatal(show(diags))
	}
	r := testRequest(s)
	r.URI.Authority, r.URI.Path = "a", "/x/y"
	allocs := testing.AllocsPerRun(100, func() {
		r.conds.Reset(len(s.Config.Contexts))
		settings.For(r)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
