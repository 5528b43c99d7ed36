package eval

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// request is a Subject for tests.
type request struct {
	text    map[Field]string
	header  map[string]string
	addr    netip.Addr
	unknown []Field
	asked   int
}

func (r *request) Known(f Field) bool { return !slices.Contains(r.unknown, f) }

func (r *request) Text(f Field, header string) string {
	r.asked++
	if f == RequestHeader {
		return r.header[header]
	}
	return r.text[f]
}

func (r *request) RemoteAddr() netip.Addr { return r.addr }

// play runs steps: "ask N" notes whether block N applies, "url X" and
// "host X" change the request, "forget url" invalidates, "reset" starts over.
func play(t *testing.T, c *Config, r *request, steps string) string {
	t.Helper()
	var rs Results
	rs.Reset(len(c.Contexts))
	var out []string
	for _, step := range strings.Split(steps, ", ") {
		verb, arg, _ := strings.Cut(step, " ")
		switch verb {
		case "ask":
			id := int(arg[0] - '0')
			out = append(out, fmt.Sprintf("%d:%v", id, c.Check(id, &rs, r)))
		case "url":
			r.text[HTTPURL] = arg
		case "host":
			r.text[HTTPHost] = arg
		case "know":
			r.unknown = nil
		case "forget":
			c.Invalidate(&rs, map[string]Field{"url": HTTPURL, "host": HTTPHost}[arg])
		case "reset":
			rs.Reset(len(c.Contexts))
		default:
			t.Fatalf("step %q", step)
		}
	}
	return strings.Join(out, " ")
}

const nested = `
$HTTP["host"] == "h" { $HTTP["url"] == "/u" { a = 1 } else { b = 1 } }
else $HTTP["url"] == "/u" { c = 1 }
else { d = 1 }
`

// Blocks of nested: 1 host, 2 url in it, 3 else in it, 4 else url, 5 else.
func TestCheck(t *testing.T) {
	for _, tc := range []struct {
		name, conf, host, url string
		unknown               []Field
		steps, want           string
	}{
		{"global", nested, "h", "/u", nil, "ask 0", "0:true"},
		{"inner", nested, "h", "/u", nil, "ask 2, ask 3, ask 4, ask 5", "2:true 3:false 4:false 5:false"},
		{"inner else", nested, "h", "/x", nil, "ask 2, ask 3, ask 4", "2:false 3:true 4:false"},
		{"branch", nested, "x", "/u", nil, "ask 1, ask 2, ask 3, ask 4, ask 5", "1:false 2:false 3:false 4:true 5:false"},
		{"last branch", nested, "x", "/x", nil, "ask 5, ask 4", "5:true 4:false"},
		{"answers stay", nested, "h", "/u", nil, "ask 2, url /x, ask 2, ask 3", "2:true 2:true 3:false"},
		{"until they are forgotten", nested, "h", "/u", nil, "ask 2, url /x, forget url, ask 2, ask 3", "2:true 2:false 3:true"},
		{"a field that was not asked", nested, "h", "/u", nil, "ask 2, host x, forget url, ask 2", "2:true 2:true"},
		{"parents are forgotten with children", nested, "h", "/u", nil, "ask 2, host x, forget host, ask 2, ask 4", "2:true 2:false 4:true"},
		{"the condition itself is not decided again", nested, "h", "/u", nil,
			"ask 2, host x, url /x, forget host, ask 2, host h, forget host, ask 2", "2:true 2:false 2:true"},
		{"reset", nested, "h", "/u", nil, "ask 2, url /x, reset, ask 2, ask 3", "2:true 2:false 3:true"},
		{"not known yet", nested, "h", "/u", []Field{HTTPURL}, "ask 1, ask 2, ask 3, know, ask 2, ask 3", "1:true 2:false 3:false 2:true 3:false"},
		{"not known yet, in a chain", nested, "x", "/x", []Field{HTTPHost}, "ask 4, ask 5, know, ask 5", "4:false 5:false 5:true"},
		{
			"a replaced successor keeps its own link",
			`$HTTP["host"] == "a" { } else $HTTP["url"] == "/u" { } else { x = 1 }
			 $HTTP["host"] == "a" { } else $HTTP["scheme"] == "s" { }`,
			"b", "/v", nil, "ask 3, url /u, forget url, ask 2, ask 3", "3:true 2:true 3:false",
		},
		{
			"a later condition that is an else branch",
			`$HTTP["host"] == "dead" { } else $HTTP["url"] =^ "/q" { x = 1 }
			 $HTTP["url"] =^ "/q" { y = 1 }`,
			"dead", "/q", nil, "ask 2", "2:false",
		},
	} {
		c := mustLoad(t, tc.conf)
		r := &request{text: map[Field]string{HTTPHost: tc.host, HTTPURL: tc.url}, unknown: tc.unknown}
		if got := play(t, c, r, tc.steps); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestCheckAsksOnce(t *testing.T) {
	c := mustLoad(t, nested)
	r := &request{text: map[Field]string{HTTPHost: "x", HTTPURL: "/x"}}
	play(t, c, r, "ask 5, ask 5, ask 4, ask 3, ask 2, ask 1")
	if r.asked != 2 {
		t.Errorf("the request was asked %d times, want 2", r.asked)
	}
}

func TestEpoch(t *testing.T) {
	c := mustLoad(t, nested)
	var rs Results
	seen := map[uint64]bool{0: true}
	for _, step := range []func(){
		func() { rs.Reset(len(c.Contexts)) },
		func() { rs.Reset(len(c.Contexts)) },
		func() { c.Invalidate(&rs, HTTPURL) },
		func() { c.Invalidate(&rs, HTTPRequestMethod) },
	} {
		step()
		if seen[rs.Epoch()] {
			t.Errorf("epoch %d again", rs.Epoch())
		}
		seen[rs.Epoch()] = true
	}
}

func TestCheckDoesNotAllocate(t *testing.T) {
	c := mustLoad(t, nested+`
$HTTP["url"] =~ "^/(a|u)/[0-9]+$" { e = 1 }
$HTTP["remoteip"] == "10.0.0.0/8" { f = 1 }
$REQUEST_HEADER["X-Y"] =~ "a|b" { g = 1 }
`)
	r := &request{
		text: map[Field]string{HTTPHost: "h", HTTPURL: "/u/1"},
		addr: netip.MustParseAddr("10.1.2.3"),
	}
	var rs Results
	rs.Reset(len(c.Contexts))
	if n := testing.AllocsPerRun(100, func() {
		rs.Reset(len(c.Contexts))
		for id := range c.Contexts {
			c.Check(id, &rs, r)
		}
		c.Invalidate(&rs, HTTPURL)
		c.Check(2, &rs, r)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestTrace(t *testing.T) {
	c := mustLoad(t, `$HTTP["host"] =^ "www" { a = 1 }
else $HTTP["url"] =~ "^/foo" { a = 1 $HTTP["useragent"] =~ "x|y" { b = 1 } }
else { c = 1 }`)
	r := &request{
		text:    map[Field]string{HTTPHost: "127.0.0.1", HTTPURL: "/foo"},
		header:  map[string]string{"user-agent": "curl"},
		unknown: []Field{HTTPURL},
	}
	var lines []string
	rs := Results{Trace: func(s string) { lines = append(lines, s) }}
	rs.Reset(len(c.Contexts))
	c.Check(2, &rs, r)
	r.unknown = nil
	c.Check(3, &rs, r)
	c.Check(3, &rs, r)
	c.Check(4, &rs, r)
	want := `=== start of condition block ===
go prev global / $HTTP["host"] =^ "www"
$HTTP["host"] =^ "www" compare to 127.0.0.1
1 (uncached) result: false (cond: global / $HTTP["host"] =^ "www")
2 global / $HTTP["url"] =^ "/foo" not available yet
2 (uncached) result: unset (cond: global / $HTTP["url"] =^ "/foo")
=== start of condition block ===
go parent global / $HTTP["url"] =^ "/foo"
go prev global / $HTTP["host"] =^ "www"
1 (cached) result: false (cond: global / $HTTP["host"] =^ "www")
$HTTP["url"] =^ "/foo" compare to /foo
2 (uncached) result: true (cond: global / $HTTP["url"] =^ "/foo")
$HTTP["useragent"] =~ "x|y" compare to curl
3 (uncached) result: false (cond: global / $HTTP["url"] =^ "/foo" / $HTTP["useragent"] =~ "x|y")
=== start of condition block ===
go prev global / $HTTP["url"] =^ "/foo"
2 (cached) result: true (cond: global / $HTTP["url"] =^ "/foo")
4 (uncached) result: skipped (cond: global / $HTTP["url"] !^ "/foo")`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCaptures(t *testing.T) {
	for _, tc := range []struct {
		name, cond, url string
		applies         bool
		want            []string
	}{
		{"regex", `=~ "^/(a)(b)?(.*)$"`, "/ax", true, []string{"/ax", "a", "", "x"}},
		{"simplified", `=~ "^/a"`, "/abc", true, []string{"/a"}},
		{"equal", `== "/a.b"`, "/a.b", true, []string{"/a.b"}},
		{"equal is not escaped", `== "/a.b"`, "/axb", true, []string{"/axb"}},
		{"prefix", `=^ "/a"`, "/abc", true, []string{"/a"}},
		{"suffix", `=$ ".php"`, "/x.php", true, []string{".php"}},
		{"suffix has its dot escaped", `=$ ".php"`, "/xaphp", false, nil},
		{"suffix has no other dot escaped", `=$ ".p.p"`, "/x.pap", true, []string{".pap"}},
		{"negated", `!~ "^/(a)"`, "/b", true, nil},
		{"not equal", `!= "/a"`, "/b", true, nil},
		{"no match", `=~ "^/(a)"`, "/b", false, nil},
	} {
		c := mustLoad(t, `$HTTP["url"] `+tc.cond+` { x = 1 }`)
		if err := c.NeedCaptures(1); err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		var rs Results
		rs.Reset(len(c.Contexts))
		ok := c.Check(1, &rs, &request{text: map[Field]string{HTTPURL: tc.url}})
		if got := rs.Captures(1); ok != tc.applies || !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v %q, want %v %q", tc.name, ok, got, tc.applies, tc.want)
		}
	}
}

func TestCapturesChangeComparison(t *testing.T) {
	c := mustLoad(t, `$HTTP["host"] == "h" { x = 1 }
$HTTP["remoteip"] == "127.0.0.0/8" { y = 1 }`)
	r := &request{text: map[Field]string{HTTPHost: "h:81", HTTPRemoteIP: "127.0.0.1"}, addr: netip.MustParseAddr("127.0.0.1")}
	if got := play(t, c, r, "ask 1, ask 2"); got != "1:true 2:true" {
		t.Errorf("before: %s", got)
	}
	for id := range c.Contexts {
		if err := c.NeedCaptures(id); err != nil {
			t.Fatal(err)
		}
	}
	if got := play(t, c, r, "ask 1, ask 2"); got != "1:false 2:false" {
		t.Errorf("after: %s", got)
	}
	bad := mustLoad(t, `$HTTP["url"] == "/(" { x = 1 }`)
	if err := bad.NeedCaptures(1); err == nil {
		t.Error("a literal that is no regular expression was accepted")
	}
}

func TestMatchLimitIsReported(t *testing.T) {
	c := mustLoad(t, `$HTTP["url"] =~ "^(?:a+)+$(?!x)" { x = 1 }`)
	var reported error
	c.OnMatchLimit = func(err error) { reported = err }
	r := &request{text: map[Field]string{HTTPURL: strings.Repeat("a", 40) + "b"}}
	if got := play(t, c, r, "ask 1"); got != "1:false" || reported == nil {
		t.Errorf("%s, reported %v", got, reported)
	}
}

func BenchmarkCheck(b *testing.B) {
	c, _ := loadText(`$HTTP["host"] == "h" { a = 1 } $HTTP["url"] =^ "/x" { b = 1 }`)
	r := &request{text: map[Field]string{HTTPHost: "h", HTTPURL: "/y"}}
	var rs Results
	for b.Loop() {
		rs.Reset(len(c.Contexts))
		c.Check(1, &rs, r)
		c.Check(2, &rs, r)
	}
}
