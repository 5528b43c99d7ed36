package cgienv_test

import (
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/internal/cgienv"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// shows is a module that answers with the variables for its options.
func shows(o cgienv.Options) server.Module {
	return server.Define("mod_show", server.Table[struct{}]{}, func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
		return server.Hooks{SubrequestStart: func(r *server.Request) server.Result {
			r.Env.Set("from-module", "x")
			var b strings.Builder
			for _, v := range cgienv.Variables(r, o) {
				b.WriteString(v.Key + "=" + v.Value + "\n")
			}
			name, found := cgienv.LookAlike(&r.Header)
			if found {
				b.WriteString("look-alike " + name + "\n")
			}
			r.Queue.AppendBytes([]byte(b.String()))
			r.Status = 200
			return server.Finished
		}}, nil
	})
}

func variables(t *testing.T, o cgienv.Options, conf, request string) (*servertest.Server, string) {
	t.Helper()
	s := servertest.New(t, `server.document-root = env.ROOT
server.tag = "tag"
server.modules = ( "mod_show" )
`+conf, shows(o))
	s.Write(map[string]string{"a": ""})
	return s, s.Do(request).Body
}

func TestVariables(t *testing.T) {
	s, got := variables(t, cgienv.Options{ContentLength: 5}, "", "GET /a/b%2fc?q=%7e HTTP/1.1\nHost: h:1\nX-Y.z: 1\nContent-Type: a/b\n\n")
	want := `CONTENT_LENGTH=5
QUERY_STRING=q=~
REQUEST_URI=/a/b%2fc?q=%7e
REDIRECT_URI=/a/b/c?q=~
REDIRECT_STATUS=200
SCRIPT_NAME=/a
PATH_INFO=/b/c
PATH_TRANSLATED=ROOT/b/c
SCRIPT_FILENAME=ROOT/a
DOCUMENT_ROOT=ROOT
REQUEST_METHOD=GET
SERVER_PROTOCOL=HTTP/1.1
SERVER_SOFTWARE=tag
GATEWAY_INTERFACE=CGI/1.1
REQUEST_SCHEME=http
SERVER_PORT=8080
SERVER_ADDR=127.0.0.1
SERVER_NAME=h
REMOTE_ADDR=127.0.0.1
REMOTE_PORT=40000
HTTP_HOST=h:1
HTTP_X_Y_Z=1
CONTENT_TYPE=a/b
FROM_MODULE=x
`
	if got := strings.ReplaceAll(got, s.Root, "ROOT"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestOptions looks for lines, and for lines that must not be there ("-").
func TestOptions(t *testing.T) {
	for _, c := range []struct {
		name    string
		o       cgienv.Options
		conf    string
		request string
		lines   []string
	}{
		{"docroot", cgienv.Options{DocRoot: "/srv/app/"}, "", "GET /a/i HTTP/1.1\nHost: h",
			[]string{"SCRIPT_FILENAME=/srv/app/a", "DOCUMENT_ROOT=/srv/app/", "PATH_TRANSLATED=/srv/app/i"}},
		{"broken", cgienv.Options{DocRoot: "/srv", BrokenScriptFilename: true}, "", "GET /a/i HTTP/1.1\nHost: h",
			[]string{"SCRIPT_FILENAME=/srv/a/i", "SCRIPT_NAME=/a"}},
		{"authorizer", cgienv.Options{Authorizer: true}, "", "GET /a/i HTTP/1.1\nHost: h",
			[]string{"-CONTENT_LENGTH", "-SCRIPT_NAME", "-PATH_INFO", "-PATH_TRANSLATED", "DOCUMENT_ROOT=ROOT"}},
		{"strip", cgienv.Options{StripRequestURI: "/a/"}, "", "GET /a/b?c HTTP/1.1\nHost: h", []string{"REQUEST_URI=/b?c"}},
		{"strip, no slash", cgienv.Options{StripRequestURI: "/a"}, "", "GET /a HTTP/1.1\nHost: h", []string{"REQUEST_URI=/a"}},
		{"strip, longer", cgienv.Options{StripRequestURI: "/a"}, "", "GET /a?x HTTP/1.1\nHost: h", []string{"REQUEST_URI=/a?x"}},
		{"no host", cgienv.Options{}, "", "GET /a HTTP/1.0", []string{"SERVER_NAME=", "-HTTP_HOST", "SERVER_PROTOCOL=HTTP/1.0"}},
		{"address", cgienv.Options{}, "", "GET /a HTTP/1.1\nHost: [::1]:8", []string{"SERVER_NAME=[::1]", "HTTP_HOST=[::1]:8"}},
		{"name", cgienv.Options{}, `server.name = "n:1"`, "GET /a HTTP/1.1\nHost: h", []string{"SERVER_NAME=n"}},
		{"empty tag", cgienv.Options{}, `server.tag := ""`, "GET /a HTTP/1.1\nHost: h", []string{"SERVER_SOFTWARE="}},
		{"same target", cgienv.Options{}, "", "GET /a?q HTTP/1.1\nHost: h", []string{"-REDIRECT_URI", "QUERY_STRING=q", "-HTTPS", "REQUEST_SCHEME=http"}},
		{"proxy", cgienv.Options{}, "", "GET /a HTTP/1.1\nHost: h\nPROXY: x\nX-Empty:", []string{"-HTTP_PROXY", "-HTTP_X_EMPTY"}},
		{"lengths", cgienv.Options{ContentLength: 1}, "", "POST /a HTTP/1.1\nHost: h\nContent-Length: 1\nExpect: 100-Continue",
			[]string{"CONTENT_LENGTH=1", "HTTP_CONTENT_LENGTH=1", "-HTTP_EXPECT"}},
		{"no body", cgienv.Options{ContentLength: -1}, "", "GET /a HTTP/1.1\nHost: h\nExpect: 100-continue", []string{"CONTENT_LENGTH=0", "HTTP_EXPECT=100-continue"}},
		{"other Expect", cgienv.Options{}, "", "POST /a HTTP/1.1\nHost: h\nContent-Length: 1\nExpect: x", []string{"HTTP_EXPECT=x"}},
	} {
		s, got := variables(t, c.o, c.conf, c.request+"\n\n")
		got = "\n" + strings.ReplaceAll(got, s.Root, "ROOT")
		for _, line := range c.lines {
			if name, not := strings.CutPrefix(line, "-"); not {
				if strings.Contains(got, "\n"+name+"=") {
					t.Errorf("%s: has %s", c.name, name)
				}
			} else if !strings.Contains(got, "\n"+line+"\n") {
				t.Errorf("%s: lacks %s in%s", c.name, line, got)
			}
		}
	}
}

func TestHTTPS(t *testing.T) {
	s, _ := variables(t, cgienv.Options{}, "", "GET /a HTTP/1.0\n\n")
	s.TLS = true
	if got := s.Get("/a").Body; !strings.Contains(got, "\nREQUEST_SCHEME=https\nHTTPS=on\n") {
		t.Errorf("%s", got)
	}
}

func TestLookAlike(t *testing.T) {
	for fields, want := range map[string]string{
		"X_Foo: 1":             "",
		"X_Foo: 1\nX-Foo: 2":   "X_Foo",
		"X-Foo: 1\nx.foo: 2":   "x.foo",
		"Content_Type: x":      "Content_Type",
		"User_Agent: x":        "User_Agent",
		"user.agent: x":        "user.agent",
		"X.Foo: 1\nX!Foo: 2":   "",
		"Pro_xy: x":            "",
		"X-Foo: 1\nX-Bar: 2":   "",
		"XFoo: 1\nX-Foo: 2":    "",
		"Content-Type: x":      "",
		"X_Forwarded-For: x":   "X_Forwarded-For",
		"Sec_WebSocket-Key: x": "",
		"a_b: 1\nA-B: 2\nc: 3": "a_b",
	} {
		_, got := variables(t, cgienv.Options{}, "", "GET /a HTTP/1.1\nHost: h\n"+fields+"\n\n")
		_, name, _ := strings.Cut(got, "look-alike ")
		if strings.TrimSuffix(name, "\n") != want {
			t.Errorf("%q: %q, want %q", fields, name, want)
		}
	}
}
