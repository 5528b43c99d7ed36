// Package status ports mod_status: pages that tell what the server does, for
// people, for scripts, and for Prometheus.
package status

import (
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_status.
var Module = server.Define("mod_status", directives, load)

// config is what the directives say for one request.
type config struct {
	status, config, statistics, metrics string
	sort                                bool
}

var directives = server.Table[config]{
	{
		Name: "status.status-url",
		Bind: server.String(func(c *config) *string { return &c.status }),
		Doc: "URL path of the status page: requests, traffic, connections and tunnels. `?auto` gives text and " +
			"`?json` JSON for scripts, `?refresh=5` a page that loads itself again every 5 seconds. `\"\"` in a " +
			"condition switches it off. The page has no access control of its own: list `mod_access` or " +
			"`mod_auth` before `mod_status` to protect it.",
	},
	{
		Name: "status.config-url",
		Bind: server.String(func(c *config) *string { return &c.config }),
		Doc:  "URL path of a page with the loaded modules.",
	},
	{
		Name: "status.statistics-url",
		Bind: server.String(func(c *config) *string { return &c.statistics }),
		Doc:  "URL path of the counters of modules, as text: load, connections and failures of backends.",
	},
	{
		Name:    "status.enable-sort",
		Bind:    server.Bool(func(c *config) *bool { return &c.sort }),
		Default: `"enable"`,
		Doc:     "Let the status page's table of connections be sorted by a click on a column's title.",
	},
	{
		Name: "status.metrics-url",
		Bind: server.String(func(c *config) *string { return &c.metrics }),
		Doc: "An extension of this server, unknown to lighttpd: URL path of the same figures for Prometheus, in " +
			"OpenMetrics text where the client asks for it, else in Prometheus' older text format.",
	},
}

// module is mod_status as loaded for one configuration.
type module struct {
	conf    *server.Settings[config]
	figures *server.Figures
	counts  counts
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := &module{conf: conf, figures: l.Figures()}
	m.figures.Follow()
	return server.Hooks{
		URIClean:    m.claim,
		RequestDone: m.counts.request,
		Start:       m.start,
		Trigger:     m.trigger,
	}, nil
}

func (m *module) start() error {
	m.counts.start(time.Now())
	return nil
}

// trigger moves the averages on, once a second.
func (m *module) trigger(time.Time) { m.counts.tick(m.figures.Totals().Out) }

// claim answers requests for one of the pages, whatever their method.
func (m *module) claim(r *server.Request) server.Result {
	if r.Handler != nil {
		return server.GoOn
	}
	conf := m.conf.For(r)
	switch r.URI.Path {
	case "":
	case conf.status:
		return m.status(r, conf)
	case conf.config:
		return m.config(r)
	case conf.statistics:
		return m.statistics(r)
	case conf.metrics:
		return m.metrics(r)
	}
	return server.GoOn
}

// reply is the response of all pages.
func reply(r *server.Request, contentType string, body []byte) server.Result {
	r.Status = 200
	r.Resp.Set("Content-Type", contentType)
	r.Queue.AppendBytes(body)
	return server.Finished
}
