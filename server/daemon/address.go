package daemon

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// address is a listening address after resolution.
type address struct {
	network string         // tcp4, tcp6, unix, or stdin for descriptor 0
	ip      netip.AddrPort // for tcp4 and tcp6
	path    string         // for unix; "@name" is an abstract name
	token   string         // as $SERVER["socket"] compares it
}

// lookupTime bounds the resolution of a host name at start.
const lookupTime = 30 * time.Second

// resolve reads what stands in $SERVER["socket"] or server.bind. port is used
// where the text has none.
func resolve(text string, port uint16, ipv6 bool) (address, error) {
	switch {
	case text == "/dev/stdin":
		return address{network: "stdin", token: text}, nil
	case strings.HasPrefix(text, "/"):
		return address{network: "unix", path: text, token: text}, nil
	case strings.HasPrefix(text, `\x00`):
		return address{network: "unix", path: "@" + text[len(`\x00`):], token: text}, nil
	}
	host, port, err := splitPort(text, port)
	if err != nil {
		return address{}, err
	}
	ip, err := resolveHost(host, ipv6)
	if err != nil {
		return address{}, err
	}
	a := address{network: "tcp4", ip: netip.AddrPortFrom(ip, port)}
	if ip.Is6() {
		a.network = "tcp6"
	}
	a.token = a.ip.String()
	return a, nil
}

// splitPort takes the port off. Brackets stay on an IPv6 address.
func splitPort(text string, port uint16) (string, uint16, error) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 || strings.HasSuffix(text, "]") {
		return text, port, nil
	}
	if n := strings.IndexByte(text, ':'); n != i && !strings.HasPrefix(text, "[") {
		return text, port, nil // a bare IPv6 address; it will not resolve
	}
	if text[i+1:] == "" {
		return text[:i], port, nil
	}
	n, err := strconv.ParseUint(text[i+1:], 0, 32)
	if err != nil || n == 0 || n > 65535 {
		return "", 0, fmt.Errorf("port not set or out of range: %s", text[i+1:])
	}
	return text[:i], uint16(n), nil
}

// resolveHost finds the address to listen on. A name yields its first
// address of the family asked for.
func resolveHost(host string, ipv6 bool) (netip.Addr, error) {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, _ = strings.CutSuffix(inner, "]")
		if inner == "" {
			return netip.IPv6Unspecified(), nil
		}
		a, err := netip.ParseAddr(inner)
		if err != nil || !a.Is6() {
			return netip.Addr{}, fmt.Errorf("invalid IPv6 address literal: %s", host)
		}
		return a, nil
	}
	switch {
	case (host == "" || host == "*") && ipv6:
		return netip.IPv6Unspecified(), nil
	case host == "" || host == "*":
		return netip.IPv4Unspecified(), nil
	}
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
		return a, nil
	}
	if strings.Contains(host, ":") {
		return netip.Addr{}, fmt.Errorf("could not resolve hostname %s because it is no host name; an IPv6 address needs brackets: [%s]", host, host)
	}
	return lookup(host, ipv6)
}

func lookup(host string, ipv6 bool) (netip.Addr, error) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupTime)
	defer cancel()
	network := "ip4"
	if ipv6 {
		network = "ip6"
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, network, host)
	if err != nil || len(found) == 0 {
		return netip.Addr{}, fmt.Errorf("could not resolve hostname %s because %v", host, err)
	}
	if ipv6 {
		return found[0], nil
	}
	return found[0].Unmap(), nil
}

// wanted is one address to listen on with its options.
type wanted struct {
	address
	config   *server.SocketConfig
	explicit bool // an IPv6 address written as such, not by server.use-ipv6
}

// resolveAll resolves everything a configuration listens on, tells each
// $SERVER["socket"] block its canonical address, and drops repetitions: a
// block that equals another listener gives that one its options. passed tells
// that a service manager has passed sockets, which stand in for the default one.
func resolveAll(s *server.Server, passed bool) ([]wanted, error) {
	var all []wanted
	for _, l := range s.Listeners {
		text := l.Text
		if l.Context == nil {
			if text = s.Opts.Bind; text == "" && s.Opts.SocketActivation && passed {
				continue
			}
		}
		a, err := resolve(text, s.Opts.Port, l.Config.UseIPv6)
		if err != nil {
			return nil, err
		}
		if l.Context != nil {
			l.Context.SetListener(a.token)
		}
		if i := index(all, a.token); i >= 0 {
			if l.Context != nil {
				all[i].config = l.Config
			}
			continue
		}
		all = append(all, wanted{a, l.Config, strings.HasPrefix(text, "[")})
	}
	return all, nil
}

func index(all []wanted, token string) int {
	for i := range all {
		if all[i].token == token {
			return i
		}
	}
	return -1
}
