package server

import (
	"net"
	"net/netip"
)

// Socket is one listening socket (server_socket).
type Socket struct {
	// Token is the canonical text that $SERVER["socket"] compares with,
	// such as "127.0.0.1:80", "[::1]:80" or "/run/lighttpd.sock".
	Token string
	Addr  net.Addr
	TLS   bool
}

// Conn is one client connection (connection).
type Conn struct {
	Socket     *Socket
	RemoteAddr netip.AddrPort // invalid for a unix socket peer
	RemoteText string         // the client's address as logs and REMOTE_ADDR show it
	LocalAddr  net.Addr
	ID         int // descriptor number, as log lines show it

	BytesIn, BytesOut int64 // since the connection was accepted

	server *Server
	net    net.Conn
}
