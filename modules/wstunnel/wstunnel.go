// Package wstunnel ports mod_wstunnel: it completes WebSocket handshakes,
// connects to a plain TCP or unix-domain backend, and passes the payload of
// frames on to it as it comes, and its bytes back in frames. Pings and closes
// are answered here; the backend never sees a frame.
package wstunnel

import (
	"errors"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/modules/internal/gateway"
	"github.com/lighttpd-go/lighttpd-go/modules/wstunnel/internal/tunnel"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_wstunnel.
var Module = server.Define("mod_wstunnel", directives, load)

// config is what the directives say for one request.
type config struct {
	server     *gateway.Backends
	balance    gateway.Balance
	debug      uint32
	binary     bool
	extensions []server.Pair
	origins    []string
	ping       uint16
}

var directives = server.Table[config]{
	{
		Name: "wstunnel.server",
		Bind: server.Parsed(server.TypeArrayMap, parseServer, func(c *config) **gateway.Backends { return &c.server }),
		Doc: "Where tunnels lead: match keys, each with a list of hosts. A key with a leading slash is a " +
			"prefix of the URL path, any other a suffix, `\"\"` is everything; the first that fits counts. " +
			"A host is a map of options: `host` and `port`, or `socket`; `connect-timeout` (8 seconds), " +
			"`read-timeout` and `write-timeout` (0, none); `disable-time` (1 second out of use after a refused " +
			"connection); `bin-path` with `min-procs`, `max-procs` and others for a backend that the server " +
			"starts. Names are resolved once, at the start. In a condition the directive replaces the outer one.",
	},
	{
		Name:    "wstunnel.balance",
		Bind:    server.Parsed(server.TypeString, parseBalance, func(c *config) *gateway.Balance { return &c.balance }),
		Default: `"least-connection"`,
		Doc: "How one of several hosts is chosen: `least-connection` (also called `fair`), `round-robin`, " +
			"`hash` (by URL path and host name), `sticky` (by the client's address).",
	},
	{
		Name:    "wstunnel.debug",
		Bind:    server.Int(func(c *config) *uint32 { return &c.debug }),
		Default: "0",
		Doc: "How much is logged, 0 to 4: 1 tells the chosen host, refused handshakes and protocol errors, " +
			"2 connections to backends, 3 handshakes, time-outs and once a second the state of backends " +
			"(the latter by the global value), 4 every frame.",
	},
	{
		Name:    "wstunnel.frame-type",
		Bind:    server.Parsed(server.TypeString, parseFrameType, func(c *config) *bool { return &c.binary }),
		Default: `"text"`,
		Doc: "Type of the frames sent to the client: `binary`, or text for every other value. A client that " +
			"asks for the subprotocol `binary` gets binary frames in any case.",
	},
	{
		Name: "wstunnel.map-extensions",
		Bind: server.StringMap(func(c *config) *[]server.Pair { return &c.extensions }),
		Doc: "Maps suffixes of the URL path to match keys of `wstunnel.server`; looked at first. " +
			"If there is no such key, matching goes on as without the entry.",
	},
	{
		Name: "wstunnel.origins",
		Bind: server.Parsed(server.TypeStringList, parseOrigins, func(c *config) *[]string { return &c.origins }),
		Doc: "Origins that may open a tunnel, byte by byte as the browser sends them, such as " +
			"`https://www.example.com`; an entry also admits what ends in a dot and the entry. Without the " +
			"directive every origin, and none, is fine.",
	},
	{
		Name:    "wstunnel.ping-interval",
		Bind:    server.Short(func(c *config) *uint16 { return &c.ping }),
		Default: "0",
		Doc: "Sends a PING when more than so many seconds have passed since the last one; 0 is never. The " +
			"answers keep `server.max-read-idle` from ending the tunnel of a client that has nothing to say.",
	},
}

// kind is what mod_wstunnel asks of the shared layer.
var kind = gateway.Kind{Directive: "wstunnel.server", NoCheckLocal: true, Tunnel: true}

func parseServer(at server.At, v eval.Value) (*gateway.Backends, error) {
	return gateway.Parse(kind, at.Loader, gateway.Resolve, at.Range, v), nil
}

func parseBalance(at server.At, v eval.Value) (gateway.Balance, error) {
	b, complaint := gateway.ParseBalance(at.Name, v.Str)
	if complaint != "" {
		at.Loader.Warnf(at.Range, "%s", complaint)
	}
	return b, nil
}

func parseFrameType(_ server.At, v eval.Value) (bool, error) {
	return strings.EqualFold(v.Str, "binary"), nil
}

func parseOrigins(at server.At, v eval.Value) ([]string, error) {
	var list []string
	for _, e := range v.List {
		if e.Value.Str == "" {
			return nil, errors.New("unexpected empty string in " + at.Name)
		}
		list = append(list, e.Value.Str)
	}
	return list, nil
}

// module is one loaded mod_wstunnel.
type module struct {
	conf    *server.Settings[config]
	links   server.Slot[link]
	layer   gateway.Layer
	tunnels tunnel.Set
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := &module{conf: conf, links: server.NewSlot[link](l)}
	m.layer.Log = l.Log
	m.layer.Debug = int(conf.Global().debug)
	conf.Each(func(c *config) { m.layer.Add(c.server) })
	l.Figures().AddCounters(m.layer.Counters)
	return server.Hooks{
		URIClean:     m.claim,
		RequestReset: m.reset,
		Start:        m.layer.Start,
		Trigger:      m.trigger,
		Close:        m.close,
	}, nil
}

func (m *module) trigger(now time.Time) {
	m.layer.Trigger(now)
	m.tunnels.Trigger(now)
}

func (m *module) close() error {
	m.tunnels.Close()
	return m.layer.Close()
}
