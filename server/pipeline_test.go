package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/index"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// recorder is what the recording modules of one test have seen.
type recorder struct{ lines []string }

func (rec *recorder) take() string {
	s := strings.Join(rec.lines, "\n")
	rec.lines = nil
	return s
}

// recording makes a module that writes down every hook. It has a URIRaw hook
// if raw is set, else only URIClean. It starts over once when asked for
// /again, takes /taken over, and gives up on /failed.
func recording(name string, rec *recorder, raw bool) server.Module {
	var hooks server.Hooks
	note := func(hook string) func(*server.Request) server.Result {
		return func(r *server.Request) server.Result {
			rec.lines = append(rec.lines, fmt.Sprintf("%s %s %s %s", name, hook, r.URI.Path, r.Physical.Path))
			return server.GoOn
		}
	}
	quiet := func(hook string) func(*server.Request) {
		f := note(hook)
		return func(r *server.Request) { f(r) }
	}
	hooks.URIClean = note("URIClean")
	if raw {
		hooks.URIRaw = note("URIRaw")
	}
	hooks.DocRoot = note("DocRoot")
	hooks.Physical = note("Physical")
	hooks.SubrequestStart = note("SubrequestStart")
	hooks.ResponseStart = note("ResponseStart")
	hooks.RequestDone = quiet("RequestDone")
	hooks.RequestReset = quiet("RequestReset")
	if !raw {
		see := hooks.URIClean
		hooks.URIClean = func(r *server.Request) server.Result {
			see(r)
			return steer(r)
		}
	}
	return server.Define(name, server.Table[struct{}]{}, func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
		return hooks, nil
	})
}

func steer(r *server.Request) server.Result {
	switch r.URI.Path {
	case "/again":
		r.Target = "/a.txt"
		return server.Comeback
	case "/loop":
		return server.Comeback
	case "/failed":
		return server.Failed
	case "/taken":
		r.Handler = func(r *server.Request) server.Result {
			r.Status = 200
			r.Queue.AppendBytes([]byte("taken"))
			return server.Finished
		}
	}
	return server.GoOn
}

func recordingServer(t *testing.T, conf string) (*servertest.Server, *recorder) {
	t.Helper()
	rec := &recorder{}
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_one", "mod_two" )
`+conf, recording("mod_one", rec, true), recording("mod_two", rec, false), static.Module, index.Module)
	s.Write(map[string]string{"a.txt": "a", "e.html": "page"})
	return s, rec
}

// hooks is the expected record with env.ROOT put in.
func hooks(s *servertest.Server, text string) string {
	return strings.ReplaceAll(strings.TrimPrefix(text, "\n"), "ROOT", s.Root)
}

func TestHooksInOrder(t *testing.T) {
	s, rec := recordingServer(t, "")
	if r := s.Get("/a.txt"); r.Status != 200 {
		t.Fatalf("status %d", r.Status)
	}
	want := hooks(s, `
mod_one URIRaw /a.txt 
mod_two URIClean /a.txt 
mod_one DocRoot /a.txt 
mod_two DocRoot /a.txt 
mod_one Physical /a.txt ROOT/a.txt
mod_two Physical /a.txt ROOT/a.txt
mod_one SubrequestStart /a.txt ROOT/a.txt
mod_two SubrequestStart /a.txt ROOT/a.txt
mod_one ResponseStart /a.txt ROOT/a.txt
mod_two ResponseStart /a.txt ROOT/a.txt
mod_one RequestDone /a.txt ROOT/a.txt
mod_two RequestDone /a.txt ROOT/a.txt
mod_two RequestReset /a.txt ROOT/a.txt
mod_one RequestReset /a.txt ROOT/a.txt`)
	if got := rec.take(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestComebackStartsOver(t *testing.T) {
	s, rec := recordingServer(t, "")
	if r := s.Get("/again"); r.Status != 200 || r.Body != "a" {
		t.Fatalf("status %d, body %q", r.Status, r.Body)
	}
	want := hooks(s, `
mod_one URIRaw /again 
mod_two URIClean /again 
mod_one URIRaw /a.txt 
mod_two URIClean /a.txt 
mod_one DocRoot /a.txt `)
	if got := rec.take(); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestComebackIsBounded(t *testing.T) {
	s, _ := recordingServer(t, "")
	if r := s.Get("/loop"); r.Status != 500 {
		t.Errorf("status %d", r.Status)
	}
	if log := s.Log(); !strings.Contains(log, "too many internal restarts for /loop") {
		t.Errorf("log: %q", log)
	}
}

func TestFailedDropsTheConnection(t *testing.T) {
	s, rec := recordingServer(t, "")
	if out := s.Bytes("GET /failed HTTP/1.1\r\nHost: h\r\n\r\n"); out != "" {
		t.Errorf("got %q", out)
	}
	if got := rec.take(); !strings.HasSuffix(got, "mod_one RequestReset /failed ") || strings.Contains(got, "ResponseStart") || strings.Contains(got, "RequestDone") {
		t.Errorf("hooks:\n%s", got)
	}
}

func TestHandlerSkipsTheFileSystem(t *testing.T) {
	s, rec := recordingServer(t, "")
	if r := s.Get("/taken"); r.Status != 200 || r.Body != "taken" || r.Get("Content-Length") != "5" {
		t.Errorf("%+v", r)
	}
	if got := rec.take(); strings.Contains(got, "SubrequestStart") || !strings.Contains(got, "mod_two Physical /taken") {
		t.Errorf("hooks:\n%s", got)
	}
}

func TestErrorHandlerHooks(t *testing.T) {
	s, rec := recordingServer(t, `server.error-handler = "/e.html"`)
	if r := s.Get("/none"); r.Status != 404 || r.Body != "page" {
		t.Fatalf("status %d, body %q", r.Status, r.Body)
	}
	want := hooks(s, `
mod_one URIRaw /none 
mod_two URIClean /none 
mod_one DocRoot /none 
mod_two DocRoot /none 
mod_one Physical /none ROOT/none
mod_two Physical /none ROOT/none
mod_two RequestReset /none ROOT/none
mod_one RequestReset /none ROOT/none
mod_one URIRaw /e.html 
mod_two URIClean /e.html 
mod_one DocRoot /e.html 
mod_two DocRoot /e.html 
mod_one Physical /e.html ROOT/e.html
mod_two Physical /e.html ROOT/e.html
mod_one SubrequestStart /e.html ROOT/e.html
mod_two SubrequestStart /e.html ROOT/e.html
mod_one ResponseStart /e.html ROOT/e.html
mod_two ResponseStart /e.html ROOT/e.html
mod_one RequestDone /e.html ROOT/e.html
mod_two RequestDone /e.html ROOT/e.html
mod_two RequestReset /e.html ROOT/e.html
mod_one RequestReset /e.html ROOT/e.html`)
	if got := rec.take(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRejectedHeadHooks(t *testing.T) {
	s, rec := recordingServer(t, `$HTTP["host"] != "x" { server.tag = "conditional" }`)
	r := s.Do("BREW / HTTP/1.1\nHost: h\n\n")
	if r.Status != 501 || r.Get("Server") != "lighttpd/1.4.86" || r.Get("Connection") != "close" {
		t.Errorf("%+v", r)
	}
	got := rec.take()
	for _, hook := range []string{"ResponseStart", "RequestDone", "RequestReset"} {
		if strings.Count(got, hook) != 2 {
			t.Errorf("%s is missing in\n%s", hook, got)
		}
	}
	if strings.Contains(got, "URI") || strings.Contains(got, "DocRoot") {
		t.Errorf("hooks:\n%s", got)
	}
}

func TestRejectedHeadGetsTheGlobalErrorHandler(t *testing.T) {
	s, _ := recordingServer(t, `server.error-handler = "/e.html"`)
	if r := s.Do("GET / HTTP/1.1\n\n"); r.Status != 400 || r.Body != "page" || r.Get("Connection") != "close" {
		t.Errorf("%+v", r)
	}
	s, _ = recordingServer(t, `$HTTP["url"] =^ "/" { server.error-handler = "/e.html" }`)
	if r := s.Do("GET / HTTP/1.1\n\n"); r.Status != 400 || r.Body == "page" {
		t.Errorf("a condition counts for a rejected head: %+v", r)
	}
}

// noting is a module that adds its setting as a header when the response
// starts, as mod_expire does.
func noting() server.Module {
	type config struct{ text string }
	return server.Define("mod_note", server.Table[config]{{
		Name: "note.text",
		Bind: server.String(func(c *config) *string { return &c.text }),
	}}, func(_ *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
		return server.Hooks{ResponseStart: func(r *server.Request) server.Result {
			if text := conf.For(r).text; text != "" {
				r.Resp.Set("X-Note", text)
			}
			return server.GoOn
		}}, nil
	})
}

// A block is decided when somebody first asks for settings in it, with the
// request as it is then, and not again: the same block applies or does not
// apply depending on whether the core has a setting in it.
func TestConditionsAreLazy(t *testing.T) {
	for _, c := range []struct{ block, want string }{
		{`note.text = "yes"`, "yes"},
		{`note.text = "yes" server.tag = "x"`, ""},
	} {
		s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_indexfile", "mod_note", "mod_staticfile" )
index-file.names = ( "index.html" )
$HTTP["url"] == "/index.html" { `+c.block+` }
`, index.Module, noting(), static.Module)
		s.Write(map[string]string{"index.html": "x"})
		r := s.Get("/")
		if r.Status != 200 || r.Get("X-Note") != c.want {
			t.Errorf("%s: status %d, note %q", c.block, r.Status, r.Get("X-Note"))
		}
	}
}

// Splitting off a path info makes conditions on the URL see the shorter path,
// but what the core was given stays.
func TestPathInfoForgetsURLConditions(t *testing.T) {
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_note", "mod_staticfile" )
static-file.disable-pathinfo = "disable"
$HTTP["url"] == "/a.txt" { note.text = "short" }
$HTTP["url"] == "/a.txt/more" { note.text = "long" server.tag = "long" }
`, noting(), static.Module)
	s.Write(map[string]string{"a.txt": "x"})
	r := s.Get("/a.txt/more")
	if r.Status != 200 || r.Get("X-Note") != "short" || r.Get("Server") != "long" {
		t.Errorf("%+v", r)
	}
}
