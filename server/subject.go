package server

import (
	"net/netip"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// Known reports whether conditions on f can be decided. Of a refused head
// only the connection is known (conditional_is_valid).
func (r *Request) Known(f eval.Field) bool {
	return !r.rejected || f == eval.ServerSocket || f == eval.HTTPRemoteIP
}

// Text is what conditions on f compare; header is the field name for
// $REQUEST_HEADER["…"].
func (r *Request) Text(f eval.Field, header string) string {
	switch f {
	case eval.HTTPURL:
		return r.URI.Path
	case eval.HTTPQueryString:
		return r.URI.Query
	case eval.HTTPHost:
		return r.URI.Authority
	case eval.HTTPScheme:
		return r.URI.Scheme
	case eval.HTTPRequestMethod:
		return r.Method
	case eval.HTTPRemoteIP:
		return r.PeerText
	case eval.ServerSocket:
		return r.Conn.token()
	case eval.RequestHeader:
		return r.Header.Get(header)
	}
	return ""
}

// RemoteAddr is the client's address for $HTTP["remote-ip"].
func (r *Request) RemoteAddr() netip.Addr { return r.Peer.Addr() }

// token is the listener's address as $SERVER["socket"] knows it.
func (c *Conn) token() string {
	if c.Socket == nil {
		return ""
	}
	return c.Socket.Token
}

// connSubject is a connection without a request: conditions on the socket
// and the client's address can be decided, others not yet.
type connSubject struct{ c *Conn }

func (s connSubject) Known(f eval.Field) bool {
	return f == eval.ServerSocket || f == eval.HTTPRemoteIP
}

func (s connSubject) Text(f eval.Field, _ string) string {
	switch f {
	case eval.HTTPRemoteIP:
		return s.c.RemoteText
	case eval.ServerSocket:
		return s.c.token()
	}
	return ""
}

func (s connSubject) RemoteAddr() netip.Addr { return s.c.RemoteAddr.Addr() }
