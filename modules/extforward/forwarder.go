package extforward

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// forwarder is extforward.forwarder: whom to believe.
type forwarder struct {
	all, allSet bool
	addrs       map[netip.Addr]bool // true: trusted
	paths       map[string]bool     // of unix sockets
	nets        []netip.Prefix      // trusted
}

// trustsPeer reports whether what a connection's peer says is believed.
func (f *forwarder) trustsPeer(addr netip.Addr, text string) bool {
	switch {
	case f.allSet:
		return f.all
	case !addr.IsValid():
		return f.paths[text]
	}
	return f.trusts(addr)
}

// trusts reports whether an address is a proxy's. Its own entry counts before
// those of networks.
func (f *forwarder) trusts(addr netip.Addr) bool {
	addr = addr.Unmap()
	if trusted, ok := f.addrs[addr]; ok {
		return trusted
	}
	for _, network := range f.nets {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}

// trustsText is trusts for what may be no address; nobody trusts that.
func (f *forwarder) trustsText(text string) bool {
	addr, err := netip.ParseAddr(text)
	return err == nil && f.trusts(addr)
}

// client is the address that a list such as "1.2.3.4, 10.0.0.1" names: the
// last one that is not a proxy's. It is empty if there is none.
func (f *forwarder) client(list string) string {
	runs := addresses(list)
	for i := len(runs) - 1; i >= 0; i-- {
		if !f.trustsText(runs[i]) {
			return runs[i]
		}
	}
	return ""
}

// addresses cuts a list into runs of hexadecimal digits, colons and, inside a
// run, dots. All else separates.
func addresses(list string) (runs []string) {
	const digits = "0123456789abcdefABCDEF:"
	for {
		start := strings.IndexAny(list, digits)
		if start < 0 {
			return runs
		}
		run := list[start:]
		end := len(run) - len(strings.TrimLeft(run, digits+"."))
		runs, list = append(runs, run[:end]), run[end:]
	}
}

// parseForwarder reads extforward.forwarder.
func parseForwarder(at server.At, v eval.Value) (*forwarder, error) {
	if len(v.List) == 0 {
		return nil, nil
	}
	f := &forwarder{addrs: map[netip.Addr]bool{}, paths: map[string]bool{}}
	for _, e := range v.List {
		trust := strings.EqualFold(e.Value.Str, "trust")
		if !trust && !strings.EqualFold(e.Value.Str, "untrusted") {
			warn(at, e, `ERROR: expect "trust", not "%s" => "%s"; treating as untrusted`, e.Key, e.Value.Str)
		}
		if err := f.add(at, e, trust); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// add takes one entry in.
func (f *forwarder) add(at server.At, e eval.Element, trust bool) error {
	switch {
	case e.Key == "all":
		f.all, f.allSet = trust, true
	case strings.HasPrefix(e.Key, "/"):
		f.paths[e.Key] = trust
	case strings.Contains(e.Key, "/"):
		network, err := parseNet(e.Key)
		if err != nil {
			return err
		}
		if !trust {
			warn(at, e, `ERROR: untrusted CIDR masks are ignored ("%s" => "%s")`, e.Key, e.Value.Str)
			return nil
		}
		f.nets = append(f.nets, network)
	default:
		addr, err := netip.ParseAddr(e.Key)
		if err != nil {
			warn(at, e, "extforward.forwarder: %q is no address and matches nobody", e.Key)
			return nil
		}
		f.addrs[addr.Unmap()] = trust
	}
	return nil
}

func warn(at server.At, e eval.Element, format string, a ...any) {
	place := e.Range
	if place.File == "" {
		place = at.Range
	}
	at.Loader.Report(parser.Diagnostic{
		Severity: parser.Warning, Range: place, Via: at.Via, Summary: fmt.Sprintf(format, a...),
	})
}

// parseNet reads a network. IPv4 addresses may be cut short, as in 10.0.0/8.
func parseNet(text string) (netip.Prefix, error) {
	address, mask, _ := strings.Cut(text, "/")
	bits, err := strconv.ParseUint(mask, 10, 8)
	if err != nil || bits == 0 {
		return netip.Prefix{}, fmt.Errorf("ERROR: invalid netmask: %s", text)
	}
	if dots := strings.Count(address, "."); dots < 3 && !strings.Contains(address, ":") {
		address += strings.Repeat(".0", 3-dots)
	}
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("unexpected value for extforward.forwarder: %q is no address", text)
	}
	network, err := addr.Prefix(int(bits))
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("ERROR: invalid netmask: %s", text)
	}
	return network, nil
}
