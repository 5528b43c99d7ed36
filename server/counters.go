package server

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Counter is one line of mod_status's statistics (plugin_stats).
type Counter struct {
	Name  string
	Value int64
}

// Figures are what a server tells about itself while it serves. A module gets
// them with Loader.Figures. Connections are followed only if a module has
// asked for it with Follow; without, they cost nothing.
type Figures struct {
	server   *Server
	followed bool
	sources  []func() []Counter

	accepted  atomic.Int64 // also numbers the connections
	in, out   atomic.Int64
	tunnelIn  atomic.Int64
	tunnelOut atomic.Int64
	opened    atomic.Int64
	mu        sync.Mutex
	ends      map[string]int64 // tunnels that ended, by reason
}

// Figures are those of the server that is being loaded.
func (l *Loader) Figures() *Figures { return l.figures }

// Follow makes connections tell what they do, from the start of the server.
// Call it at load.
func (f *Figures) Follow() { f.followed = true }

// AddCounters adds counters of a module to status.statistics-url. get is
// called whenever somebody looks, from any goroutine. Call it at load.
func (f *Figures) AddCounters(get func() []Counter) { f.sources = append(f.sources, get) }

// Counters are all that modules have added. Equal names are summed up, as
// hosts without a label have the same one. As in lighttpd, shorter names
// stand before longer ones.
func (f *Figures) Counters() []Counter {
	sums := map[string]int64{}
	for _, get := range f.sources {
		for _, c := range get() {
			sums[c.Name] += c.Value
		}
	}
	all := make([]Counter, 0, len(sums))
	for name, value := range sums {
		all = append(all, Counter{name, value})
	}
	slices.SortFunc(all, func(a, b Counter) int {
		if len(a.Name) != len(b.Name) {
			return len(a.Name) - len(b.Name)
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}

// Totals are sums since the start of the server.
type Totals struct {
	Accepted int64 // connections
	In, Out  int64 // bytes received from and sent to clients, tunnels included
}

// Totals are zero without Follow.
func (f *Figures) Totals() Totals {
	return Totals{Accepted: f.accepted.Load(), In: f.in.Load(), Out: f.out.Load()}
}

// Tunnels are figures of all tunnels: WebSockets, and upgraded connections of
// other backends.
type Tunnels struct {
	Open, Opened int64
	In, Out      int64     // bytes received from and sent to clients
	Ends         []Counter // by reason, in alphabetical order
}

// Tunnels are counted with and without Follow.
func (f *Figures) Tunnels() Tunnels {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := Tunnels{Opened: f.opened.Load(), In: f.tunnelIn.Load(), Out: f.tunnelOut.Load()}
	t.Open = t.Opened
	for reason, n := range f.ends {
		t.Ends = append(t.Ends, Counter{reason, n})
		t.Open -= n
	}
	slices.SortFunc(t.Ends, func(a, b Counter) int { return strings.Compare(a.Name, b.Name) })
	return t
}

// MaxConnections is how many connections are served at once
// (server.max-connections).
func (f *Figures) MaxConnections() int { return int(f.server.Opts.MaxConnections) }

// Modules are the names of the loaded modules, in the order of
// server.modules.
func (f *Figures) Modules() []string {
	names := make([]string, len(f.server.modules))
	for i := range f.server.modules {
		names[i] = f.server.modules[i].Name
	}
	return names
}

// TunnelEnd is what a tunnel function may return, or give to Stream.Finish,
// to say why the tunnel is over.
type TunnelEnd struct {
	Reason string // a few words, such as "client closed"
	Lost   bool   // the client was lost before the end (%X of the access log is "X")
}

// Error implements error.
func (e *TunnelEnd) Error() string { return "tunnel ended: " + e.Reason }

// tunnelOutcome is why a tunnel ended, from what its function returned.
func tunnelOutcome(err error) (reason string, lost bool) {
	var end *TunnelEnd
	switch {
	case errors.As(err, &end):
		return end.Reason, end.Lost
	case err == nil, err == io.EOF:
		return "closed", false
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "timed out", true
	}
	return "connection lost", true
}

// tunnelEnded counts the end of a tunnel.
func (f *Figures) tunnelEnded(reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ends == nil {
		f.ends = map[string]int64{}
	}
	f.ends[reason]++
}
