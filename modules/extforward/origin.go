package extforward

import (
	"net/netip"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// origin is the peer of the connection while a request shows another address.
type origin struct {
	peer netip.AddrPort
	text string
}

// restore gives the request the connection's address back, for whatever is
// decided after an error handler was called.
func (m *module) restore(r *server.Request) {
	if o := m.state.Of(r); o != nil {
		r.Peer, r.PeerText = o.peer, o.text
		r.Invalidate(eval.HTTPRemoteIP)
	}
}

// use takes the client from the value of a header field.
func use(r *server.Request, conf *config, name, value string) server.Result {
	if strings.EqualFold(name, "Forwarded") {
		return useForwarded(r, conf, value)
	}
	if setClient(r, conf.forwarder.client(value)) {
		setScheme(r, r.Header.Get("X-Forwarded-Proto"))
	}
	return server.GoOn
}

// setClient makes the address in text the client's, if it is one. An IPv4
// address in the clothes of IPv6 is none.
func setClient(r *server.Request, text string) bool {
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Is4In6() || addr.Zone() != "" {
		return false
	}
	r.Peer, r.PeerText = netip.AddrPortFrom(addr, 0), text
	r.Invalidate(eval.HTTPRemoteIP)
	return true
}

// setScheme makes the request one that the proxy took by http or https.
// Anything else changes nothing.
func setScheme(r *server.Request, scheme string) {
	for _, known := range []string{"http", "https"} {
		if strings.EqualFold(scheme, known) {
			r.URI.Scheme = known
			r.Invalidate(eval.HTTPScheme)
		}
	}
}
