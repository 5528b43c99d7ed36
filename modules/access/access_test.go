package access_test

import (
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/access"
	"github.com/lighttpd-go/lighttpd-go/modules/index"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func TestAccess(t *testing.T) {
	for _, c := range []struct {
		conf string
		want map[string]int
	}{
		{`url.access-deny = ( ".inc", "~" )`, map[string]int{
			"/a.txt": 200, "/x.inc": 403, "/x.INC": 404, "/none.inc": 403, "/x.inc/more": 403,
			"/none": 404, "/a.txt?x.inc": 200, "/x%2einc": 403, "/x~": 403,
		}},
		{`url.access-deny = ( "" )`, map[string]int{"/a.txt": 403, "/none": 403, "/d": 403}},
		{`url.access-deny = ( "/" )`, map[string]int{"/a.txt": 200, "/d/": 403, "/d": 301, "/": 403}},
		{`url.access-allow = ( ".txt" ) url.access-deny = ( "" )`, map[string]int{
			"/a.txt": 200, "/x.inc": 403, "/none.txt": 404, "/d/": 403,
		}},
		{`url.access-deny = ( "" ) $HTTP["url"] =^ "/a" { url.access-deny = () }`, map[string]int{
			"/a.txt": 200, "/x.inc": 403,
		}},
		{`url.access-deny = ( ".html" )`, map[string]int{"/d/": 403, "/d/index.html": 403}},
		{`url.access-deny = ( ".INC" ) server.force-lowercase-filenames = "enable"`, map[string]int{
			"/x.inc": 403, "/x.Inc": 403, "/a.txt": 200,
		}},
	} {
		s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_indexfile", "mod_access" )
index-file.names = ( "index.html" )
static-file.disable-pathinfo = "disable"
`+c.conf, access.Module, index.Module, static.Module)
		s.Write(map[string]string{"a.txt": "x", "x.inc": "x", "d/index.html": "x"})
		for target, want := range c.want {
			if r := s.Get(target); r.Status != want {
				t.Errorf("%s: GET %s is %d, want %d", c.conf, target, r.Status, want)
			}
		}
	}
}

func TestLog(t *testing.T) {
	for conf, want := range map[string]string{
		`url.access-deny = ( "~" )`:     "url denied as we match access_deny /x~\n",
		`url.access-allow = ( ".txt" )`: "url denied as failed to match any from access_allow /x~\n",
	} {
		s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_access" )
$HTTP["url"] =$ "~" { debug.log-request-handling = "enable" }
`+conf, access.Module, static.Module)
		s.Get("/x~")
		log := s.Log()
		if len(log) < len(want) || log[len(log)-len(want):] != want {
			t.Errorf("%s: %q", conf, log)
		}
	}
}
