package status

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// status answers status.status-url in the form that the query asks for.
func (m *module) status(r *server.Request, conf *config) server.Result {
	switch q := r.URI.Query; {
	case q == "auto":
		return m.auto(r)
	case strings.HasPrefix(q, "json"):
		return m.json(r)
	}
	return m.html(r, conf.sort)
}

// auto is the text that munin, collectd and others read.
func (m *module) auto(r *server.Request) server.Result {
	rep, sights := m.counts.report(time.Now()), m.figures.Sights()
	idle := m.idle(len(sights))
	var b bytes.Buffer
	fmt.Fprintf(&b, "Total Accesses: %d\nTotal kBytes: %d\nUptime: %d\nBusyServers: %d\nIdleServers: %d\nScoreboard: ",
		rep.total.requests, rep.total.bytes>>10, rep.uptime, len(sights), idle)
	for i := range sights {
		b.WriteByte(states[sights[i].State].letter)
	}
	b.WriteString(strings.Repeat("_", idle))
	b.WriteByte('\n')
	return reply(r, "text/plain", b.Bytes())
}

// idle is how many more connections the server would take.
func (m *module) idle(busy int) int { return max(m.figures.MaxConnections()-busy, 0) }

// json is what netdata reads. jsonp=NAME makes it a call of a function, for
// pages of another origin.
func (m *module) json(r *server.Request) server.Result {
	rep, busy := m.counts.report(time.Now()), len(m.figures.Sights())
	body := fmt.Sprintf("{\n\t\"RequestsTotal\": %d,\n\t\"TrafficTotal\": %d,\n\t\"Uptime\": %d,\n"+
		"\t\"BusyServers\": %d,\n\t\"IdleServers\": %d,\n\t\"RequestAverage5s\":%d,\n\t\"TrafficAverage5s\":%d\n}",
		rep.total.requests, rep.total.bytes>>10, rep.uptime, busy, m.idle(busy), rep.recent.requests, rep.recent.bytes>>10)
	if name, ok := strings.CutPrefix(r.URI.Query, "jsonp="); ok && isFunction(name) {
		body = name + "(" + body + ");"
	}
	return reply(r, "application/javascript", []byte(body))
}

// isFunction keeps a query from putting anything but a name in front of the
// data.
func isFunction(name string) bool {
	for i := range len(name) {
		c := name[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || name[i] != '_' && (name[i] < '0' || name[i] > '9')) {
			return false
		}
	}
	return name != ""
}

// statistics lists the counters of modules.
func (m *module) statistics(r *server.Request) server.Result {
	var b bytes.Buffer
	for _, c := range m.figures.Counters() {
		fmt.Fprintf(&b, "%s: %d\n", c.Name, c.Value)
	}
	reply(r, "text/plain", b.Bytes())
	if b.Len() == 0 {
		r.Status = 204
	}
	return server.Finished
}
