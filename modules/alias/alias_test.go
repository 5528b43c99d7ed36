package alias_test

import (
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/modules/alias"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// TestPhysical shows where requests lead, with the base directory as backends
// see it.
func TestPhysical(t *testing.T) {
	var base, path string
	spy := server.Define("mod_spy", server.Table[struct{}]{},
		func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
			return server.Hooks{Physical: func(r *server.Request) server.Result {
				base, path = r.Physical.BaseDir, r.Physical.Path
				return server.GoOn
			}}, nil
		})
	s := servertest.New(t, `
server.document-root = "/srv/www/"
server.modules = ( "mod_alias", "mod_spy" )
alias.url = ( "/al/" => "/x/al/", "/pre" => "/x/al", "/one.txt" => "/y.txt", "/noslash" => "/z/" )
$HTTP["host"] == "root" { alias.url = ( "" => "/r" ) }
$HTTP["host"] == "low" { server.force-lowercase-filenames = "enable" alias.url = ( "/AL/" => "/X/" ) }
`, alias.Module, static.Module, spy)
	for _, test := range []struct{ host, target, base, path string }{
		{"h", "/al/x", "/x/al/", "/x/al/x"},
		{"h", "/al/", "/x/al/", "/x/al/"},
		{"h", "/al", "/srv/www/", "/srv/www/al"},
		{"h", "/prefoo", "/x/al", "/x/alfoo"},
		{"h", "/pre/../x", "/srv/www/", "/srv/www/x"},
		{"h", "/one.txt", "/y.txt", "/y.txt"},
		{"h", "/noslash...", "/z/", "/z/..."},
		{"h", "/noslash.x", "/z/", "/z/.x"},
		{"root", "/al/x", "/r", "/r/al/x"},
		{"low", "/Al/Xy", "/X/", "/X/xy"},
		{"h", "/AL/x", "/srv/www/", "/srv/www/AL/x"},
	} {
		s.Do("GET " + test.target + " HTTP/1.1\nHost: " + test.host + "\n\n")
		if base != test.base || path != test.path {
			t.Errorf("%s%s: %s in %s, want %s in %s", test.host, test.target, path, base, test.path, test.base)
		}
	}
}

func TestTraversal(t *testing.T) {
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_alias" )
alias.url = ( "/img" => env.ROOT + "/img/", "/fine/" => env.ROOT + "/img/", "/plain" => env.ROOT + "/img" )
`, alias.Module, static.Module)
	s.Write(map[string]string{"img/a": "a", "img/..a": "dots", "secret": "secret"})
	for target, want := range map[string]int{
		"/img/a": 200, "/imga": 200, "/img..a": 200,
		"/img..": 403, "/img../": 403, "/img../secret": 403, "/img.": 403, "/img./a": 403, "/img%2e%2e/secret": 403,
		"/fine/..%2fsecret": 200, // resolved before: it is /secret
		"/plain../secret":   404, // there is no "img.."
	} {
		if r := s.Get(target); r.Status != want {
			t.Errorf("%s: %d, want %d", target, r.Status, want)
		}
	}
}

func TestUnreachable(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{`( "/a/" => "/x", "/a/b/" => "/y" )`, "alias.url: `/a/b/' will never match as `/a/' matched first"},
		{`( "" => "/x", "/a/b/" => "/y" )`, "alias.url: `/a/b/' will never match as `' matched first"},
		{`( "/ab" => "/x", "/a" => "/y", "/abc" => "/z" )`, "alias.url: `/abc' will never match as `/ab' matched first"},
		{`( "/a/b/" => "/x", "/a/" => "/y", "/b/" => "/z" )`, ""},
	} {
		_, diags := servertest.Load(t, t.TempDir(), `
server.document-root = env.ROOT
server.modules = ( "mod_alias" )
alias.url = `+test.value, alias.Module, static.Module)
		if got := summaries(diags); test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: %s", test.value, got)
		}
	}
}

func summaries(diags parser.Diagnostics) string {
	var all []string
	for _, d := range diags {
		all = append(all, d.Summary)
	}
	return strings.Join(all, "\n")
}
