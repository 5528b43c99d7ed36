package accesslog

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// entry is one request that is written down.
type entry struct {
	r     *server.Request
	end   time.Time
	json  bool
	clock *clock
}

// builder makes the item of %{name}X; a nil item prints nothing.
type builder func(c *compiler, name string) (appender, error)

// fields are the letters of section 4.1 of the module's description.
var fields = map[byte]builder{
	'%': plain(func(e *entry) string { return "%" }),
	'h': buildClient,
	'a': buildClient,
	'A': plain(func(e *entry) string { return localHost(e.r.Conn) }),
	'p': buildPort,
	'l': plain(func(*entry) string { return "-" }),
	'u': untrusted(func(e *entry) string { return orDash(e.r.Env.Get("REMOTE_USER")) }),
	't': buildTime,
	'T': buildDuration,
	'D': func(c *compiler, _ string) (appender, error) { return buildDuration(c, "us") },
	'r': func(*compiler, string) (appender, error) { return appendRequestLine, nil },
	'm': plain(func(e *entry) string { return e.r.Method }),
	'H': plain(protocol),
	'U': untrusted(func(e *entry) string { path, _, _ := strings.Cut(e.r.Target, "?"); return path }),
	'q': untrusted(func(e *entry) string { return e.r.URI.Query }),
	'f': untrusted(func(e *entry) string { return orDash(e.r.Physical.Path) }),
	's': number(func(e *entry) int64 { return int64(e.r.Status) }),
	'b': buildBody,
	'B': buildBody,
	'O': countOrDash(func(e *entry) int64 { head, body := e.r.Sent(); return head + body }),
	'I': countOrDash(func(e *entry) int64 { return e.r.Received() }),
	'v': untrusted(serverName),
	'V': untrusted(func(e *entry) string { return orDash(e.r.URI.Authority) }),
	'k': number(func(e *entry) int64 { return int64(e.r.Earlier()) }),
	'X': plain(outcome),
	'i': named(func(e *entry, name string) string { return orDash(joined(&e.r.Header, name, ", ")) }),
	'o': named(func(e *entry, name string) string {
		return orDash(joined(&e.r.Resp, name, "\r\n"+name+": "))
	}),
	'C': named(cookie),
	'e': named(func(e *entry, name string) string { return orDash(e.r.Env.Get(name)) }),
	'n': named(func(e *entry, name string) string { return orDash(e.r.Env.Get(name)) }),
	'P': func(*compiler, string) (appender, error) { return nil, nil },
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// plain is a field whose text cannot hold anything harmful.
func plain(text func(*entry) string) builder {
	return func(*compiler, string) (appender, error) {
		return func(dst []byte, e *entry) []byte { return append(dst, text(e)...) }, nil
	}
}

// untrusted is a field whose text came from the client.
func untrusted(text func(*entry) string) builder {
	return func(*compiler, string) (appender, error) {
		return func(dst []byte, e *entry) []byte { return appendEscaped(dst, text(e), e.json) }, nil
	}
}

// named is a field that needs a name in braces and prints nothing without.
func named(text func(e *entry, name string) string) builder {
	return func(_ *compiler, name string) (appender, error) {
		if name == "" {
			return nil, nil
		}
		return func(dst []byte, e *entry) []byte { return appendEscaped(dst, text(e, name), e.json) }, nil
	}
}

func number(n func(*entry) int64) builder {
	return func(*compiler, string) (appender, error) {
		return func(dst []byte, e *entry) []byte { return strconv.AppendInt(dst, n(e), 10) }, nil
	}
}

func countOrDash(n func(*entry) int64) builder {
	return func(*compiler, string) (appender, error) {
		return func(dst []byte, e *entry) []byte {
			if n(e) <= 0 {
				return append(dst, '-')
			}
			return strconv.AppendInt(dst, n(e), 10)
		}, nil
	}
}

// buildBody is %b: body bytes sent, "-" only if not even a head was.
func buildBody(*compiler, string) (appender, error) {
	return func(dst []byte, e *entry) []byte {
		head, body := e.r.Sent()
		if head+body <= 0 {
			return append(dst, '-')
		}
		return strconv.AppendInt(dst, max(body, 0), 10)
	}, nil
}

// protocol is %H; a request line that could not be read names none.
func protocol(e *entry) string {
	switch {
	case e.r.Version == server.HTTP2:
		return "HTTP/2.0"
	case e.r.Version == server.HTTP11:
		return "HTTP/1.1"
	case e.r.Method == "":
		return ""
	}
	return "HTTP/1.0"
}

// appendRequestLine is %r: what a rejected request line left out stays out,
// the blanks stay in.
func appendRequestLine(dst []byte, e *entry) []byte {
	dst = append(append(dst, e.r.Method...), ' ')
	dst = append(appendEscaped(dst, e.r.TargetOrig, e.json), ' ')
	return append(dst, protocol(e)...)
}

// buildClient is %h and %a; %{mask}h hides the host part.
func buildClient(_ *compiler, name string) (appender, error) {
	switch name {
	case "":
		return func(dst []byte, e *entry) []byte { return append(dst, e.r.PeerText...) }, nil
	case "mask":
		return func(dst []byte, e *entry) []byte { return append(dst, masked(e.r)...) }, nil
	}
	return nil, fmt.Errorf("%q is not known for an address, only mask is", name)
}

// masked zeroes the last octet of IPv4 and keeps 48 bits of IPv6.
func masked(r *server.Request) string {
	addr := r.Peer.Addr().Unmap()
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	prefix, err := addr.WithZone("").Prefix(bits)
	if err != nil {
		return r.PeerText // a unix socket has nothing to hide
	}
	return prefix.Addr().String()
}

// buildPort is %p: the port listened on, or the client's.
func buildPort(_ *compiler, name string) (appender, error) {
	switch name {
	case "", "local", "canonical":
		return func(dst []byte, e *entry) []byte { return append(dst, localPort(e.r.Conn)...) }, nil
	case "remote":
		return func(dst []byte, e *entry) []byte {
			return strconv.AppendUint(dst, uint64(e.r.Peer.Port()), 10)
		}, nil
	}
	return nil, fmt.Errorf("%q is not known for a port, only local, canonical and remote are", name)
}

func localHost(c *server.Conn) string {
	host, _, err := net.SplitHostPort(c.Socket.Token)
	if err != nil {
		return c.Socket.Token // a unix socket
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.String()
	}
	return host
}

func localPort(c *server.Conn) string {
	_, port, err := net.SplitHostPort(c.Socket.Token)
	if err != nil {
		return "0"
	}
	return port
}

func serverName(e *entry) string {
	if e.r.ServerName != "" {
		return e.r.ServerName
	}
	if e.r.Core.Name != "" {
		return e.r.Core.Name
	}
	return orDash(e.r.URI.Authority)
}

// outcome is %X: what becomes of the connection.
func outcome(e *entry) string {
	switch {
	case e.r.Aborted():
		return "X"
	case e.r.KeepAlive:
		return "+"
	}
	return "-"
}

// joined is all values of a header field.
func joined(h *server.Header, name, separator string) string {
	var all string
	for n, v := range h.All() {
		if !strings.EqualFold(n, name) {
			continue
		}
		if all != "" {
			all += separator
		}
		all += v
	}
	return all
}

// cookie is the value of one cookie. Names match whole and by case; blanks
// are stripped at the value's end.
func cookie(e *entry, name string) string {
	for _, pair := range strings.Split(e.r.Header.Get("Cookie"), ";") {
		n, value, ok := strings.Cut(strings.TrimLeft(pair, " \t"), "=")
		if ok && n == name {
			return strings.TrimRight(value, " \t")
		}
	}
	return ""
}
