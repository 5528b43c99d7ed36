package auth_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/modules/access"
	"github.com/lighttpd-go/lighttpd-go/modules/auth"
	"github.com/lighttpd-go/lighttpd-go/modules/authnfile"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// mods are the modules that the configurations of this package may name.
var mods = []server.Module{auth.Module, authnfile.Module, access.Module, static.Module}

const head = `
server.document-root = env.ROOT + "/www"
server.modules = ( "mod_auth", "mod_authn_file" )
server.feature-flags = ( "auth.delay-invalid-creds" => "disable" )
auth.backend.plain.userfile = env.ROOT + "/plain"
auth.backend.htpasswd.userfile = env.ROOT + "/htpasswd"
auth.backend.htdigest.userfile = env.ROOT + "/htdigest"
auth.backend = "plain"
`

const ruleB = `"method" => "basic", "realm" => "R"`

// serve starts a server with three users: ann, whose password is secret, bob
// (b:c) and joe (empty).
func serve(t testing.TB, conf string) *servertest.Server {
	t.Helper()
	s := servertest.New(t, head+conf, mods...)
	s.Write(map[string]string{
		"www/priv/x": "x", "www/x": "x", "www/Priv/x": "x",
		"plain":    "ann:secret\nbob:b:c\njoe:\n",
		"htpasswd": "ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\ndes:abNANd1rDfiNc\n",
		"htdigest": "ann:R:" + strings.Repeat("0", 64) + "\nann:R:ca64311ee0006437c6e12e6f89626c5e\n",
	})
	return s
}

func basic(userPassword string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(userPassword))
}

func TestBasic(t *testing.T) {
	s := serve(t, `auth.require = ( "/priv" => ( `+ruleB+`, "require" => "valid-user" ) )`)
	token := base64.StdEncoding.EncodeToString([]byte("ann:secret"))
	for _, c := range []struct {
		line   string
		status int
		closes bool
	}{
		{"X: y", 401, false},
		{basic("ann:secret"), 200, false},
		{basic("ann:wrong"), 401, true},
		{basic("ann:"), 401, true},
		{basic("ann:secretx"), 401, true},
		{basic("Ann:secret"), 401, true},
		{basic("zed:secret"), 401, true},
		{basic(":"), 401, true},
		{basic("bob:b:c"), 200, false},
		{basic("joe:"), 200, false},
		{basic("ann:secret\x00more"), 200, false},
		{basic("ann\x00:secret"), 401, true},
		{basic("annsecret"), 400, false},
		{"Authorization: Basic", 401, false},
		{"Authorization: Basic   " + token, 200, false},
		{"Authorization: bAsIc " + token, 200, false},
		{"Authorization: Basic\t" + token, 401, false},
		{"Authorization: Digest " + token, 401, false},
		{"Authorization: Basic " + strings.TrimRight(token, "="), 200, false},
		{"Authorization: Basic " + token + "=!", 200, false},
		{"Authorization: Basic " + token[:4] + " \t" + token[4:], 200, false},
		{"Authorization: Basic " + token[:4] + "!" + token[4:], 400, false},
		{"Authorization: Basic " + token[:4] + "=" + token[4:], 400, false},
		{"Authorization: Basic !!!!", 400, false},
		{"Authorization: Basic =", 400, false},
		{"Authorization: Basic -_-_", 400, false},
		{"Authorization: Basic QQQQQ", 400, false},
		{"Authorization: Basic " + strings.Repeat("A", 1362), 400, false},
		{"Authorization: Basic " + strings.Repeat("A", 1364), 401, false},
		{basic("ann:secret") + "\n" + basic("ann:wrong"), 200, false}, // the first one counts
		{basic("ann:wrong") + "\n" + basic("ann:secret"), 401, true},
		{"Authorization: Basic YW5uOnNlY3JldA;x", 200, false},
	} {
		r := s.Get("/priv/x", c.line)
		if r.Status != c.status || (r.Get("Connection") == "close") != c.closes {
			t.Errorf("%.80q: %d, Connection %q", c.line, r.Status, r.Get("Connection"))
		}
		if r.Status == 401 && r.Get("WWW-Authenticate") != `Basic realm="R", charset="UTF-8"` {
			t.Errorf("%.80q: challenge %q", c.line, r.Get("WWW-Authenticate"))
		}
	}
}

func TestWhere(t *testing.T) {
	for _, c := range []struct {
		conf string
		want map[string]int
	}{
		{`auth.require = ( "/priv" => ( ` + ruleB + `, "require" => "valid-user" ) )`, map[string]int{
			"/x": 200, "/priv/x": 401, "/priv/none": 401, "/privacy": 401, "/Priv/x": 200, "/pri": 404, "/a/../priv/x": 401,
			"/%70riv/x": 401, "/x?/priv": 200,
		}},
		{`server.force-lowercase-filenames = "enable"
auth.require = ( "/pRiv" => ( ` + ruleB + `, "require" => "valid-user" ) )`, map[string]int{"/PRIV/x": 401, "/x": 200}},
		{`auth.require = ( "" => ( ` + ruleB + `, "require" => "valid-user" ) )
$HTTP["url"] =^ "/priv" { auth.require = () }`, map[string]int{"/x": 401, "/priv/x": 200}},
		{`auth.require = ( "/" => ( "method" => "extern", "realm" => "", "require" => "valid-user" ) )`, map[string]int{"/x": 401}},
		{`$HTTP["url"] =^ "/priv" { auth.backend = "" }
auth.require = ( "/" => ( ` + ruleB + `, "require" => "valid-user" ) )`, map[string]int{"/priv/x": 401}},
		{`auth.backend := "htpasswd"
auth.require = ( "/" => ( "method" => "digest", "realm" => "R", "require" => "valid-user" ) )`, map[string]int{"/x": 500}},
	} {
		s := serve(t, c.conf)
		for target, want := range c.want {
			if r := s.Get(target); r.Status != want {
				t.Errorf("%s: GET %s is %d, want %d", c.conf, target, r.Status, want)
			}
		}
	}
}

func TestWithoutBackend(t *testing.T) {
	conf := strings.Replace(head, `auth.backend = "plain"`, "", 1)
	s := servertest.New(t, conf+`auth.require = ( "/" => ( `+ruleB+`, "require" => "valid-user" ) )`, mods...)
	if r := s.Get("/x", basic("ann:secret")); r.Status != 500 {
		t.Errorf("status %d", r.Status)
	}
	if log := s.Log(); log != "auth.backend not configured for /x\n" {
		t.Errorf("log: %s", log)
	}
}

func TestEveryMethodIsGuarded(t *testing.T) {
	s := serve(t, `auth.require = ( "/" => ( `+ruleB+`, "require" => "valid-user" ) )`)
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "DELETE", "QUERY"} {
		if r := s.Do(method + " /x HTTP/1.1\nHost: h\nContent-Length: 0\n\n"); r.Status != 401 {
			t.Errorf("%s is answered with %d", method, r.Status)
		}
	}
}

func TestOnlyThoseRequired(t *testing.T) {
	for require, want := range map[string]string{
		"user=ann":           "200 401",
		"user=bob":           "401 200",
		"user=ann|user=bob":  "200 200",
		"user=bob|":          "401 200",
		"group=ann":          "401 401",
		"host=ann|user=ann":  "200 401",
		"user=a|user=ann b":  "401 401",
		"user=annx|user=an":  "401 401",
		"group=bob|user=bob": "401 200",
	} {
		s := serve(t, `auth.require = ( "/" => ( `+ruleB+`, "require" => "`+require+`" ) )`)
		got := []string{"200", "200"}
		for i, line := range []string{basic("ann:secret"), basic("bob:b:c")} {
			if r := s.Get("/x", line); r.Status == 401 {
				got[i] = "401"
			} else if r.Status != 200 {
				t.Errorf("status %d", r.Status)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", require, got, want)
		}
	}
}

func TestBackends(t *testing.T) {
	for backend, want := range map[string]int{"plain": 200, "htpasswd": 200, "htdigest": 200} {
		s := serve(t, `auth.backend := "`+backend+`"
auth.require = ( "/" => ( `+ruleB+`, "require" => "valid-user" ) )`)
		if r := s.Get("/x", basic("ann:secret")); r.Status != want {
			t.Errorf("%s: %d", backend, r.Status)
		}
		if r := s.Get("/x", basic("ann:wrong")); r.Status != 401 {
			t.Errorf("%s with a wrong password: %d", backend, r.Status)
		}
	}
}

func TestLog(t *testing.T) {
	s := serve(t, `auth.require = ( "/" => ( `+ruleB+`, "require" => "valid-user" ) )
$HTTP["url"] =^ "/h" { auth.backend = "htpasswd" }
$HTTP["url"] =^ "/missing" { auth.backend.plain.userfile = "/nonexistent/users" }
$HTTP["url"] =^ "/unset" { auth.backend.plain.userfile = "" }`)
	for _, c := range []struct{ target, line, want string }{
		{"/x", basic("ann:no"), "password doesn't match for /x username: ann IP: 127.0.0.1\n"},
		{"/h", basic("des:secret"), "htpasswd entry of user des: its kind of hash is not supported; make a new one with htpasswd -B\n" +
			"password doesn't match for /h username: des IP: 127.0.0.1\n"},
		{"/missing", basic("ann:secret"), "/nonexistent/users: no such file or directory\n" +
			"password doesn't match for /missing username: ann IP: 127.0.0.1\n"},
		{"/unset", basic("ann:secret"), "password doesn't match for /unset username: ann IP: 127.0.0.1\n"},
		{"/x", "Authorization: Basic !", "decoding base64-string failed !\n"},
		{"/x", basic("a\nb:c"), `password doesn't match for /x username: a\nb IP: 127.0.0.1` + "\n"},
	} {
		s.Get(c.target, c.line)
		if log := s.Log(); log != c.want {
			t.Errorf("%s %s: %s", c.target, c.line, log)
		}
	}
}

func TestPasswordsChange(t *testing.T) {
	for _, c := range []struct {
		conf              string
		oldWorks, newAlso int
	}{
		{"", 401, 200},
		{`auth.cache = ( "max-age" => "600" )`, 200, 401},
		{`auth.cache = ()`, 200, 401},
		{`auth.cache = ( "max-age" => 600 ) $HTTP["url"] =^ "/p" { auth.cache = ( "max-age" => 0 ) }`, 200, 401},
	} {
		s := serve(t, c.conf+"\n"+`auth.require = ( "/" => ( `+ruleB+`, "require" => "valid-user" ) )`)
		if r := s.Get("/x", basic("ann:secret")); r.Status != 200 {
			t.Fatalf("status %d", r.Status)
		}
		s.Write(map[string]string{"plain": "ann:newone\n"})
		if r := s.Get("/x", basic("ann:secret")); r.Status != c.oldWorks {
			t.Errorf("%s: the old password yields %d", c.conf, r.Status)
		}
		if r := s.Get("/x", basic("ann:newone")); r.Status != c.newAlso {
			t.Errorf("%s: the new password yields %d", c.conf, r.Status)
		}
		s.Trigger(time.Unix(time.Now().Unix()/8*8+8000, 0))
		if r := s.Get("/x", basic("ann:newone")); r.Status != 200 {
			t.Errorf("%s: the new password yields %d later", c.conf, r.Status)
		}
	}
}

// TestBadCredentialsWait needs an answer that comes with the next second.
func TestBadCredentialsWait(t *testing.T) {
	s := servertest.New(t, strings.Replace(head, "disable", "enable", 1)+
		`auth.require = ( "/" => ( `+ruleB+`, "require" => "valid-user" ) )`, mods...)
	before := time.Now()
	s.Get("/x", basic("ann:no"))
	if after := time.Now(); after.Unix() == before.Unix() {
		t.Errorf("answered within the second: %v, %v", before, after)
	}
}

func TestModuleLists(t *testing.T) {
	for conf, want := range map[string]string{
		`server.modules = ( "mod_auth" ) auth.backend = "plain"`: `Warning: please add "mod_authn_file" to server.modules list in lighttpd.conf`,
		`server.modules = ( "mod_authn_file" ) auth.backend = "plain"
auth.require = ( "/" => ( ` + ruleB + `, "require" => "valid-user" ) )`: "",
		`server.modules = ( "mod_auth" ) server.compat-module-load = "disable" auth.backend = "plain"`: "auth.backend not supported: plain (mod_authn_file is not in server.modules)",
		`server.modules = ( "mod_auth" ) auth.backend = "ldab"`:                                        "auth.backend not supported: ldab",
		`server.modules = ( "mod_auth", "mod_authn_file" ) auth.backend.plain.userfile = 5`:            `auth.backend.plain.userfile should have been a string like ... = "..."`,
	} {
		_, diags := servertest.Load(t, t.TempDir(), "server.document-root = env.ROOT\n"+conf, mods...)
		if want == "" && len(diags) > 0 || want != "" && count(diags, want) != 1 {
			t.Errorf("%s: %v", conf, diags)
		}
	}
}

func count(diags parser.Diagnostics, summary string) (n int) {
	for _, d := range diags {
		if d.Summary == summary {
			n++
		}
	}
	return n
}

func TestMistakes(t *testing.T) {
	const near = ` (expecting "valid-user" or "user=a|user=b|group=g|host=h"). error value: `
	for entry, want := range map[string]string{
		`"method" => "foo", "realm" => "R", "require" => "valid-user"`:                        `unknown method foo (e.g. "basic", "digest" or "extern") in auth.require = ( "..." => ( ..., "method" => "...") )`,
		`"realm" => "R", "require" => "valid-user"`:                                           `the method field is missing or blank in: auth.require = ( "..." => ( ..., "method" => "..." ) )`,
		`"method" => "", "realm" => "R", "require" => "valid-user"`:                           `the method field is missing or blank in: auth.require = ( "..." => ( ..., "method" => "..." ) )`,
		`"method" => "basic", "require" => "valid-user"`:                                      `the realm field is missing in: auth.require = ( "..." => ( ..., "realm" => "..." ) )`,
		ruleB + `, "require" => ""`:                                                           `the require field is missing or blank in: auth.require = ( "..." => ( ..., "require" => "..." ) )`,
		ruleB + `, "require" => "user=a||user=b"`:                                             `error parsing auth.require 'require' field: missing '='` + near + `user=a||user=b error near: |user=b`,
		ruleB + `, "require" => "valid-user|user=a"`:                                          `error parsing auth.require 'require' field: missing '='` + near + `valid-user|user=a error near: valid-user|user=a`,
		ruleB + `, "require" => "user="`:                                                      `error parsing auth.require 'require' field: missing token after '='` + near + `user= error near: user=`,
		ruleB + `, "require" => "User=a"`:                                                     `error parsing auth.require 'require' field: invalid/unsupported token` + near + `User=a error near: User=a`,
		ruleB + `, "require" => "host=a"`:                                                     `warning parsing auth.require 'require' field: 'host' not implemented; field value: host=a`,
		ruleB + `, "require" => "valid-user", "foo" => "x"`:                                   `the field is unknown in: auth.require = ( "..." => ( ..., -> "foo" <- => "..." ) )`,
		ruleB + `, "require" => "valid-user", "userhash" => 1`:                                `unexpected value for auth.require; expected auth.require = ( "urlpath" => ( "option" => "value" ) )`,
		ruleB + `, "require" => "valid-user", "algorithm" => "MD6"`:                           `invalid algorithm in: auth.require = ( "..." => ( ..., "algorithm" => "..." ) )`,
		`"method" => "basic", "realm" => "", "require" => "valid-user"`:                       "",
		ruleB + `, "require" => "valid-user", "algorithm" => "md5|sha-256-SESS|SHA-512-256|"`: "",
		ruleB + `, "require" => "valid-user", "algorithm" => "", "nonce_secret" => "x"`:       "",
	} {
		_, diags := servertest.Load(t, t.TempDir(), head+`auth.require = ( "/" => ( `+entry+` ) )`, mods...)
		if want == "" && len(diags) > 0 || want != "" && count(diags, want) != 1 {
			t.Errorf("%s: %v", entry, diags)
		}
	}
	_, diags := servertest.Load(t, t.TempDir(), head+`auth.require = ( "/a" => ( `+ruleB+`, "require" => "valid-user" ),
"/ab" => ( `+ruleB+`, "require" => "valid-user" ) )`, mods...)
	if len(diags) != 1 || diags.HasErrors() || diags[0].Range.Start.Line == 0 {
		t.Errorf("a shadowed entry: %v", diags)
	}
}
