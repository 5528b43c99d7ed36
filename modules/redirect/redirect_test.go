package redirect_test

import (
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/modules/redirect"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func newServer(t *testing.T, conf string) *servertest.Server {
	t.Helper()
	return servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_redirect" )
`+conf, redirect.Module, static.Module)
}

func TestStatus(t *testing.T) {
	s := newServer(t, `
url.redirect = ( "^/" => "/new" )
$HTTP["url"] == "/307" { url.redirect-code = 307 }
$HTTP["url"] == "/99" { url.redirect-code = 99 }
`)
	for _, test := range []struct {
		request string
		status  int
	}{
		{"GET /a HTTP/1.1\nHost: h\n\n", 301},
		{"HEAD /a HTTP/1.1\nHost: h\n\n", 301},
		{"GET /a HTTP/1.0\n\n", 301},
		{"POST /a HTTP/1.0\nContent-Length: 0\n\n", 301},
		{"POST /a HTTP/1.1\nHost: h\nContent-Length: 0\n\n", 308},
		{"PUT /a HTTP/1.1\nHost: h\nContent-Length: 0\n\n", 308},
		{"OPTIONS /a HTTP/1.1\nHost: h\n\n", 308},
		{"OPTIONS * HTTP/1.1\nHost: h\n\n", 200},
		{"POST /307 HTTP/1.1\nHost: h\nContent-Length: 0\n\n", 307},
		{"GET /99 HTTP/1.1\nHost: h\n\n", 301},
		{"GET /a%00 HTTP/1.1\nHost: h\n\n", 400},
	} {
		r := s.Do(test.request)
		if r.Status != test.status {
			t.Errorf("%q: status %d, want %d", test.request, r.Status, test.status)
		}
		if redirected := r.Get("Location") == "/new"; redirected != (test.status >= 300 && test.status < 400) {
			t.Errorf("%q: Location %q", test.request, r.Get("Location"))
		}
	}
}

// TestNegatedCondition: there are no captures of what did not match, whatever
// an earlier request has left behind.
func TestNegatedCondition(t *testing.T) {
	s := newServer(t, `
$HTTP["host"] !~ "(other)$" { url.redirect = ( "^/(.)" => "/%0[%1]$1" ) }
else $HTTP["host"] =~ "(th)" { url.redirect = ( "" => "/else/%1" ) }
`)
	for range 2 {
		if got := s.Do("GET /x HTTP/1.1\nHost: another.h\n\n").Get("Location"); got != "/[]x" {
			t.Errorf("got %q", got)
		}
		if got := s.Do("GET /x HTTP/1.1\nHost: other\n\n").Get("Location"); got != "/else/th" {
			t.Errorf("got %q", got)
		}
	}
}

// TestSecureSite: the usual way to send everybody to TLS ends there.
func TestSecureSite(t *testing.T) {
	s := newServer(t, `
$HTTP["scheme"] == "http" { url.redirect = ( "" => "https://${url.authority}${url.path}${qsa}" ) }
$HTTP["url"] == "/here" { url.redirect = ( "" => "${url.scheme}:${url.port}" ) }
`)
	if r := s.Get("/a?b"); r.Get("Location") != "https://h/a?b" {
		t.Errorf("got %+v", r)
	}
	s.TLS = true
	if r := s.Get("/a?b"); r.Status != 404 {
		t.Errorf("over TLS: %+v", r)
	}
	if r := s.Get("/here"); r.Get("Location") != "https:8080" {
		t.Errorf("over TLS: %+v", r)
	}
}

// TestLocationIsOneLine: decoded text cannot begin a new header line.
func TestLocationIsOneLine(t *testing.T) {
	s := newServer(t, `url.redirect = ( "^/(.*)" => "/${decb64u:1}" )`)
	r := s.Get("/DQpTZXQtQ29va2llOiBhPWI") // "\r\nSet-Cookie: a=b"
	if r.Status != 301 || r.Has("Set-Cookie") || strings.Contains(r.Raw, "\nSet-Cookie") {
		t.Errorf("got %q", r.Raw)
	}
}

// TestGivesUp: an expression that takes too long ends the connection, with a
// line in the log, and in bounded time.
func TestGivesUp(t *testing.T) {
	s := newServer(t, `url.redirect = ( "^/(?=a)((a+)+)+\1$" => "/never" )`)
	r := s.Get("/" + strings.Repeat("a", 4000) + "b")
	if r.Status != 0 {
		t.Errorf("answered %d", r.Status)
	}
	if log := s.Log(); !strings.Contains(log, "pcre_exec() error while processing uri: /aaa") {
		t.Errorf("log: %s", log)
	}
	if r := s.Get("/b"); r.Status != 404 {
		t.Errorf("afterwards: %d", r.Status)
	}
}

func TestMistakesAreAllShown(t *testing.T) {
	_, diags := servertest.Load(t, t.TempDir(), `
server.document-root = env.ROOT
server.modules = ( "mod_redirect" )
url.redirect = (
    "^/(" => "/x",
    "^/fine" => "/y",
    "a**" => "/z"
)
$HTTP["host"] == "a(b" { url.redirect = ( "" => "/%1" ) }
`, redirect.Module, static.Module)
	want := []struct {
		line    int
		summary string
	}{
		{5, "pcre2_compile: missing closing parenthesis at offset 3, regex: ^/("},
		{7, "pcre2_compile: quantifier does not follow a repeatable item at offset 2, regex: a**"},
		{9, "pcre2_compile: missing closing parenthesis at offset 5, regex: ^a(b$"},
	}
	var errors parser.Diagnostics
	for _, d := range diags {
		if d.Severity == parser.Error && d.Detail != "" {
			errors = append(errors, d)
		}
	}
	if len(errors) != len(want) {
		t.Fatalf("got %v", errors)
	}
	for i, w := range want {
		if d := errors[i]; d.Range.Start.Line != w.line || d.Summary != w.summary {
			t.Errorf("line %d: %s; want line %d: %s", d.Range.Start.Line, d.Summary, w.line, w.summary)
		}
	}
}
