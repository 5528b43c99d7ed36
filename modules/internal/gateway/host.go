package gateway

import (
	"net/netip"
	"strconv"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// Host is one host definition (gw_host). Two definitions are two hosts, each
// with its own load and its own up and down, even for the same address.
type Host struct {
	Label string // the admin's name for it, or ""
	Options
	// Addr is the numeric address; invalid for a unix socket. With bin-path
	// it is the address of the first process.
	Addr netip.AddrPort

	at    parser.Range
	procs []*Process // guarded by Layer.mu
	load  int        // sessions; guarded by Layer.mu
	key   uint32     // the host's share of a hash score
}

// prepare makes the host's processes and what is computed once.
func (h *Host) prepare() {
	h.key = hash(hashSeed, h.Addr.Addr().String()) ^ uint32(h.Port)
	if h.Socket != "" {
		h.key = hash(hashSeed, h.Socket)
	}
	if h.BinPath == "" {
		h.procs = []*Process{{host: h, addr: h.address(-1)}}
	}
}

// address is where process n listens; -1 is a backend that is not ours.
func (h *Host) address(n int) address {
	switch {
	case h.Socket != "" && n < 0:
		return address{"unix", h.Socket}
	case h.Socket != "":
		return address{"unix", h.Socket + "-" + strconv.Itoa(n)}
	default:
		return address{"tcp", netip.AddrPortFrom(h.Addr.Addr(), h.Addr.Port()+uint16(max(n, 0))).String()}
	}
}

// up reports whether a process of the host can be used.
func (h *Host) up() bool { return h.pick() != nil }

// pick returns the running process with the lowest load; of several, the one
// started last.
func (h *Host) pick() *Process {
	var best *Process
	for _, p := range h.procs {
		if p.state == running && (best == nil || p.load <= best.load) {
			best = p
		}
	}
	return best
}

// address is a place to dial.
type address struct{ network, text string }

// String is the address as lighttpd's log shows it: tcp:IP:PORT or unix:PATH.
func (a address) String() string { return a.network + ":" + a.text }
