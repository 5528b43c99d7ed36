package server_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// backend is a module that answers /status/NNN with that status, a header
// and a body, as a CGI program would. What it was asked is kept in seen.
func backend(seen *[]string) server.Module {
	answer := func(r *server.Request) server.Result {
		*seen = append(*seen, r.Method+" "+r.URI.Path+" "+r.Env.Get("REDIRECT_STATUS"))
		r.Status, _ = strconv.Atoi(strings.TrimPrefix(r.URI.Path, "/status/"))
		r.Resp.Set("X-Backend", "yes")
		r.Queue.AppendBytes([]byte("backend"))
		return server.Finished
	}
	return server.Define("mod_backend", server.Table[struct{}]{}, func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
		return server.Hooks{URIClean: func(r *server.Request) server.Result {
			switch {
			case strings.HasPrefix(r.URI.Path, "/status/"):
				r.Handler, r.HandlerName = answer, "mod_backend"
			case r.URI.Path == "/auth":
				r.Resp.Set("WWW-Authenticate", "Basic")
				r.Resp.Set("X-Lost", "yes")
				return r.Fail(401)
			}
			return server.GoOn
		}}, nil
	})
}

func backendServer(t *testing.T, conf string) (*servertest.Server, *[]string) {
	t.Helper()
	seen := new([]string)
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_backend" )
`+conf, backend(seen), static.Module)
	s.Write(map[string]string{"e.html": "page", "p404.html": "file for 404"})
	return s, seen
}

func TestBackendErrors(t *testing.T) {
	for _, c := range []struct {
		conf, target string
		status       int
		body         string
		header       bool // the backend's header is sent
	}{
		{"", "/status/404", 404, "backend", true},
		{"", "/status/302", 302, "backend", true},
		{`server.error-intercept = "enable"`, "/status/404", 404, "404 Not Found", false},
		{`server.error-intercept = "enable"`, "/status/302", 302, "backend", true},
		{`server.errorfile-prefix = env.ROOT + "/p"`, "/status/404", 404, "backend", true},
		{`server.errorfile-prefix = env.ROOT + "/p" server.error-intercept = "enable"`, "/status/404", 404, "file for 404", false},
		{`server.error-handler = "/e.html"`, "/status/404", 404, "backend", true},
		{`server.error-handler = "/e.html" server.error-intercept = "enable"`, "/status/404", 404, "page", false},
		{`server.error-handler = "/e.html" server.error-intercept = "enable"`, "/status/500", 500, "page", false},
		{`server.error-handler = "/status/200"`, "/none", 200, "backend", true},
		{`server.error-handler = "/status/410"`, "/none", 410, "backend", true},
		{`server.error-handler = "/status/200" server.error-intercept = "enable"`, "/none", 404, "backend", true},
		{`server.error-handler-404 = "/status/200"`, "/none", 200, "backend", true},
		{`server.error-handler-404 = "/status/410"`, "/none", 410, "backend", true},
		{`server.error-handler-404 = "/e.html" server.error-intercept = "enable"`, "/status/404", 200, "page", false},
		{`server.error-handler-404 = "/e.html" server.error-intercept = "enable"`, "/status/500", 500, "500 Internal", false},
	} {
		s, _ := backendServer(t, c.conf)
		r := s.Get(c.target)
		if r.Status != c.status || !strings.Contains(r.Body, c.body) || r.Has("X-Backend") != c.header {
			t.Errorf("%s, %s: %s", c.conf, c.target, r.Raw)
		}
	}
}

func TestErrorHandlerSeesAGET(t *testing.T) {
	s, seen := backendServer(t, `server.error-handler = "/status/200"`)
	r := s.Do("POST /none HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc")
	if got := strings.Join(*seen, ","); got != "GET /status/200 404" || r.Get("Connection") != "close" {
		t.Errorf("asked %q: %s", got, r.Raw)
	}
	s, seen = backendServer(t, `server.error-handler-404 = "/status/200"`)
	s.Do("POST /none HTTP/1.1\nHost: h\nContent-Length: 0\n\n")
	if got := strings.Join(*seen, ","); got != "POST /status/200 404" {
		t.Errorf("error-handler-404 was asked %q", got)
	}
	s, seen = backendServer(t, `server.error-handler = "/status/200"`)
	if r := s.Do("HEAD /none HTTP/1.1\nHost: h\n\n"); r.Status != 200 || strings.Join(*seen, ",") != "GET /status/200 404" {
		t.Errorf("HEAD: asked %q: %s", *seen, r.Raw)
	}
}

func TestMalformedHeadAndABackendAsErrorHandler(t *testing.T) {
	s, seen := backendServer(t, `server.error-handler = "/status/200"`)
	r := s.Do("GET / HTTP/1.1\n\n")
	if r.Status != 200 || r.Body != "backend" || r.Get("Connection") != "close" {
		t.Errorf("%s", r.Raw)
	}
	if got := strings.Join(*seen, ","); got != "GET /status/200 400" {
		t.Errorf("asked %q", got)
	}
}

func TestErrorPageDropsHeaders(t *testing.T) {
	s, _ := backendServer(t, "")
	r := s.Get("/auth")
	if r.Status != 401 || r.Get("WWW-Authenticate") != "Basic" || r.Has("X-Lost") {
		t.Errorf("%s", r.Raw)
	}
}
