package server

import (
	"slices"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// SocketConfig holds the directives of a listening socket.
type SocketConfig struct {
	TLS          bool   // ssl.engine
	Backlog      uint32 // server.listen-backlog; 0 = system's, at least 1024
	Perms        string // server.socket-perms: octal mode of a unix socket
	AcceptFilter string // server.bsd-accept-filter; BSD only
	DeferAccept  bool   // TCP_DEFER_ACCEPT, not with TLS
	UseIPv6      bool   // a host name or wildcard means IPv6
	V6Only       bool   // IPV6_V6ONLY of addresses written as IPv6
	V4Mapped     Choice // clears or sets IPV6_V6ONLY
	Transparent  bool   // IP_TRANSPARENT
}

// Choice is a switch that the admin may leave undecided.
type Choice uint8

// The states of a Choice.
const (
	Undecided Choice = iota
	Enabled
	Disabled
)

// Listener is one address the configuration listens on, as written. Resolving
// and opening it is the daemon's part.
type Listener struct {
	// Text is the right-hand side of $SERVER["socket"] == "…"; it is empty
	// for the global one, which is server.bind with server.port.
	Text    string
	Context *eval.Context // nil for the global one
	Range   parser.Range
	Config  *SocketConfig
}

// socketTable lists the directives of network.c.
var socketTable = Table[SocketConfig]{
	{Name: "ssl.engine", Scope: PerSocket, Bind: Parsed(TypeBool, parseTLS, func(c *SocketConfig) *bool { return &c.TLS }), Default: `"disable"`,
		Doc: "Speak TLS on the socket. Without a TLS module in this binary, enabling it is an error."},
	{Name: "server.listen-backlog", Scope: PerSocket, Bind: Int(func(c *SocketConfig) *uint32 { return &c.Backlog }), Default: "0",
		Doc: "Connections the system may hold before they are accepted; 0 is the system's limit, at least 1024."},
	{Name: "server.socket-perms", Scope: PerSocket, Bind: String(func(c *SocketConfig) *string { return &c.Perms }),
		Doc: "Mode of a unix socket in octal digits, such as `\"0770\"`."},
	{Name: "server.bsd-accept-filter", Scope: PerSocket, Bind: String(func(c *SocketConfig) *string { return &c.AcceptFilter }),
		Doc: "`httpready` or `dataready`; BSD only."},
	{Name: "server.defer-accept", Scope: PerSocket, Bind: Bool(func(c *SocketConfig) *bool { return &c.DeferAccept }), Default: `"disable"`,
		Doc: "Accept a connection when its first bytes have arrived (TCP_DEFER_ACCEPT). Not with TLS."},
	{Name: "server.use-ipv6", Scope: PerSocket, Bind: Bool(func(c *SocketConfig) *bool { return &c.UseIPv6 }), Default: `"disable"`,
		Doc: "Take a host name, or the wildcard address, as IPv6."},
	{Name: "server.set-v6only", Scope: PerSocket, Bind: Bool(func(c *SocketConfig) *bool { return &c.V6Only }), Default: `"enable"`,
		Doc: "Keep IPv4 clients off sockets whose address is written as IPv6 (IPV6_V6ONLY)."},
	{Name: "server.v4mapped", Scope: PerSocket, Bind: Parsed(TypeBool, parseChoice, func(c *SocketConfig) *Choice { return &c.V4Mapped }),
		Doc: "Enabled: let IPv4 clients onto an IPv6 socket; disabled: keep them off; without it, `server.set-v6only` decides."},
	{Name: "server.ip-transparent", Scope: PerSocket, Bind: Bool(func(c *SocketConfig) *bool { return &c.Transparent }), Default: `"disable"`,
		Doc: "Accept connections to addresses that are not the machine's own (IP_TRANSPARENT)."},
}

// parseTLS refuses to listen in clear text where TLS was asked for.
func parseTLS(at At, v eval.Value) (bool, error) {
	on, _ := truthOf(v)
	if on && !at.Loader.hasTLS {
		return false, &valueError{
			summary: "ssl.engine is enabled, but there is no TLS module",
			detail:  "without one the socket would speak clear text; list mod_openssl in server.modules, or remove ssl.engine",
		}
	}
	return on, nil
}

func parseChoice(_ At, v eval.Value) (Choice, error) {
	if on, _ := truthOf(v); on {
		return Enabled, nil
	}
	return Disabled, nil
}

// checkNetwork makes the checks of lighttpd's network_init that need no
// socket.
func (l *Loader) checkNetwork(all []Listener) {
	if name := l.Server.NetworkBackend; name != "" && !slices.Contains(networkBackends, name) {
		l.complain("server.network-backend", "server.network-backend has an unknown value: "+name,
			adviseName("server.network-backend", name, networkBackends))
	}
	for _, listener := range all {
		host := listener.Text
		if listener.Context == nil {
			host = l.Server.Bind
		}
		if listener.Config.UseIPv6 && (host == "" || host[0] == ':') {
			d := l.about("server.use-ipv6")
			d.Severity = parser.Warning
			d.Summary = "warning: please use server.use-ipv6 only for hostnames, not without server.bind / empty address"
			d.Detail = `to listen on IPv6 beside IPv4, leave it out and add $SERVER["socket"] == "[::]:80" { }`
			l.Report(d)
		}
	}
}

// listeners lists what the configuration listens on: server.bind first, then
// every $SERVER["socket"] == "…" block, wherever it stands.
func listeners(l *Loader, s *Settings[SocketConfig]) []Listener {
	all := []Listener{{Config: s.Global()}}
	for _, ctx := range l.Config.Contexts[1:] {
		if !isSocketBlock(ctx) {
			continue
		}
		if ctx.Cond.Text == "" {
			l.Errorf(ctx.Range, `value of $SERVER["socket"] must not be empty`)
			continue
		}
		all = append(all, Listener{Text: ctx.Cond.Text, Context: ctx, Range: ctx.Range, Config: s.in(ctx)})
	}
	return all
}
