package gateway

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// Reporter takes what is wrong with a definition; *server.Loader is one.
type Reporter interface {
	Errorf(at parser.Range, format string, a ...any)
	Warnf(at parser.Range, format string, a ...any)
}

// Kind is what a module says about its *.server directive.
type Kind struct {
	Directive string // "wstunnel.server"
	// Authorizer admits hosts with "mode" => "authorizer".
	Authorizer bool
	// NoCheckLocal forces check-local off.
	NoCheckLocal bool
	// Tunnel forces upgrade and tcp-fin-propagate on.
	Tunnel bool
}

// Resolver turns a host name into its first address.
type Resolver func(host string) (netip.Addr, error)

// Resolve asks the system's resolver, and answers for "localhost" without it.
func Resolve(host string) (netip.Addr, error) {
	if host == "localhost" {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return a, nil
	}
	all, err := net.DefaultResolver.LookupNetIP(context.Background(), "ip", host)
	if err != nil {
		return netip.Addr{}, err
	}
	return all[0].Unmap(), nil
}

// Parse reads the value of a *.server directive: a map from match keys to
// lists of hosts. Every mistake is reported with its place; after any, the
// result is nil. Names are resolved here, once, and only the first address
// counts for as long as the process lives.
func Parse(kind Kind, report Reporter, resolve Resolver, at parser.Range, v eval.Value) *Backends {
	p := parse{kind: kind, Reporter: report, resolve: resolve}
	b := new(Backends)
	if !keyed(v) {
		p.fail(at, `%s should have been a list of key => list like %s = ( "..." => ( "..." => "..." ) )`, kind.Directive, kind.Directive)
	}
	for _, e := range v.List {
		if e.Keyed {
			p.key(b, e)
		}
	}
	if p.failed {
		return nil
	}
	return b
}

// keyed reports whether v is an array whose elements all have keys.
func keyed(v eval.Value) bool {
	for _, e := range v.List {
		if !e.Keyed {
			return false
		}
	}
	return v.Kind == eval.Array
}

// parse is one run of Parse.
type parse struct {
	Reporter
	kind    Kind
	resolve Resolver
	failed  bool
}

func (p *parse) fail(at parser.Range, format string, a ...any) {
	p.failed = true
	p.Errorf(at, format, a...)
}

// key reads one match key with its hosts.
func (p *parse) key(b *Backends, e eval.Element) {
	if e.Value.Kind != eval.Array {
		p.fail(e.Range, `%s should have been a list of key => list like %s = ( "..." => ( "..." => "..." ) )`, p.kind.Directive, p.kind.Directive)
		return
	}
	var roles [2]*Backend
	for _, h := range e.Value.List {
		host := p.host(e, h)
		if host == nil {
			continue
		}
		role := Responder
		if host.Mode == "authorizer" {
			role = Authorizer
		}
		if roles[role] == nil {
			roles[role] = &Backend{Key: e.Key, last: -1}
			b.roles[role] = append(b.roles[role], roles[role])
		}
		roles[role].Hosts = append(roles[role].Hosts, host)
	}
}

// host reads one definition, with the checks in lighttpd's order.
func (p *parse) host(key, e eval.Element) *Host {
	if !keyed(e.Value) || len(e.Key) > 128 {
		p.fail(e.Range, `unexpected value for gw.server near [%s]; expected %s = ( %q => ( ( "host" => "...", "port" => ... ) ) )`,
			e.Key, p.kind.Directive, key.Key)
		return nil
	}
	h := &Host{Label: e.Key, Options: defaults(), at: e.Range}
	if !p.options(h, e) || !p.place(h, e.Range) {
		return nil
	}
	p.adjust(h, e.Range)
	if !p.address(h, e.Range) {
		return nil
	}
	h.prepare()
	return h
}

// options reads the options of a definition.
func (p *parse) options(h *Host, e eval.Element) bool {
	ok := true
	for _, x := range e.Value.List {
		if x.Value.Kind == eval.Broken {
			ok = false
			continue
		}
		row := find(x.Key)
		if row == nil {
			if strings.Contains(x.Key, "_") {
				p.Warnf(x.Range, "incorrect directive contains underscore ('_') instead of dash ('-'): %s", x.Key)
			}
			continue
		}
		if err := row.set(&h.Options, x.Value); err != nil {
			p.fail(x.Range, "%s: %s: %v", p.kind.Directive, row.name, err)
			ok = false
		}
	}
	for _, dir := range h.XSendfileDocRoot {
		if !strings.HasPrefix(dir, "/") {
			p.fail(e.Range, "%s x-sendfile-docroot paths must begin with '/'; invalid: %q", p.kind.Directive, dir)
			ok = false
		}
	}
	return ok
}

// place checks that a definition says where the backend is, once.
func (p *parse) place(h *Host, at parser.Range) bool {
	switch {
	case h.Socket != "" && (h.Options.Host != "" || h.Port != 0):
		p.fail(at, `either host/port or socket have to be set in %s`, p.kind.Directive)
		return false
	case strings.HasPrefix(h.Options.Host, "/"):
		h.Socket, h.Options.Host = h.Options.Host, ""
	}
	switch {
	case len(h.Socket) > 105:
		p.fail(at, "unixsocket is too long in %s: %q", p.kind.Directive, h.Socket)
		return false
	case h.Socket == "" && h.Options.Host == "" && h.BinPath == "":
		p.fail(at, "host or bin-path have to be set in %s", p.kind.Directive)
		return false
	}
	return p.mode(h, at)
}

// mode checks what the host is asked to do.
func (p *parse) mode(h *Host, at parser.Range) bool {
	switch h.Mode {
	case "", "responder":
	case "authorizer":
		if !p.kind.Authorizer {
			p.fail(at, `%s must not define any hosts with attribute "mode" => "authorizer"`, p.kind.Directive)
			return false
		}
	default:
		p.Warnf(at, "WARNING: unknown mode %q in %s (ignored); using \"responder\"", h.Mode, p.kind.Directive)
		h.Mode = ""
	}
	return true
}

// adjust fills in what follows from the rest.
func (p *parse) adjust(h *Host, at parser.Range) {
	if p.kind.NoCheckLocal {
		h.CheckLocal = false
	}
	if p.kind.Tunnel {
		h.Upgrade, h.TCPFinPropagate = true, true
	}
	if h.Socket == "" && h.Port == 0 {
		h.Port = 80
	}
	if h.BinPath == "" {
		h.MinProcs, h.MaxProcs = 1, 1
		return
	}
	if h.MinProcs > h.MaxProcs {
		h.MinProcs = h.MaxProcs
	}
	if h.Options.Host == "" && h.Socket == "" {
		h.Options.Host = "127.0.0.1"
	}
	name, _, _ := strings.Cut(strings.TrimLeft(h.BinPath, " \t"), " ")
	name, _, _ = strings.Cut(name, "\t")
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 == 0 {
		p.Warnf(at, "invalid \"bin-path\" => %q (check that file exists, is regular file, and is executable by lighttpd)", h.BinPath)
	}
}

// address gives the host its numeric address.
func (p *parse) address(h *Host, at parser.Range) bool {
	if h.Socket != "" {
		return true
	}
	a, err := p.resolve(h.Options.Host)
	if err != nil {
		p.fail(at, "getaddrinfo failed: %q in %s: %v", h.Options.Host, p.kind.Directive, reason(err))
		return false
	}
	h.Addr = netip.AddrPortFrom(a, h.Port)
	return true
}

// reason strips what a resolver error repeats.
func reason(err error) error {
	if d, ok := err.(*net.DNSError); ok {
		return fmt.Errorf("%s", d.Err)
	}
	return err
}
