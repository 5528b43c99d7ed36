package server

import (
	"net"
	"net/netip"
	"strconv"
)

// Authority is the host, and port unless it is the default one, under which
// the client reached this server, for absolute redirects: its Host field, or
// else a name of the local address (http_response_buffer_append_authority).
func (r *Request) Authority() string {
	if r.URI.Authority != "" {
		return r.URI.Authority
	}
	tcp, ok := r.Conn.LocalAddr.(*net.TCPAddr)
	if !ok {
		return r.Core.Name
	}
	addr := tcp.AddrPort().Addr().Unmap()
	return r.localName(addr) + portSuffix(r.URI.Scheme, tcp.Port)
}

// localName is server.name or what the local address is called.
func (r *Request) localName(addr netip.Addr) string {
	switch {
	case addr.IsLoopback():
		return "localhost"
	case r.Core.Name != "":
		return r.Core.Name
	}
	if names, err := net.LookupAddr(addr.String()); err == nil && len(names) > 0 {
		return trimDot(names[0])
	}
	if addr.Is6() {
		return "[" + addr.String() + "]"
	}
	return addr.String()
}

// portSuffix is ":port", or nothing for the scheme's default port.
func portSuffix(scheme string, port int) string {
	if scheme == "http" && port == 80 || scheme == "https" && port == 443 {
		return ""
	}
	return ":" + strconv.Itoa(port)
}

// trimDot drops the dot that ends a name from the DNS.
func trimDot(name string) string {
	if n := len(name); n > 1 && name[n-1] == '.' {
		return name[:n-1]
	}
	return name
}
