package auth_test

import (
	"regexp"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/auth"
	"github.com/lighttpd-go/lighttpd-go/modules/authnfile"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// TestWrongPasswordLine keeps the line that fail2ban's filter for lighttpd
// looks for.
func TestWrongPasswordLine(t *testing.T) {
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_auth", "mod_authn_file" )
server.feature-flags = ( "auth.delay-invalid-creds" => "disable" )
auth.backend = "plain"
auth.backend.plain.userfile = env.ROOT + "/users"
auth.require = ( "" => ( "method" => "basic", "realm" => "r", "require" => "valid-user" ) )
`, auth.Module, authnfile.Module)
	s.Write(map[string]string{"users": "u:right\n"})
	s.Get("/x", "Authorization: Basic dTp3cm9uZw==")
	want := regexp.MustCompile(`(?m)\(mod_auth\.c\.\d+\) password doesn't match for /x username: u IP: 127\.0\.0\.1$`)
	if got := s.Log(); !want.MatchString(got) {
		t.Errorf("log holds %q", got)
	}
}
