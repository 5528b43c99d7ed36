package status

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// metrics answers status.metrics-url. Other than the pages, it counts up to
// this moment.
func (m *module) metrics(r *server.Request) server.Result {
	x := exposition{open: strings.Contains(r.Header.Get("Accept"), "application/openmetrics-text")}
	m.requestMetrics(&x)
	m.connectionMetrics(&x)
	m.tunnelMetrics(&x)
	m.counterMetrics(&x)
	contentType := "text/plain; version=0.0.4; charset=utf-8"
	if x.open {
		contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"
		x.b.WriteString("# EOF\n")
	}
	return reply(r, contentType, x.b.Bytes())
}

func (m *module) requestMetrics(x *exposition) {
	rep, totals := m.counts.report(time.Now()), m.figures.Totals()
	x.family("lighttpd_start_time_seconds", gauge, "Unix time at which the server began.")
	x.sample(rep.started.Unix())
	x.family("lighttpd_requests", counter, "Requests answered, by class of status.")
	for class := 1; class <= 5; class++ {
		x.sample(m.counts.byClass[class].Load(), "class", fmt.Sprintf("%dxx", class))
	}
	x.family("lighttpd_received_bytes", counter, "Bytes received from clients.")
	x.sample(totals.In)
	x.family("lighttpd_sent_bytes", counter, "Bytes sent to clients.")
	x.sample(totals.Out)
	x.family("lighttpd_accepted_connections", counter, "Connections accepted.")
	x.sample(totals.Accepted)
}

func (m *module) connectionMetrics(x *exposition) {
	var n [len(states)]int64
	for _, s := range m.figures.Sights() {
		n[s.State]++
	}
	x.family("lighttpd_connections", gauge, "Open connections, by state.")
	for i, s := range states {
		x.sample(n[i], "state", s.name)
	}
	x.family("lighttpd_connections_limit", gauge, "Connections served at once (server.max-connections).")
	x.sample(int64(m.figures.MaxConnections()))
}

func (m *module) tunnelMetrics(x *exposition) {
	t := m.figures.Tunnels()
	x.family("lighttpd_tunnels", gauge, "Open tunnels.")
	x.sample(t.Open)
	x.family("lighttpd_tunnels_opened", counter, "Tunnels opened.")
	x.sample(t.Opened)
	x.family("lighttpd_tunnel_received_bytes", counter, "Bytes received from clients in tunnels.")
	x.sample(t.In)
	x.family("lighttpd_tunnel_sent_bytes", counter, "Bytes sent to clients in tunnels.")
	x.sample(t.Out)
	x.family("lighttpd_tunnels_ended", counter, "Tunnels that ended, by reason.")
	for _, end := range t.Ends {
		x.sample(end.Value, "reason", end.Name)
	}
}

// counterMetrics are the lines of status.statistics-url. Some of them go down.
func (m *module) counterMetrics(x *exposition) {
	x.family("lighttpd_statistics", gauge, "Counters of modules, by their name in status.statistics-url.")
	for _, c := range m.figures.Counters() {
		x.sample(c.Value, "name", c.Name)
	}
}

// kind is the type of a metric.
type kind string

const (
	counter kind = "counter"
	gauge   kind = "gauge"
)

// exposition is the text that Prometheus reads. The two formats differ in the
// name of a counter, which only OpenMetrics leaves without _total in the
// lines that describe it.
type exposition struct {
	b    bytes.Buffer
	open bool   // OpenMetrics
	name string // of the samples that follow
}

// family begins a metric.
func (x *exposition) family(name string, k kind, help string) {
	x.name = name
	if k == counter {
		x.name += "_total"
	}
	if !x.open {
		name = x.name
	}
	fmt.Fprintf(&x.b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, k)
}

// labelEscapes are those of both formats.
var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// sample writes a value with a label or none.
func (x *exposition) sample(value int64, label ...string) {
	x.b.WriteString(x.name)
	if len(label) == 2 {
		fmt.Fprintf(&x.b, "{%s=\"%s\"}", label[0], labelEscapes.Replace(strings.ToValidUTF8(label[1], "\uFFFD")))
	}
	fmt.Fprintf(&x.b, " %d\n", value)
}
