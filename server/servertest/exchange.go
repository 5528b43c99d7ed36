package servertest

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Response is one response as it came over the wire.
type Response struct {
	Proto  string // HTTP/1.0 or HTTP/1.1
	Status int    // 0 if the connection was dropped without a response
	Reason string
	Fields []Field // in the order sent
	Body   string  // without chunk framing
	Raw    string
}

// Field is one line of a response head.
type Field struct{ Name, Value string }

// Get returns the value of the first field called name, in any case, or "".
func (r *Response) Get(name string) string {
	for _, f := range r.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Has reports whether a field called name was sent.
func (r *Response) Has(name string) bool {
	for _, f := range r.Fields {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

// Names are the names of the fields, in order, joined by blanks. Date and
// Server are left out.
func (r *Response) Names() string {
	var names []string
	for _, f := range r.Fields {
		if f.Name != "Date" && f.Name != "Server" {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, " ")
}

// Do sends raw, one request, on a connection of its own, half-closes, and
// returns the response. Line ends may be written as LF alone.
func (s *Server) Do(raw string) *Response {
	s.t.Helper()
	all := s.DoAll(raw)
	if len(all) == 0 {
		return &Response{}
	}
	return all[0]
}

// Get is a GET request for target with Host: h and more header lines.
func (s *Server) Get(target string, lines ...string) *Response {
	s.t.Helper()
	return s.Do("GET " + target + " HTTP/1.1\nHost: h\n" + strings.Join(append(lines, "\n"), "\n"))
}

// DoAll sends raw, any number of requests, and returns all responses.
// Interim responses are left out.
func (s *Server) DoAll(raw string) []*Response {
	s.t.Helper()
	out := s.Bytes(CRLF(raw))
	var all []*Response
	for _, method := range methods(raw) {
		r, rest, ok := parse(out, method == "HEAD")
		for ok && r.Status >= 100 && r.Status <= 199 && r.Status != 101 {
			r, rest, ok = parse(rest, method == "HEAD")
		}
		if !ok {
			break
		}
		all, out = append(all, r), rest
	}
	if len(all) == 0 && out != "" {
		s.t.Fatalf("not a response: %q", out)
	}
	return all
}

// Bytes sends bytes as they are, half-closes, and returns everything the
// server sent until it closed.
func (s *Server) Bytes(raw string) string {
	s.t.Helper()
	peer := s.Peer
	if peer == "" {
		peer = "127.0.0.1:40000"
	}
	c := &conn{in: strings.NewReader(raw), peer: address(peer), local: address("127.0.0.1:8080")}
	s.ServeConn(c, &server.Socket{Token: "127.0.0.1:8080", Addr: c.local, TLS: s.TLS})
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

// CRLF writes every line end as CRLF.
func CRLF(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// methods are the first words of the requests in raw: the first line, and
// every line that ends in an HTTP version.
func methods(raw string) []string {
	var list []string
	for i, line := range strings.Split(strings.ReplaceAll(raw, "\r\n", "\n"), "\n") {
		if i == 0 || strings.Contains(line, " HTTP/1.") {
			word, _, _ := strings.Cut(line, " ")
			list = append(list, word)
		}
	}
	return list
}

// parse takes one response off text.
func parse(text string, isHead bool) (*Response, string, bool) {
	head, rest, ok := strings.Cut(text, "\r\n\r\n")
	first, lines, _ := strings.Cut(head, "\r\n")
	if !ok || len(first) < len("HTTP/1.1 200 ") {
		return nil, text, false
	}
	r := &Response{Proto: first[:8], Reason: first[13:]}
	r.Status, _ = strconv.Atoi(first[9:12])
	for _, line := range strings.Split(lines, "\r\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			r.Fields = append(r.Fields, Field{name, value})
		}
	}
	if interim := r.Status < 200 && r.Status != 101; !isHead && !interim && r.Status != 204 && r.Status != 304 {
		r.Body, rest = body(r, rest)
	}
	r.Raw = text[:len(text)-len(rest)]
	return r, rest, true
}

// body takes the body of r off rest.
func body(r *Response, rest string) (string, string) {
	if strings.EqualFold(r.Get("Transfer-Encoding"), "chunked") {
		return chunks(rest)
	}
	n, err := strconv.Atoi(r.Get("Content-Length"))
	if err != nil || n > len(rest) {
		return rest, ""
	}
	return rest[:n], rest[n:]
}

func chunks(rest string) (string, string) {
	var b strings.Builder
	for {
		line, after, ok := strings.Cut(rest, "\r\n")
		n, err := strconv.ParseUint(line, 16, 31)
		if !ok || err != nil || int(n)+2 > len(after) {
			return b.String(), ""
		}
		b.WriteString(after[:n])
		rest = after[n+2:]
		if n == 0 {
			return b.String(), rest
		}
	}
}

// conn is a client that has sent everything at once, then half-closed, and
// takes what it is given.
type conn struct {
	in          io.Reader
	peer, local net.Addr

	mu  sync.Mutex
	out bytes.Buffer
}

func (c *conn) Read(p []byte) (int, error) { return c.in.Read(p) }

func (c *conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.Write(p)
}

func (c *conn) Close() error                     { return nil }
func (c *conn) LocalAddr() net.Addr              { return c.local }
func (c *conn) RemoteAddr() net.Addr             { return c.peer }
func (c *conn) SetDeadline(time.Time) error      { return nil }
func (c *conn) SetReadDeadline(time.Time) error  { return nil }
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

func address(s string) net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(s))
}
