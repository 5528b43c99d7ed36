package setenv_test

import (
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/setenv"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// program is a handler that answers /env with the variables a backend would
// get, and /head with the request's fields.
var program = server.Define("mod_program", server.Table[struct{}]{},
	func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
		return server.Hooks{URIClean: func(r *server.Request) server.Result {
			if r.URI.Path == "/env" || r.URI.Path == "/head" {
				r.Handler = tell
			}
			return server.GoOn
		}}, nil
	})

func tell(r *server.Request) server.Result {
	fields := &r.Header
	if r.URI.Path == "/env" {
		r.Env.Set("PRESENT", "old")
		r.RequestEnv()
		fields = &r.Env
	}
	for name, value := range fields.All() {
		r.Queue.AppendBytes([]byte(name + "=" + value + "\n"))
	}
	r.Status = 200
	return server.Finished
}

func newServer(t *testing.T, conf string) *servertest.Server {
	t.Helper()
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_setenv", "mod_program" )
`+conf, setenv.Module, program, static.Module)
	s.Write(map[string]string{"a.txt": "hello"})
	return s
}

func TestEnvironment(t *testing.T) {
	s := newServer(t, `
setenv.set-environment = ( "B" => "set", "EMPTY" => "" )
setenv.add-environment = ( "A" => "1", "B" => "added", "present" => "new", "NONE" => "" )
`)
	const want = "PRESENT=old, new\nA=1\nB=set\nNONE=\nEMPTY=\n"
	if got := s.Get("/env").Body; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRequestHeaders(t *testing.T) {
	s := newServer(t, `
setenv.set-request-header = ( "X-Set" => "replaced", "X-Gone" => "", "X-Both" => "set", "X-New" => "n" )
setenv.add-request-header = ( "X-List" => "2", "Cookie" => "b=2", "X-Both" => "added", "X-Nothing" => "", "X-More" => " m	n " )
`)
	const want = "Host=h\nX-List=1, 2\nCookie=a=1; b=2\nX-Set=replaced\nX-Both=set\nX-More=m n\nX-New=n\n"
	got := s.Get("/head", "X-List: 1", "Cookie: a=1", "X-Set: 1", "X-Gone: 1").Body
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := s.Get("/head").Body; !strings.Contains(got, "\nCookie=b=2\n") {
		t.Errorf("without a cookie: %q", got)
	}
}

// TestOncePerRequest: each request of a connection is changed once, by its
// own settings.
func TestOncePerRequest(t *testing.T) {
	s := newServer(t, `
$HTTP["url"] == "/a.txt" { setenv.add-response-header = ( "X-Url" => "a" ) }
$HTTP["url"] == "/head" { setenv.add-request-header = ( "X-List" => "1" ) }
`)
	all := s.DoAll("GET /a.txt HTTP/1.1\nHost: h\n\nGET /none HTTP/1.1\nHost: h\n\nGET /head HTTP/1.1\nHost: h\n\nGET /head HTTP/1.1\nHost: h\n\n")
	if len(all) != 4 || all[0].Get("X-Url") != "a" || all[1].Has("X-Url") {
		t.Fatalf("got %+v", all)
	}
	for _, r := range all[2:] {
		if r.Body != "Host=h\nX-List=1\n" {
			t.Errorf("got %q", r.Body)
		}
	}
}

func TestRejectedHeads(t *testing.T) {
	s := newServer(t, `setenv.add-response-header = ( "X-A" => "1" )`)
	if r := s.Do("GET /a.txt HTTP/1.1\n\n"); r.Status != 400 || r.Has("X-A") {
		t.Errorf("got %+v", r)
	}
	if r := s.Get("/missing"); r.Status != 404 || !r.Has("X-A") {
		t.Errorf("got %+v", r)
	}
}

func TestInvalidCharacters(t *testing.T) {
	for _, test := range []struct {
		value string
		warns bool
	}{
		{`( "X-A" => "a	b" )`, false},
		{"( \"X-A\" => \"a\r\nb\" )", false},
		{`( "X-A" => "ä" )`, false},
		{`( "X A" => "a" )`, true},
		{`( "X:A" => "a" )`, true},
		{`( "" => "a" )`, true},
		{"( \"X-A\" => \"a\x01b\" )", true},
		{"( \"X\nA\" => \"ab\" )", true},
	} {
		s, diags := servertest.Load(t, t.TempDir(), `
server.document-root = env.ROOT
server.modules = ( "mod_setenv" )
setenv.set-response-header = `+test.value, setenv.Module, static.Module)
		if diags.HasErrors() {
			t.Fatalf("%s: %v", test.value, diags)
		}
		warned := false
		for _, d := range diags {
			warned = warned || strings.Contains(d.Summary, "WARNING: setenv.*-header contains invalid char") && d.Range.Start.Line == 4
		}
		if warned != test.warns {
			t.Errorf("%s: warned %t: %v", test.value, warned, diags)
		}
		head, _, _ := strings.Cut(s.Get("/missing").Raw, "\r\n\r\n")
		if strings.Count(head, "\n") != strings.Count(head, "\r\n") {
			t.Errorf("%s: head %q", test.value, head)
		}
	}
}
