package auth_test

import (
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/extforward"
	"github.com/lighttpd-go/lighttpd-go/modules/wstunnel"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// TestExtern takes the user from a proxy that is trusted.
func TestExtern(t *testing.T) {
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_extforward", "mod_auth", "mod_authn_file" )
extforward.forwarder = ( "127.0.0.1" => "trust" )
extforward.headers = ( "Forwarded" )
extforward.params = ( "remote_user" => 1 )
auth.backend = "plain"
auth.backend.plain.userfile = env.ROOT + "/users"
auth.require = (
	"/extern" => ( "method" => "extern", "realm" => "R", "require" => "user=ann" ),
	"/either" => ( "method" => "basic", "realm" => "R", "require" => "user=ann" ),
	"/basic" => ( "method" => "basic", "realm" => "R", "require" => "user=ann" ),
)
$HTTP["url"] =^ "/either" { auth.extern-authn = "enable" }
`, append(mods, extforward.Module)...)
	s.Write(map[string]string{"extern": "x", "either": "x", "basic": "x", "users": "ann:secret\n"})
	const ann, bob = "Forwarded: for=1.2.3.4;remote_user=ann", "Forwarded: for=1.2.3.4;remote_user=bob"
	for _, c := range []struct {
		target string
		lines  []string
		status int
		asks   bool
	}{
		{"/extern", []string{ann}, 200, false},
		{"/extern", []string{bob}, 401, false},
		{"/extern", []string{"A: b"}, 401, false},
		{"/extern", []string{basic("ann:secret")}, 401, false},
		{"/either", []string{ann}, 200, false},
		{"/either", []string{bob}, 401, true},
		{"/either", []string{bob, basic("ann:secret")}, 200, false},
		{"/basic", []string{ann}, 401, true},
	} {
		r := s.Get(c.target, c.lines...)
		if r.Status != c.status || r.Has("WWW-Authenticate") != c.asks || r.Get("Connection") == "close" {
			t.Errorf("%s %q: %d, challenge %v", c.target, c.lines, r.Status, r.Has("WWW-Authenticate"))
		}
	}
	s.Peer = "9.9.9.9:1"
	if r := s.Get("/extern", ann); r.Status != 401 {
		t.Errorf("a stranger names ann: %d", r.Status)
	}
}

// TestTunnelIsGuarded asks whether a WebSocket handshake needs a password,
// too, in whatever order the modules stand.
func TestTunnelIsGuarded(t *testing.T) {
	for _, order := range []string{`"mod_auth", "mod_wstunnel"`, `"mod_wstunnel", "mod_auth"`} {
		s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( `+order+`, "mod_authn_file" )
auth.backend = "plain"
auth.backend.plain.userfile = env.ROOT + "/users"
auth.require = ( "/ws" => ( "method" => "basic", "realm" => "R", "require" => "valid-user" ) )
wstunnel.server = ( "/ws" => ( ( "host" => "127.0.0.1", "port" => "1" ) ) )
`, append(mods, wstunnel.Module)...)
		s.Write(map[string]string{"users": "ann:secret\n"})
		handshake := []string{"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="}
		if r := s.Get("/ws", handshake...); r.Status != 401 || !r.Has("WWW-Authenticate") {
			t.Errorf("%s: %d without a password", order, r.Status)
		}
		if r := s.Get("/ws", append(handshake, basic("ann:secret"))...); r.Status != 503 {
			t.Errorf("%s: %d with the password; nobody listens", order, r.Status)
		}
	}
}
