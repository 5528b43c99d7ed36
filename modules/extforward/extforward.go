// Package extforward ports mod_extforward: behind a proxy that is trusted, the
// client is whom the proxy names.
package extforward

import (
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_extforward.
var Module = server.Define("mod_extforward", directives, load)

// config is what the directives say for one request.
type config struct {
	forwarder *forwarder // nil: off
	headers   *[]string  // nil: the default list
	params    params
	hapProxy  bool
	verify    bool
}

var directives = server.Table[config]{
	{
		Name: "extforward.forwarder",
		Bind: server.Parsed(server.TypeStringMap, parseForwarder, func(c *config) **forwarder { return &c.forwarder }),
		Doc: "Whom to believe: addresses, networks such as `\"10.0.0.0/8\"`, paths of unix sockets, or `\"all\"`, each with " +
			"`\"trust\"` or `\"untrusted\"`. An address counts before a network. `\"all\" => \"trust\"` believes whoever connects, " +
			"but trusts no address that a header names.",
	},
	{
		Name: "extforward.headers",
		Bind: server.Parsed(server.TypeStringList, parseHeaders, func(c *config) **[]string { return &c.headers }),
		Doc: "Header fields that name the client; the first one that a request has is used. Without it, " +
			"`( \"X-Forwarded-For\", \"Forwarded-For\" )`, or none if `extforward.hap-PROXY` is enabled outside of conditions.",
	},
	{
		Name: "extforward.params",
		Bind: server.Parsed(server.TypeMap, parseParams, func(c *config) *params { return &c.params }),
		Doc:  "What else to take from `Forwarded`: `( \"host\" => 1, \"remote_user\" => 1 )`.",
	},
	{
		Name:    "extforward.hap-PROXY",
		Bind:    server.Bool(func(c *config) *bool { return &c.hapProxy }),
		Default: `"disable"`,
		Doc: "Connections from trusted addresses begin with a header of HAProxy's PROXY protocol, version 1 or 2; without one " +
			"they are closed.",
	},
	{
		Name:    "extforward.hap-PROXY-ssl-client-verify",
		Bind:    server.Bool(func(c *config) *bool { return &c.verify }),
		Default: `"disable"`,
		Doc: "Set SSL_CLIENT_VERIFY from the PROXY header, and REMOTE_USER to the name in a client certificate that the proxy " +
			"has verified.",
	},
}

// defaultHeaders are looked at without extforward.headers.
var defaultHeaders = []string{"X-Forwarded-For", "Forwarded-For"}

// module is mod_extforward as loaded for one configuration.
type module struct {
	conf    *server.Settings[config]
	headers []string // without extforward.headers
	state   server.Slot[origin]
	proxied proxied
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := &module{conf: conf, state: server.NewSlot[origin](l)}
	if !conf.Global().hapProxy {
		m.headers = defaultHeaders
	}
	hooks := server.Hooks{URIRaw: m.find, RequestReset: m.restore}
	conf.Each(func(c *config) {
		if c.hapProxy || c.verify {
			hooks.ConnAccept, hooks.ConnClose = m.accept, m.forget
			hooks.URIRaw, hooks.RequestEnv = m.findProxied, m.addEnv
		}
	})
	return hooks, nil
}

// findProxied is find for configurations with the PROXY protocol.
func (m *module) findProxied(r *server.Request) server.Result {
	if m.state.Of(r) == nil {
		m.introduce(r, m.conf.For(r))
	}
	return m.find(r)
}

// find looks for the client's address, once a request. A header that cannot be
// read is answered with 400.
func (m *module) find(r *server.Request) server.Result {
	if m.state.Of(r) != nil {
		return server.GoOn
	}
	conf := m.conf.For(r)
	if conf.forwarder == nil {
		return server.GoOn
	}
	m.state.Set(r, &origin{peer: r.Peer, text: r.PeerText})
	if !conf.forwarder.trustsPeer(r.Peer.Addr(), r.PeerText) {
		return server.GoOn
	}
	headers := m.headers
	if conf.headers != nil {
		headers = *conf.headers
	}
	for _, name := range headers {
		if value := r.Header.Get(name); value != "" {
			return use(r, conf, name, value)
		}
	}
	return server.GoOn
}
