package gateway

import (
	"strconv"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Counters are what status.statistics-url shows of the layer. Hosts without
// a label have an empty one, as in gw.backend..0.load.
func (l *Layer) Counters() []server.Counter {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := []server.Counter{{Name: "gw.active-requests", Value: int64(l.active)}}
	for _, h := range l.hosts {
		name := "gw.backend." + h.Label
		for _, p := range h.procs {
			all = append(all, p.counters(name+"."+strconv.Itoa(p.number))...)
		}
		all = append(all, server.Counter{Name: name + ".load", Value: int64(h.load)})
	}
	return all
}

func (p *Process) counters(name string) []server.Counter {
	down := int64(0)
	if p.state == disabled {
		down = 1
	}
	return []server.Counter{
		{Name: name + ".disabled", Value: down},
		{Name: name + ".died", Value: p.stats.died},
		{Name: name + ".overloaded", Value: p.stats.overloaded},
		{Name: name + ".connected", Value: p.stats.connected},
		{Name: name + ".load", Value: int64(p.load)},
	}
}
