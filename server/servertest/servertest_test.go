package servertest_test

import (
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/access"
	"github.com/lighttpd-go/lighttpd-go/modules/index"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func TestFiles(t *testing.T) {
	s := servertest.New(t, `
server.document-root = env.ROOT + "/www"
server.modules = ( "mod_access" )
index-file.names = ( "index.html" )
url.access-deny = ( "~" )
`, access.Module, index.Module, static.Module)
	s.Write(map[string]string{"www/a.txt": "hello\n", "www/index.html": "index", "www/d/": "", "www/x~": "x"})
	for target, want := range map[string]int{
		"/a.txt": 200, "/": 200, "/d": 301, "/d/": 403, "/none": 404, "/x~": 403, "/a.txt/info": 403,
	} {
		if r := s.Get(target); r.Status != want {
			t.Errorf("GET %s: %d, want %d", target, r.Status, want)
		}
	}
	if log := s.Log(); log != "" {
		t.Errorf("error log is not empty: %s", log)
	}
}

func TestDoAllReadsOneResponseARequest(t *testing.T) {
	s := servertest.New(t, `server.document-root = env.ROOT`, static.Module)
	s.Write(map[string]string{"a.txt": "hello\n"})
	all := s.DoAll("HEAD /a.txt HTTP/1.1\nHost: h\n\nGET /a.txt HTTP/1.1\nHost: h\n\nGET /no HTTP/1.0\n\n")
	if len(all) != 3 || all[0].Body != "" || all[1].Body != "hello\n" || all[2].Status != 404 {
		t.Errorf("got %+v", all)
	}
}

func TestLoadReportsMistakes(t *testing.T) {
	_, diags := servertest.Load(t, "/tmp", `server.document-root = 5`)
	if !diags.HasErrors() {
		t.Error("a number passed as document root")
	}
}
