package extforward

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// seen is a module that notes how requests end.
func seen(log *[]string) server.Module {
	table := server.Table[struct{}]{}
	return server.Define("mod_seen", table, func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
		return server.Hooks{RequestDone: func(r *server.Request) {
			*log = append(*log, fmt.Sprintf("%s %d %s %s %s", r.PeerText, r.Status, r.URI.Scheme, r.Header.Get("Host"), r.Env.Get("REMOTE_USER")))
		}}, nil
	})
}

const trusting = `extforward.forwarder = ( "127.0.0.1" => "trust", "10.0.0.0/8" => "Trust", "10.1.1.1" => "untrusted", "2001:db8::/32" => "trust" )
`

// ask serves a request with header lines and tells how it ended.
func ask(t *testing.T, s *servertest.Server, log *[]string, lines ...string) string {
	t.Helper()
	*log = nil
	s.Get("/x", lines...)
	return strings.TrimSpace(strings.Join(*log, " & "))
}

func serve(t *testing.T, log *[]string, conf string) *servertest.Server {
	t.Helper()
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_extforward", "mod_seen" )
`+conf, Module, static.Module, seen(log))
	s.Write(map[string]string{"x": "x"})
	return s
}

func TestXForwardedFor(t *testing.T) {
	var log []string
	s := serve(t, &log, trusting)
	const unchanged = "127.0.0.1"
	for value, want := range map[string]string{
		"1.2.3.4":                "1.2.3.4",
		"1.2.3.4, 5.6.7.8":       "5.6.7.8",
		"1.2.3.4, 10.9.9.9":      "1.2.3.4",
		"1.2.3.4, 10.1.1.1":      "10.1.1.1",
		"10.2.2.2, 127.0.0.1":    unchanged,
		"2002::5, 2001:db8::9":   "2002::5",
		"2002:0:0::0005":         "2002:0:0::0005",
		"[2002::5]":              "2002::5",
		"1.2.3.4:5678":           unchanged,
		"300.1.1.1":              unchanged,
		"::ffff:1.2.3.4":         unchanged,
		"::ffff:102:304":         unchanged,
		"1.2.3.4, unknown":       "1.2.3.4",
		"1.2.3.4, beef":          unchanged,
		".1.2.3.4":               "1.2.3.4",
		"1.2.3.4.":               unchanged,
		"xyz":                    unchanged,
		"":                       unchanged,
		strings.Repeat("1 ", 99): unchanged,
	} {
		if got := ask(t, s, &log, "X-Forwarded-For: "+value); !strings.HasPrefix(got, want+" 200 http ") {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
	if got := ask(t, s, &log, "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 2.2.2.2"); !strings.HasPrefix(got, "2.2.2.2 ") {
		t.Errorf("two fields: %s", got)
	}
}

func TestScheme(t *testing.T) {
	var log []string
	s := serve(t, &log, trusting)
	for lines, want := range map[string]string{
		"X-Forwarded-For: 1.2.3.4\nX-Forwarded-Proto: https":       "1.2.3.4 200 https h",
		"X-Forwarded-For: 1.2.3.4\nX-Forwarded-Proto: HTTPS":       "1.2.3.4 200 https h",
		"X-Forwarded-For: 1.2.3.4\nX-Forwarded-Proto: https, http": "1.2.3.4 200 http h",
		"X-Forwarded-For: 1.2.3.4\nX-Forwarded-Proto: ftp":         "1.2.3.4 200 http h",
		"X-Forwarded-Proto: https":                                 "127.0.0.1 200 http h",
		"X-Forwarded-For: 10.0.0.1\nX-Forwarded-Proto: https":      "127.0.0.1 200 http h",
	} {
		if got := ask(t, s, &log, lines); got != want {
			t.Errorf("%q: %s", lines, got)
		}
	}
}

func TestWhoIsBelieved(t *testing.T) {
	for _, c := range []struct{ conf, peer, want string }{
		{`"all" => "trust"`, "9.9.9.9:1", "10.0.0.1"},
		{`"all" => "untrusted", "9.9.9.9" => "trust"`, "9.9.9.9:1", ""},
		{`"9.9.9.9" => "trust"`, "9.9.9.9:1", "10.0.0.1"},
		{`"9.9.9.9" => "trust"`, "9.9.9.8:1", ""},
		{`"9.9.9/24" => "trust", "10.0.0.1" => "TRUST"`, "9.9.9.1:1", "1.2.3.4"},
		{`"9.9.9.0/24" => "trust", "9.9.9.1" => "untrusted"`, "9.9.9.1:1", ""},
		{`"9.9.9.0/24" => "untrusted"`, "9.9.9.1:1", ""},
		{`"9.9.9.1" => "maybe"`, "9.9.9.1:1", ""},
		{`"2001:db8::/32" => "trust"`, "[2001:db8::7]:1", "10.0.0.1"},
		{`"9.9.9.9" => "trust"`, "[::ffff:9.9.9.9]:1", "10.0.0.1"},
		{``, "9.9.9.9:1", ""},
	} {
		var log []string
		s := serve(t, &log, `extforward.forwarder = ( `+c.conf+` )`)
		s.Peer = c.peer
		want := c.want
		if want == "" {
			want = strings.Trim(c.peer[:strings.LastIndexByte(c.peer, ':')], "[]")
		}
		if got := ask(t, s, &log, "X-Forwarded-For: 1.2.3.4, 10.0.0.1"); !strings.HasPrefix(got, want+" ") {
			t.Errorf("%s, peer %s: %s, want %s", c.conf, c.peer, got, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	both := "X-Forwarded-For: 1.1.1.1\nForwarded-For: 2.2.2.2\nForwarded: for=3.3.3.3\nX-Real-IP: 4.4.4.4"
	for conf, want := range map[string]string{
		``:                                     "1.1.1.1",
		`extforward.headers = ( "X-Real-IP" )`: "4.4.4.4",
		`extforward.headers = ( "None", "forwarded", "X-Real-IP" )`:     "3.3.3.3",
		`extforward.headers = ()`:                                       "127.0.0.1",
		`extforward.headers = ( "Empty", "X-Real-IP" )`:                 "4.4.4.4",
		`$HTTP["url"] == "/x" { extforward.headers = ( "X-Real-IP" ) }`: "4.4.4.4",
	} {
		var log []string
		s := serve(t, &log, trusting+conf)
		if got := ask(t, s, &log, both+"\nEmpty:"); !strings.HasPrefix(got, want+" ") {
			t.Errorf("%s: %s, want %s", conf, got, want)
		}
	}
	var log []string
	if got := ask(t, serve(t, &log, trusting), &log, "Forwarded-For: 2.2.2.2"); !strings.HasPrefix(got, "2.2.2.2 ") {
		t.Errorf("Forwarded-For: %s", got)
	}
}

func TestForwarded(t *testing.T) {
	var log []string
	s := serve(t, &log, trusting+`extforward.headers = ( "Forwarded" )`)
	const unchanged = "127.0.0.1 200 http"
	for value, want := range map[string]string{
		"for=1.2.3.4":                                      "1.2.3.4 200 http", // lighttpd overlooks this one
		"for=1.2.3.4;proto=https":                          "1.2.3.4 200 https",
		"proto=https;for=1.2.3.4":                          "1.2.3.4 200 https",
		"For=1.2.3.4;Proto=HTTPS":                          "1.2.3.4 200 https",
		`for=1.2.3.4;proto="ftp"`:                          "1.2.3.4 200 http",
		"for=1.1.1.1, for=10.0.0.1":                        "1.1.1.1 200 http",
		"for=1.1.1.1, for=10.1.1.1;proto=https":            "10.1.1.1 200 https",
		"for=1.1.1.1;proto=https, for=10.0.0.1;proto=http": "1.1.1.1 200 https",
		"for=1.1.1.1, for=_x, for=10.0.0.1":                "10.0.0.1 200 http",
		"for=1.1.1.1, for=unknown, for=10.0.0.1":           "10.0.0.1 200 http",
		"for=/run/x, for=10.0.0.1":                         "10.0.0.1 200 http",
		"for=10.2.2.2, for=10.0.0.1":                       "10.2.2.2 200 http",
		"for=_x":                                           unchanged,
		`for="[2002::5]:99"`:                               "2002::5 200 http",
		`for="[2002::5]"`:                                  "2002::5 200 http",
		"for=[2002::5]":                                    unchanged,
		`for="1.2.3.4:99"`:                                 "1.2.3.4 200 http",
		"for=1.2.3.4:99;proto=https":                       unchanged,
		`for="1.2.3.4`:                                     "127.0.0.1 400 http",
		`for="[::1;a=b"`:                                   "127.0.0.1 400 http",
		`a="\`:                                             "127.0.0.1 400 http",
		`a="x\"y,for=9.9.9.9";for=1.2.3.4`:                 "1.2.3.4 200 http",
		"a=b":                                              unchanged,
		"for":                                              unchanged,
		"for=":                                             unchanged,
		"for = 1.2.3.4":                                    unchanged,
		"for=1.1.1.1,,for=10.0.0.1":                        "1.1.1.1 200 http",
		"for=1.2.3.4;for=5.6.7.8":                          "5.6.7.8 200 http",
		"for=1.1.1.1, for=beef, for=10.0.0.1":              unchanged,
		"for=1.1.1.1, proto=https, for=10.0.0.1":           "1.1.1.1 200 http",
		" ;;, ;":                                           unchanged,
		strings.Repeat("a=b;", maxParams-1) + "for=1.2.3.4":         "1.2.3.4 200 http",
		strings.Repeat("a=b;", maxParams) + "for=1.2.3.4":           "127.0.0.1 400 http",
		strings.Repeat("for=10.0.0.1,", 4) + "for=2001:db8::1":      "10.0.0.1 200 http",
		"for=1.1.1.1;host=other;remote_user=ann, for=10.0.0.1;by=x": "1.1.1.1 200 http",
	} {
		if got := ask(t, s, &log, "Forwarded: "+value); got != want+" h" {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestForwardedParams(t *testing.T) {
	var log []string
	s := serve(t, &log, trusting+`extforward.headers = ( "Forwarded" )
extforward.params = ( "host" => "enable", "remote_user" => 1 )`)
	for value, want := range map[string]string{
		"for=1.1.1.1;host=Other:81":                                 "1.1.1.1 200 http other:81",
		`for=1.1.1.1;host="Ot\her"`:                                 "1.1.1.1 200 http other",
		"for=1.1.1.1;host=one, for=10.0.0.1;host=two":               "1.1.1.1 200 http one",
		"for=1.1.1.1, for=10.0.0.1;host=two, host=three":            "1.1.1.1 200 http two",
		"host=zero;for=9.9.9.9, for=1.1.1.1":                        "1.1.1.1 200 http h",
		"for=1.1.1.1;host=bad/host":                                 "1.1.1.1 400 http h",
		`for=1.1.1.1;host=""`:                                       "1.1.1.1 400 http h",
		"for=1.1.1.1;remote_user=ann":                               "1.1.1.1 200 http h ann",
		`for=1.1.1.1;remote_user="a\"n"`:                            `1.1.1.1 200 http h a"n`,
		"for=1.1.1.1;remote_user=ann, for=10.0.0.1;remote_user=bob": "1.1.1.1 200 http h bob",
		"for=_x;remote_user=ann":                                    "127.0.0.1 200 http h",
	} {
		if got := ask(t, s, &log, "Forwarded: "+value); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestRemoteIPConditions(t *testing.T) {
	var log []string
	s := serve(t, &log, trusting+`server.error-handler-404 = "/x"
$HTTP["remote-ip"] == "1.2.3.0/24" { static-file.exclude-extensions = ( "x" ) }`)
	for line, want := range map[string]string{"X-Forwarded-For: 1.2.3.4": "1.2.3.4 403 http h", "A: b": "127.0.0.1 200 http h"} {
		if got := ask(t, s, &log, line); got != want {
			t.Errorf("%s: %s", line, got)
		}
	}
	log = nil
	s.DoAll("GET /x HTTP/1.1\nHost: h\nX-Forwarded-For: 1.2.3.4\n\nGET /x HTTP/1.1\nHost: h\n\nGET /none HTTP/1.1\nHost: h\nX-Forwarded-For: 1.2.3.4\n\n")
	if got := strings.Join(log, "&"); got != "1.2.3.4 403 http h &127.0.0.1 200 http h &1.2.3.4 403 http h " {
		t.Errorf("on one connection: %s", got)
	}
}

func TestMistakes(t *testing.T) {
	for conf, want := range map[string]string{
		`extforward.forwarder = ( "10.0.0.0/0" => "trust" )`:   "ERROR: invalid netmask: 10.0.0.0/0",
		`extforward.forwarder = ( "10.0.0.0/33" => "trust" )`:  "ERROR: invalid netmask: 10.0.0.0/33",
		`extforward.forwarder = ( "10.0.0.0/8x" => "trust" )`:  "ERROR: invalid netmask: 10.0.0.0/8x",
		`extforward.forwarder = ( "foo/8" => "trust" )`:        `unexpected value for extforward.forwarder: "foo/8" is no address`,
		`extforward.forwarder = ( "foo" => "trust" )`:          `extforward.forwarder: "foo" is no address and matches nobody`,
		`extforward.forwarder = ( "1.2.3.4" => "yes" )`:        `ERROR: expect "trust", not "1.2.3.4" => "yes"; treating as untrusted`,
		`extforward.forwarder = ( "10.0.0/8" => "untrusted" )`: `ERROR: untrusted CIDR masks are ignored ("10.0.0/8" => "untrusted")`,
		`extforward.params = ( "proto" => 1 )`:                 "extforward.params keys must be one of: host, remote_user, but not: proto",
		`extforward.params = ( "host" => "x" )`:                "extforward.params values must be one of: 0, 1, enable, disable; error for key: host",
		`extforward.params = ( "host" => "disable" )`:          "",
		`extforward.forwarder = ( "/run/x.sock" => "trust" )`:  "",
	} {
		_, diags := servertest.Load(t, t.TempDir(), "server.document-root = env.ROOT\nserver.modules = ( \"mod_extforward\" )\n"+conf, Module, static.Module)
		if want == "" && len(diags) > 0 || want != "" && (len(diags) == 0 || diags[0].Summary != want) {
			t.Errorf("%s: %v", conf, diags)
		}
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add(`for=1.2.3.4;proto=https, for="[2001:db8::1]:99";by=_x;host="a\"b"`)
	f.Add(`for="\`)
	trust := &forwarder{}
	f.Fuzz(func(t *testing.T, text string) {
		trust.client(text)
		list, err := parseForwarded(text)
		if err != nil {
			return
		}
		if len(list) > maxParams {
			t.Errorf("%d parameters", len(list))
		}
		for _, p := range list {
			p.text()
		}
		trust.pick(list)
	})
}
