package gateway

import "strconv"

// Counter is one line of mod_status's counters.
type Counter struct {
	Name  string
	Value int64
}

// Counters are what status.statistics-url shows of the layer. Hosts without
// a label have an empty one, as in gw.backend..0.load.
func (l *Layer) Counters() []Counter {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := []Counter{{"gw.active-requests", int64(l.active)}}
	for _, h := range l.hosts {
		name := "gw.backend." + h.Label
		for _, p := range h.procs {
			all = append(all, p.counters(name+"."+strconv.Itoa(p.number))...)
		}
		all = append(all, Counter{name + ".load", int64(h.load)})
	}
	return all
}

func (p *Process) counters(name string) []Counter {
	down := int64(0)
	if p.state == disabled {
		down = 1
	}
	return []Counter{
		{name + ".disabled", down},
		{name + ".died", p.stats.died},
		{name + ".overloaded", p.stats.overloaded},
		{name + ".connected", p.stats.connected},
		{name + ".load", int64(p.load)},
	}
}
