package wstunnel

import (
	"net"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/modules/internal/gateway"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// link is what a request holds of a backend until the request is over.
type link struct {
	session *gateway.Session
	backend net.Conn // connected, and not yet given to a tunnel
}

// claim takes a request that is a WebSocket handshake for a backend. What is
// wrong with the handshake is answered here, except for the key: modules
// later in the chain may still refuse, and the backend comes first.
func (m *module) claim(r *server.Request) server.Result {
	if r.Handler != nil || !isHandshake(r) {
		return server.GoOn
	}
	conf := m.conf.For(r)
	backend := conf.server.Match(gateway.Responder, r.URI.Path, r.URI.Path, conf.extensions)
	if backend == nil {
		return server.GoOn
	}
	m.reset(r) // of an earlier pass
	session := m.layer.Choose(backend, conf.balance, gateway.Request{
		Path: r.URI.Path, Query: r.URI.Query, Authority: r.URI.Authority,
		Client: r.PeerText, Log: r, Debug: int(conf.debug),
	})
	if session == nil {
		return r.Fail(503)
	}
	m.links.Set(r, &link{session: session})
	if status := check(r, conf); status != 0 {
		return r.Fail(status)
	}
	r.Handler = func(r *server.Request) server.Result { return m.open(r, conf) }
	r.HandlerName = "mod_wstunnel"
	return server.GoOn
}

// reset gives the backend back when the request is over, and closes it if
// there was no tunnel to do so.
func (m *module) reset(r *server.Request) {
	l := m.links.Of(r)
	if l == nil {
		return
	}
	l.session.Release()
	if l.backend != nil {
		l.backend.Close()
	}
	m.links.Set(r, nil)
}

// isHandshake reports whether r asks for a WebSocket: with GET and an upgrade,
// or on HTTP/2 with an extended CONNECT (RFC 8441), which the engine lets
// through for the protocol websocket only.
func isHandshake(r *server.Request) bool {
	if r.Version == server.HTTP2 {
		return r.Method == "CONNECT"
	}
	if r.Method != "GET" || r.Version != server.HTTP11 {
		return false
	}
	upgrade := r.Header.Get("Upgrade")
	return upgrade != "" && hasToken(upgrade, "websocket") && !hasToken(upgrade, "h2c") &&
		hasToken(r.Header.Get("Connection"), "upgrade")
}

// hasToken reports whether one of the comma-separated elements of list begins
// with the token, in any case, followed by its end, a blank or a semicolon.
func hasToken(list, token string) bool {
	for element := range strings.SplitSeq(list, ",") {
		element = strings.TrimLeft(element, " \t")
		if len(element) < len(token) || !strings.EqualFold(element[:len(token)], token) {
			continue
		}
		if rest := element[len(token):]; rest == "" || strings.IndexByte(" \t;", rest[0]) >= 0 {
			return true
		}
	}
	return false
}

// check looks at what the client says about itself: the status to refuse it
// with, or 0.
func check(r *server.Request, conf *config) int {
	debug := func(level uint32, format string, a ...any) {
		if conf.debug >= level {
			r.Errorf(format, a...)
		}
	}
	if r.URI.Authority == "" {
		debug(1, "Host header does not exist")
		return 400
	}
	if status := checkOrigin(conf.origins, r.Header.Get("Origin"), debug); status != 0 {
		return status
	}
	version := strings.TrimSpace(r.Header.Get("Sec-WebSocket-Version"))
	if strings.TrimLeft(version, "0") != "13" { // "013" is a number, too
		debug(1, "invalid Sec-WebSocket-Version: %s", version)
		return 400
	}
	debug(3, "WebSocket Version = %s", version)
	return 0
}

// checkOrigin compares the Origin header, byte by byte, with the list: it must
// be equal to an entry, or end in a dot and an entry.
func checkOrigin(allowed []string, origin string, debug func(uint32, string, ...any)) int {
	if len(allowed) == 0 {
		return 0
	}
	if origin == "" {
		debug(1, "Origin header is invalid")
		return 400
	}
	for _, entry := range allowed {
		rest, ok := strings.CutSuffix(origin, entry)
		if ok && (rest == "" || strings.HasSuffix(rest, ".")) {
			return 0
		}
	}
	debug(3, "ORIGIN does not match any allowed origins: %s", origin)
	return 403
}
