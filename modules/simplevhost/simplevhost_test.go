package simplevhost_test

import (
	"os"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/accesslog"
	"github.com/lighttpd-go/lighttpd-go/modules/simplevhost"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func TestSimpleVhost(t *testing.T) {
	const on = `simple-vhost.server-root = env.ROOT + "/vh" simple-vhost.document-root = "/pages" `
	for _, c := range []struct {
		conf string
		want map[string]string // by host
	}{
		{on + `simple-vhost.default-host = "default.test"`, map[string]string{
			"a.test": "a", "a.test:8080": "a", "A.TEST": "a", "a.test.": "a", "nope.test": "default",
			"empty.test": "default", "file.test": "default", "[::1]:8080": "six", "": "default",
		}},
		{`simple-vhost.server-root = env.ROOT + "/vh/" simple-vhost.document-root = "pages/"`, map[string]string{
			"a.test": "a", "nope.test": "root",
		}},
		{on + `simple-vhost.default-host = "missing.test"`, map[string]string{"a.test": "a", "nope.test": "www"}},
		{on + `$HTTP["host"] == "a.test" { simple-vhost.server-root = "" }`, map[string]string{"a.test": "www"}},
		{`simple-vhost.server-root = env.ROOT + "/vh"`, map[string]string{"plain.test": "plain"}},
		{on + `server.http-parseopts = ( "host-strict" => "disable" ) simple-vhost.default-host = "default.test"`, map[string]string{
			"..": "default", ".hidden": "default", "a.test/pages": "default", "x/../a.test": "default", "a.test": "a",
		}},
		{`simple-vhost.document-root = "/pages"`, map[string]string{"a.test": "www"}},
	} {
		s := servertest.New(t, `
server.document-root = env.ROOT + "/www"
server.modules = ( "mod_simple_vhost" )
`+c.conf, simplevhost.Module, static.Module)
		s.Write(map[string]string{
			"www/x": "www", "vh/a.test/pages/x": "a", "vh/default.test/pages/x": "default", "vh/pages/x": "root",
			"vh/empty.test/": "", "vh/file.test/pages": "a file", "vh/plain.test/x": "plain", "vh/[::1]/pages/x": "six",
			"vh/.hidden/pages/x": "hidden", "x": "outside", "pages/x": "outside",
		})
		for host, want := range c.want {
			request := "GET /x HTTP/1.1\nHost: " + host + "\n\n"
			if host == "" {
				request = "GET /x HTTP/1.0\n\n"
			}
			if r := s.Do(request); r.Status != 200 || r.Body != want {
				t.Errorf("%s: host %q gets %d %q, want %q", c.conf, host, r.Status, r.Body, want)
			}
		}
	}
}

func TestServerNameAndLog(t *testing.T) {
	s := servertest.New(t, `
server.document-root = env.ROOT
server.name = "configured"
server.modules = ( "mod_simple_vhost", "mod_accesslog" )
accesslog.filename = env.ROOT + "/log"
accesslog.format = "%v"
simple-vhost.server-root = env.ROOT
simple-vhost.default-host = "default"
simple-vhost.debug = 1
$HTTP["url"] == "/off" { simple-vhost.server-root = "" }
`, simplevhost.Module, accesslog.Module, static.Module)
	s.Write(map[string]string{"a/": "", "default/": ""})
	s.DoAll("GET / HTTP/1.1\nHost: a:80\n\nGET / HTTP/1.1\nHost: b\n\nGET /off HTTP/1.1\nHost: a\n\n")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(s.Root + "/log")
	if err != nil || string(text) != "a\ndefault\nconfigured\n" {
		t.Errorf("names %q, %v", text, err)
	}
	if log := s.Log(); !strings.Contains(log, s.Root+"/b/: No such file or directory\n") {
		t.Errorf("log: %s", log)
	}
}
