package server

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

const bare = `server.compat-module-load = "disable" `

// loadBare makes a server without modules.
func loadBare(t *testing.T, conf string) *Server {
	t.Helper()
	s, diags := loadText(t, bare+conf)
	if s == nil {
		t.Fatalf("%s: %s", conf, show(diags))
	}
	return s
}

// TestParseOpts has the rules of server.http-parseopts.
func TestParseOpts(t *testing.T) {
	preset := h1.DefaultPolicy()
	preset.MaxHead = 8192
	tests := []struct {
		conf string
		want func(*h1.Policy)
	}{
		{``, func(*h1.Policy) {}},
		{`server.http-parseopts = ()`, func(*h1.Policy) {}},
		{`server.http-parseopts = ( "method-get-body" => "enable" )`, func(p *h1.Policy) { p.GETBody = true }},
		{`server.http-parseopts = ( "header-strict" => "disable" )`, func(p *h1.Policy) { p.HeaderStrict = false }},
		{`server.http-parseopts = ( "host-strict" => "disable" )`, func(p *h1.Policy) { p.HostStrict, p.HostNormalize = false, false }},
		{`server.http-parseopts = ( "host-normalize" => "disable" )`, func(*h1.Policy) {}},
		{`server.http-parseopts = ( "host-strict" => "disable", "host-normalize" => "enable" )`, func(p *h1.Policy) { p.HostStrict = false }},
		{`server.http-parseopt-host-strict = "disable"`, func(p *h1.Policy) { p.HostStrict, p.HostNormalize = false, false }},
		{`server.http-parseopt-header-strict = "disable" server.http-parseopts = ( "header-strict" => "enable" )`, func(*h1.Policy) {}},
		{`server.http-parseopts = ( "url-path-2f-reject" => "enable" )`, func(p *h1.Policy) { p.URL.Path2FReject = true }},
		{`server.http-parseopts = ( "url-path-2f-decode" => "disable" )`, func(p *h1.Policy) { p.URL.Path2FDecode = false }},
		{`server.http-parseopts = ( "url-normalize" => "disable", "url-query-20-plus" => "enable", "header-strict" => "disable" )`,
			func(p *h1.Policy) { p.URL, p.HeaderStrict = burl.Options{}, false }},
		{`server.http-parseopts = ( "url-normalize-unreserved" => "disable", "url-invalid-utf8-reject" => "disable", "url-path-2f-decode" => "disable" )`,
			func(p *h1.Policy) { p.URL.Path2FDecode = false }},
		{`server.http-parseopts = ( "url-normalize-unreserved" => "disable", "url-normalize-required" => "enable", "url-path-2f-decode" => "disable" )`,
			func(p *h1.Policy) { p.URL.Unreserved, p.URL.Required, p.URL.Path2FDecode = false, true, false }},
		{`server.http-parseopts = ( "url-normalize" => "1", "url-query-20-plus" => "TRUE" )`, func(p *h1.Policy) { p.URL.Query20Plus = true }},
		{`server.max-request-field-size = 65535`, func(p *h1.Policy) { p.MaxHead = 65535 }},
		{`server.max-request-field-size = 0`, func(*h1.Policy) {}},
	}
	for _, tt := range tests {
		want := preset
		tt.want(&want)
		if got := loadBare(t, tt.conf).Opts.Policy; got != want {
			t.Errorf("%s\n got %+v\nwant %+v", tt.conf, got, want)
		}
	}
}

// TestLimitConnections has the derivation of server.max-connections.
func TestLimitConnections(t *testing.T) {
	const h1only = ` server.feature-flags = ( "server.h2proto" => "disable" )`
	tests := []struct {
		conf    string
		fds     uint32
		want    uint32
		warning string
	}{
		{``, 0, 409, ""},
		{``, 1024, 102, ""},
		{h1only, 0, 1365, ""},
		{`server.max-fds = 1000`, 0, 100, ""},
		{`server.max-fds = 1`, 0, 3, ""},
		{`server.max-connections = 50`, 0, 50, ""},
		{`server.max-connections = 5000 server.max-fds = 1000`, 0, 100,
			"reducing server.max-connections (5000) to 1/10 server.max-fds (1000)"},
		{`server.max-connections = 5000 server.max-fds = 1000` + h1only, 0, 500,
			"reducing server.max-connections (5000) to 1/2 server.max-fds (1000)"},
	}
	for _, tt := range tests {
		c := loadBare(t, tt.conf).Opts
		if w := c.LimitConnections(tt.fds); w != tt.warning || c.MaxConnections != tt.want {
			t.Errorf("%s, %d descriptors: %d %q, want %d %q", tt.conf, tt.fds, c.MaxConnections, w, tt.want, tt.warning)
		}
	}
}

// TestServerValues has what else is derived.
func TestServerValues(t *testing.T) {
	tests := []struct {
		conf string
		get  func(*Server) any
		want any
	}{
		{``, func(s *Server) any { return s.Opts.Port }, uint16(80)},
		{`server.port = 0`, func(s *Server) any { return s.Opts.Port }, uint16(80)},
		{`server.port = "8080"`, func(s *Server) any { return s.Opts.Port }, uint16(8080)},
		{`server.max-worker = 1`, func(s *Server) any { return s.Opts.MaxWorker }, uint16(0)},
		{`server.max-worker = 4`, func(s *Server) any { return s.Opts.MaxWorker }, uint16(4)},
		{`server.max-fds = 4000000`, func(s *Server) any { return s.Opts.MaxFDs }, uint32(1048576)},
		{``, func(s *Server) any { return s.Opts.UploadDirs[0] }, "/tmp"},
		{`server.upload-temp-file-size = 0`, func(s *Server) any { return s.Opts.UploadTempFileSize }, uint32(1 << 20)},
		{``, func(s *Server) any { return s.Opts.StatCacheEngine }, "simple"},
		{`debug.log-request-header = "enable"`, func(s *Server) any { return s.Opts.HeaderOnError }, true},
		{`$HTTP["host"] == "a" { debug.log-request-header = "enable" }`, func(s *Server) any { return s.Opts.HeaderOnError }, false},
		{``, func(s *Server) any { return s.Opts.Features.GracefulTimeout }, uint32(8)},
		{`server.feature-flags = ( "Server.graceful-shutdown-timeout" => "3" )`, func(s *Server) any { return s.Opts.Features.GracefulTimeout }, uint32(3)},
		{`server.feature-flags = ( "server.h2proto" => "maybe" )`, func(s *Server) any { return s.Opts.Features.H2Proto }, true},
		{`server.feature-flags = ( "server.http-pathinfo" => 0 )`, func(s *Server) any { return s.Opts.Features.NoPathInfo }, true},
		{`server.feature-flags = ( "request.trailer-whitelist" => "X-A, x-b,," )`,
			func(s *Server) any { return strings.Join(s.Opts.Features.TrailerWhitelist, "|") }, "x-a|x-b"},
		{`server.feature-flags = ( "auth.delay-invalid-creds" => "disable" )`,
			func(s *Server) any { return s.Opts.Feature("auth.delay-invalid-creds", true) }, false},
		{``, func(s *Server) any { return s.core.Global().Tag }, "lighttpd/1.4.86"},
		{`server.tag = " "`, func(s *Server) any { return s.core.Global().Tag }, ""},
		{"server.tag = \"a\nb\n c\"", func(s *Server) any { return s.core.Global().Tag }, "a\n b\n c"},
		{`server.stream-request-body = 2`, func(s *Server) any { return s.core.Global().StreamRequestBody }, uint16(3)},
		{`server.stream-response-body = 1`, func(s *Server) any { return s.core.Global().StreamResponseBody }, uint16(1)},
		{``, func(s *Server) any { return s.core.Global().MimeTypes.Type("/x.js") }, "text/javascript"},
		{`mimetype.assign = ()`, func(s *Server) any { return s.core.Global().MimeTypes.Type("/x.js") }, ""},
	}
	for _, tt := range tests {
		if got := tt.get(loadBare(t, tt.conf)); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.conf, got, tt.want)
		}
	}
}

// TestTagInCondition: an empty tag inside a condition changes nothing.
func TestTagInCondition(t *testing.T) {
	s := loadBare(t, `server.tag = "g" $HTTP["url"] == "/a" { server.tag = "a" } $HTTP["url"] == "/b" { server.tag = "" }`)
	for path, want := range map[string]string{"/": "g", "/a": "a", "/b": "g"} {
		r := testRequest(s)
		r.URI.Path = path
		if got := s.coreFor(r).Tag; got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// TestStartFailures has what ends a start before any module is asked, with
// lighttpd's closing sentence where it has one.
func TestStartFailures(t *testing.T) {
	const end = "error: setting default values failed\n"
	tests := []struct{ conf, want string }{
		{`server.port = 70000 server.name = 5`,
			"error: unexpected type for key: server.port 2 expected a short integer, range 0 ... 65535 | the largest value is 65535\n"},
		{`server.stat-cache-engine = "simpel"`,
			"error: server.stat-cache-engine can be one of \"disable\", \"simple\", \"inotify\", \"fam\", but not: simpel | write server.stat-cache-engine = \"simple\"\n"},
		{bare + `server.network-backend = "mmap"`,
			"error: server.network-backend has an unknown value: mmap | known values are sendfile, linux-sendfile, freebsd-sendfile, solaris-sendfilev, writev and write; or leave out server.network-backend\nerror: Configuration of plugins failed. Going down.\n"},
		{`server.http-parseopts = ( "url-normalise" => "enable", "host-strict" => "no" )`,
			"error: unrecognized key for server.http-parseopts: url-normalise | did you mean \"url-normalize\"?\n" +
				"error: unrecognized value for server.http-parseopts: host-strict => no (expect \"[enable|disable]\") | write \"host-strict\" => \"enable\" or \"host-strict\" => \"disable\"\n"},
		{`$HTTP["url"] =~ "(" { }`,
			"error: pcre2_compile: "},
		{`server.event-handler = "kqueue" server.chroot = "/nonexistent"`,
			"error: the selected event-handler in unknown or not supported: kqueue | known values are linux-sysepoll, epoll, poll, select and libev; or leave out server.event-handler\n" +
				"error: server.chroot /nonexistent: No such file or directory\n" + end},
		{`server.document-root := ""`,
			"error: server.document-root is not set | set it outside of all conditions, such as server.document-root = \"/var/www/html\"\n" + end},
	}
	for _, tt := range tests {
		cfg := evalText(t, "server.document-root = \"/nonexistent\"\n"+tt.conf)
		s, diags := New(cfg, nil, Options{Preflight: true, Getenv: func(string) (string, bool) { return "/tmp", true }})
		got := show(diags)
		if s != nil || got != tt.want && !(strings.HasSuffix(tt.want, ": ") && strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s\n got %s\nwant %s", tt.conf, got, tt.want)
		}
	}
}

// TestCheckCore: -t and -p look at the core's directives and patterns, and at
// nothing else.
func TestCheckCore(t *testing.T) {
	tests := []struct {
		conf string
		bad  bool
	}{
		{``, false}, // the document root is not asked for
		{`server.modules = ( "mod_nothing" )`, false},
		{`unknown.key = 1`, false},
		{`server.use-ipv6 = "maybe"`, false},
		{`server.event-handler = "x"`, false},
		{`server.network-backend = "x"`, false},
		{`server.modules = ( 5 )`, true},
		{`server.name = 5`, true},
		{`server.stat-cache-engine = "x"`, true},
		{`$HTTP["url"] =~ "(" { }`, true},
	}
	for _, tt := range tests {
		if diags := CheckCore(evalText(t, tt.conf)); diags.HasErrors() != tt.bad {
			t.Errorf("%s: %s", tt.conf, show(diags))
		}
	}
}

// TestListeners: what a configuration listens on, with the options of each.
func TestListeners(t *testing.T) {
	s := loadBare(t, `
		server.listen-backlog = 10
		$HTTP["host"] == "a" { $SERVER["socket"] == "127.0.0.1:81" { server.use-ipv6 = "enable" server.v4mapped = "disable" } }
		$SERVER["socket"] == ":82" { server.socket-perms = "0770" }
		else $SERVER["socket"] == ":83" { server.listen-backlog = 3 }
		$SERVER["socket"] =~ ":84" { }`)
	var got []string
	for _, l := range s.Listeners {
		got = append(got, fmt.Sprintf("%q %d %v %v %q", l.Text, l.Config.Backlog, l.Config.UseIPv6, l.Config.V4Mapped, l.Config.Perms))
	}
	const want = `"" 10 false 0 ""
"127.0.0.1:81" 10 true 2 ""
":82" 10 false 0 "0770"
":83" 3 false 0 ""`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if _, diags := loadText(t, bare+`$SERVER["socket"] == "" { }`); !strings.Contains(show(diags), `value of $SERVER["socket"] must not be empty`) {
		t.Errorf("empty socket: %s", show(diags))
	}
}

// TestDefaults: every Default text is a value that its own directive takes.
func TestDefaults(t *testing.T) {
	l := newLoader(evalText(t, ""), Options{})
	defaults(l, serverTable)
	defaults(l, socketTable)
	defaults(l, coreTable)
	if len(l.diags) > 0 {
		t.Error(show(l.diags))
	}
}

func TestNearest(t *testing.T) {
	known := []string{"server.port", "server.tag", "server.name", "url.redirect", "ssi.exec"}
	tests := map[string]string{
		"server.prot":  "server.port",
		"Server.Name":  "server.name",
		"server.tga":   "server.tag",
		"url.redirct":  "url.redirect",
		"x":            "",
		"":             "",
		"foo.bar":      "",
		"server.ports": "server.port",
	}
	for name, want := range tests {
		if got := nearest(name, known); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestRewriteShown: two values that -p shows as they are used.
func TestRewriteShown(t *testing.T) {
	cfg := evalText(t, `
		server.tag = "  "
		$HTTP["host"] == "a" { mimetype.assign = ( ".js" => "application/javascript", ".mjs" => "application/javascript" ) }
		x = "  "`)
	if diags := CheckCore(cfg); len(diags) > 0 {
		t.Fatal(show(diags))
	}
	var b strings.Builder
	if err := cfg.Print(&b); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{`server.tag = ""`, `".js" => "text/javascript"`, `".mjs" => "application/javascript"`, `var.x = " "`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

// FuzzNew: no configuration that can be evaluated breaks the load.
func FuzzNew(f *testing.F) {
	for _, conf := range []string{
		`server.modules = ( "mod_everything", "mod_x", "mod_auth", "mod_openssl" ) t.map = ( "a" => "b" )`,
		`server.port = "80x" $SERVER["socket"] == ":0" { server.v4mapped = 1 }`,
		`server.http-parseopts = ( "url-normalize" => "disable" ) server.tag = "a` + "\n" + `"`,
		`server.feature-flags = ( "server.h2proto" => ( 1 ), "x" => -1 )`,
		`$HTTP["host"] =~ "(a)" { t.string = "x" } else { t.server = 1 }`,
		`mimetype.assign = ( "" => "" ) index-file.names = "enable" ssl.pemfile = 1`,
		`server.event-handler = "" server.network-backend = "" server.document-root := "/"`,
	} {
		f.Add(conf)
	}
	f.Fuzz(func(t *testing.T, conf string) {
		if strings.Contains(conf, "include") {
			return
		}
		env := eval.Env{
			ReadFile: func(string) ([]byte, error) { return []byte(conf + "\nserver.document-root = \"/nonexistent\"\n"), nil },
			Glob:     func(string) ([]string, error) { return nil, nil },
			Shell:    func(string, string) ([]byte, error) { return nil, fs.ErrPermission },
			Getenv:   func(string) (string, bool) { return "", false },
		}
		cfg, diags := eval.Load("lighttpd.conf", env)
		if diags.HasErrors() {
			return
		}
		bad := CheckCore(cfg).HasErrors()
		var got *Settings[everything]
		s, diags := New(cfg, []Module{everythingModule(&got)}, Options{Preflight: true})
		if (s == nil) != diags.HasErrors() || bad && s != nil {
			t.Errorf("server %v with %s", s != nil, show(diags))
		}
		if s == nil {
			return
		}
		if _, err := s.Explain(Question{Method: "GET", Target: "/a?b", Header: []Field{{Name: "Host", Value: "h"}}, Socket: "0.0.0.0:80"}); err != nil {
			t.Error(err)
		}
	})
}

// TestFeatureFlagSlips: unknown flags are ignored, slips are not passed over
// in silence.
func TestFeatureFlagSlips(t *testing.T) {
	tests := map[string]string{
		`"server.h2proto" => "disable", "my.own" => "x", "Server.H2C" => 1`: "",
		`"server.graceful-shutdown-timeout" => "5"`:                         "",
		`"server.h2prto" => "disable"`:                                      "warning: unknown feature flag \"server.h2prto\" is ignored | did you mean \"server.h2proto\"?\n",
		`"server.h2c" => "on"`:                                              "warning: feature flag \"server.h2c\" is neither enabled nor disabled; it stays disabled | write \"server.h2c\" => \"enable\" or \"server.h2c\" => \"disable\"\n",
	}
	for flags, want := range tests {
		if _, diags := loadText(t, bare+`server.feature-flags = ( `+flags+` )`); show(diags) != want {
			t.Errorf("%s: got %swant %s", flags, show(diags), want)
		}
	}
}

// TestFlagTable: every flag that is read is in the table, with the default
// that is used.
func TestFlagTable(t *testing.T) {
	flags := featureFlags{}
	for _, row := range flagTable {
		if row.doc == "" {
			t.Errorf("%s has no documentation", row.name)
		}
		if row.preset != "" {
			flags[row.name] = eval.StringValue(row.preset)
		}
	}
	if got, want := fmt.Sprint(flags.features()), fmt.Sprint(featureFlags{}.features()); got != want {
		t.Errorf("the table says\n%s\nthe defaults are\n%s", got, want)
	}
}
