package rewrite_test

import (
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/rewrite"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func newServer(t *testing.T, conf string) *servertest.Server {
	t.Helper()
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_rewrite" )
`+conf, rewrite.Module, static.Module)
	s.Write(map[string]string{"a.txt": "a", "b.txt": "b", "c.txt": "c"})
	return s
}

// TestBlocks: the inner block's directives replace all four of the outer one,
// but not the two for missing files, and the other way round.
func TestBlocks(t *testing.T) {
	s := newServer(t, `
url.rewrite-once = ( "^/1$" => "/a.txt" )
url.rewrite-repeat = ( "^/2$" => "/a.txt" )
url.rewrite-if-not-file = ( "^/3$" => "/b.txt" )
$HTTP["host"] =~ "inner" { url.rewrite-final = ( "^/4$" => "/c.txt" ) }
$HTTP["host"] =~ "missing" { url.rewrite-repeat-if-not-file = ( "^/5$" => "/c.txt" ) }
$HTTP["host"] =~ "empty" { url.rewrite = ( ) }
`)
	for host, want := range map[string]string{
		"h":             "aab..",
		"inner":         "..bc.",
		"missing":       "aa..c",
		"empty":         "..b..",
		"inner.missing": "...cc",
		"inner.empty":   "..b..",
	} {
		got := ""
		for _, target := range []string{"/1", "/2", "/3", "/4", "/5"} {
			r := s.Do("GET " + target + " HTTP/1.1\nHost: " + host + "\n\n")
			if r.Status == 200 {
				got += r.Body
			} else {
				got += "."
			}
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", host, got, want)
		}
	}
}

// TestLimit: a hundred rewrites are fine, and with a list for missing files
// in force 99; one more is taken for a loop.
func TestLimit(t *testing.T) {
	const countdown = `
url.rewrite-repeat = ( "^/(x*)x$" => "/$1", "^/$" => "/a.txt" )
`
	for _, test := range []struct {
		conf     string
		rewrites int
		want     int
	}{
		{countdown, 1, 200},
		{countdown, 100, 200},
		{countdown, 101, 0},
		{countdown, 5000, 0},
		{strings.ReplaceAll(countdown, "a.txt", "missing") + `url.rewrite-if-not-file = ( "nothing" => "/x" )`, 99, 404},
		{strings.ReplaceAll(countdown, "a.txt", "missing") + `url.rewrite-if-not-file = ( "nothing" => "/x" )`, 100, 0},
	} {
		s := newServer(t, test.conf)
		r := s.Get("/" + strings.Repeat("x", test.rewrites-1))
		if r.Status != test.want {
			t.Errorf("%d rewrites: %d, want %d", test.rewrites, r.Status, test.want)
		}
		if logged := strings.Contains(s.Log(), "ENDLESS LOOP IN rewrite-rule DETECTED"); logged != (test.want == 0) {
			t.Errorf("%d rewrites: logged %t", test.rewrites, logged)
		}
	}
}

// TestGrowth: rules that double the URL end before the memory does.
func TestGrowth(t *testing.T) {
	s := newServer(t, `url.rewrite-repeat = ( "^/(.*)" => "/$1$1" )`)
	if r := s.Get("/0123456789"); r.Status != 0 {
		t.Errorf("answered %d", r.Status)
	}
	if log := s.Log(); !strings.Contains(log, "mod_rewrite invalid result (") || len(log) > 500 {
		t.Errorf("log: %d bytes: %.300s", len(log), log)
	}
}

// TestNextRequest: what was rewritten on a connection does not count for the
// next request.
func TestNextRequest(t *testing.T) {
	s := newServer(t, `url.rewrite-once = ( "^/1$" => "/a.txt", "^/2$" => "/b.txt" )`)
	all := s.DoAll(strings.Repeat("GET /1 HTTP/1.1\nHost: h\n\nGET /2 HTTP/1.1\nHost: h\n\n", 3))
	got := ""
	for _, r := range all {
		got += r.Body
	}
	if got != "ababab" {
		t.Errorf("got %q", got)
	}
}

func TestBlockCompares(t *testing.T) {
	s := newServer(t, `
$HTTP["host"] == "a.test" { url.rewrite-once = ( "^/" => "/%0" ) }
$HTTP["url"] =~ "^/(x+)$" { url.rewrite-once = ( "^/" => "/a.txt?%1" ) }
`)
	s.Write(map[string]string{"a.test": "host"})
	if r := s.Do("GET /any HTTP/1.1\nHost: a.test\n\n"); r.Body != "host" {
		t.Errorf("got %+v", r)
	}
	if r := s.Get("/xxx"); r.Body != "a" {
		t.Errorf("got %+v", r)
	}
}
