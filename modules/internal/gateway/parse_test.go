package gateway

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

func TestParseErrors(t *testing.T) {
	one := func(kv ...any) eval.Value { return dict("/ws", array(dict(kv...))) }
	tcp := func(kv ...any) eval.Value { return one(append([]any{"host", text("127.0.0.1")}, kv...)...) }
	long := strings.Repeat("x", 106)
	for _, tt := range []struct {
		name string
		v    eval.Value
		want string
	}{
		{"string", text("x"), "should have been a list of key => list"},
		{"list without keys", array(text("x")), "should have been a list of key => list"},
		{"string instead of hosts", dict("/ws", text("x")), "should have been a list of key => list"},
		{"one level short", dict("/ws", dict("host", text("h"), "port", num(1))), "unexpected value for gw.server near [host]"},
		{"host without keys", dict("/ws", array(array(text("h")))), "unexpected value for gw.server near []"},
		{"label too long", dict("/ws", dict(strings.Repeat("l", 129), dict("host", text("127.0.0.1")))), "unexpected value for gw.server near [lll"},
		{"host and socket", tcp("socket", text("/s")), "either host/port or socket have to be set"},
		{"port and socket", one("port", num(1), "socket", text("/s")), "either host/port or socket have to be set"},
		{"long socket", one("socket", text(long)), "unixsocket is too long"},
		{"long socket as host", one("host", text("/"+long)), "unixsocket is too long"},
		{"port alone", one("port", num(1)), "host or bin-path have to be set"},
		{"nothing", dict("/ws", array(dict())), "host or bin-path have to be set"},
		{"unknown name", one("host", text("nowhere.invalid")), `getaddrinfo failed: "nowhere.invalid"`},
		{"authorizer", tcp("mode", text("authorizer")), `must not define any hosts with attribute "mode" => "authorizer"`},
		{"port too large", tcp("port", num(65537)), "expected a short integer, range 0 ... 65535"},
		{"negative port", tcp("port", num(-1)), "expected a short integer"},
		{"port as word", tcp("port", text("http")), "got a string but expected a short integer"},
		{"port as list", tcp("port", array()), "expected a short integer"},
		{"timeout as word", tcp("read-timeout", text("5s")), "got a string but expected an integer"},
		{"host as number", one("host", num(1)), "should have been a string"},
		{"bool as word", tcp("upgrade", text("yes")), `(enable|disable)`},
		{"bool as list", tcp("upgrade", array()), `(enable|disable)`},
		{"environment as list", tcp("bin-environment", array(text("x"))), "list of key => string values"},
		{"copied variables with keys", tcp("bin-copy-environment", dict("a", text("x"))), "list of string values"},
		{"docroot without slash", tcp("x-sendfile-docroot", array(text("srv"))), "must begin with '/'"},
	} {
		rec := new(recorder)
		b := Parse(Kind{Directive: "wstunnel.server"}, reporter{rec}, noResolverButNumbers, parser.Range{}, tt.v)
		if b != nil || !strings.Contains(rec.text(), tt.want) {
			t.Errorf("%s: said %q, want %q", tt.name, rec.text(), tt.want)
		}
	}
}

func noResolverButNumbers(host string) (netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return a, nil
	}
	return noResolver(host)
}

func TestParseHosts(t *testing.T) {
	for _, tt := range []struct {
		name string
		v    eval.Value
		want string // first process's address
		says string
	}{
		{"address", dict("host", text("10.0.0.1"), "port", num(5900)), "tcp:10.0.0.1:5900", ""},
		{"port as string", dict("host", text("10.0.0.1"), "port", text("5900")), "tcp:10.0.0.1:5900", ""},
		{"default port", dict("host", text("10.0.0.1")), "tcp:10.0.0.1:80", ""},
		{"IPv6", dict("host", text("::1"), "port", num(7)), "tcp:[::1]:7", ""},
		{"localhost", dict("host", text("localhost"), "port", num(7)), "tcp:127.0.0.1:7", ""},
		{"socket", dict("socket", text("/run/s")), "unix:/run/s", ""},
		{"host is a socket", dict("host", text("/run/s")), "unix:/run/s", ""},
		{"short of 65536", dict("host", text("10.0.0.1"), "disable-time", num(65536)), "tcp:10.0.0.1:80", ""},
		{"unknown option", dict("host", text("10.0.0.1"), "unixsocket-perms", text("x")), "tcp:10.0.0.1:80", ""},
		{"underscore", dict("host", text("10.0.0.1"), "min_procs", num(1)), "tcp:10.0.0.1:80", "warning: incorrect directive contains underscore"},
		{"name in capitals", dict("HOST", text("10.0.0.1")), "tcp:10.0.0.1:80", ""},
		{"other mode", dict("host", text("10.0.0.1"), "mode", text("x")), "tcp:10.0.0.1:80", "warning: WARNING: unknown mode"},
	} {
		rec := new(recorder)
		b := Parse(Kind{Directive: "wstunnel.server", NoCheckLocal: true, Tunnel: true}, reporter{rec}, Resolve, parser.Range{}, dict("", array(tt.v)))
		if b == nil {
			t.Errorf("%s: %s", tt.name, rec.text())
			continue
		}
		h := b.Match(Responder, "/", "/", nil).Hosts[0]
		if got := h.procs[0].addr.String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if h.CheckLocal || !h.Upgrade || !h.TCPFinPropagate || h.MinProcs != 1 || h.ConnectTimeout != 8 {
			t.Errorf("%s: forced and default options: %+v", tt.name, h.Options)
		}
		if (tt.says == "") != (rec.text() == "") || !strings.Contains(rec.text(), tt.says) {
			t.Errorf("%s: said %q, want %q", tt.name, rec.text(), tt.says)
		}
	}
}

func TestParseEmpty(t *testing.T) {
	rec := new(recorder)
	for _, v := range []eval.Value{array(), dict("/ws", array())} {
		b := Parse(Kind{Directive: "wstunnel.server"}, reporter{rec}, Resolve, parser.Range{}, v)
		if b == nil || b.Match(Responder, "/ws", "/ws", nil) != nil {
			t.Errorf("%+v: must be accepted and match nothing; %s", v, rec.text())
		}
	}
	var none *Backends
	if none.Match(Responder, "/ws", "/ws", nil) != nil {
		t.Error("no backends match something")
	}
}

// TestParseReportsAll checks that one run tells every mistake.
func TestParseReportsAll(t *testing.T) {
	rec := new(recorder)
	Parse(Kind{Directive: "wstunnel.server"}, reporter{rec}, Resolve, parser.Range{}, dict(
		"/a", array(dict("host", num(1), "port", text("x"))),
		"/b", array(dict("port", num(1)))))
	if n := rec.count("error:"); n != 3 {
		t.Errorf("%d errors, want 3:\n%s", n, rec.text())
	}
}
