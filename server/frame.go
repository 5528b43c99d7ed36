package server

import (
	"strconv"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
	"github.com/lighttpd-go/lighttpd-go/server/internal/httpdate"
)

// framing is how the end of a response body is told.
type framing struct {
	none       bool  // no body at all
	chunked    bool  // Transfer-Encoding: chunked
	length     int64 // of the body that will be sent, -1 if not known
	connection string
}

// frame decides about length, chunking and persistence (section 5.2 and 13 of
// the core rules) and completes the response's fields accordingly.
func (c *Conn) frame(r *Request) (framing, error) {
	if r.Core != nil && !r.Core.HTTP11 && r.Version == HTTP11 {
		r.Version, r.KeepAlive = HTTP10, false
	}
	fr := framing{length: -1}
	switch {
	case r.Tunnel != nil:
		fr.none = true
	default:
		if err := r.collectFiltered(); err != nil {
			return fr, err
		}
		c.frameBody(r, &fr)
	}
	c.decidePersistence(r)
	fr.connection = connectionField(r)
	return fr, nil
}

// frameBody sets the fields that tell the length.
func (c *Conn) frameBody(r *Request, fr *framing) {
	r.Resp.Del("Transfer-Encoding")
	noBody := r.Status == 204 || r.Status == 205 || r.Status == 304 || r.Status < 200
	if noBody {
		r.Queue.Reset()
	}
	if r.Status == 304 {
		r.Resp.Del("Content-Encoding")
	}
	isHead := c.head.Method == "HEAD"
	fr.length = r.Queue.Len()
	declared, known := contentLength(r)
	switch {
	case isHead && known || noBody && known:
	case fr.length < 0 && known:
		fr.length = declared
	case fr.length < 0:
		c.frameOpen(r, fr, isHead)
	case known && declared > fr.length:
		r.KeepAlive = false // the client sees that something is missing
	case known && declared == fr.length:
	case fr.length > 0 || known || !isHead && r.Status != 204 && r.Status != 304 && r.Status >= 200:
		r.Resp.Set("Content-Length", strconv.FormatInt(fr.length, 10))
	}
	if isHead {
		r.Queue.Reset()
	}
	fr.none = isHead || noBody || fr.length == 0
}

// frameOpen is for a body whose length only its end tells.
func (c *Conn) frameOpen(r *Request, fr *framing, isHead bool) {
	switch {
	case isHead:
	case r.Version == HTTP11:
		fr.chunked = true
		r.Resp.Set("Transfer-Encoding", "chunked")
	default:
		r.KeepAlive = false
	}
}

func contentLength(r *Request) (int64, bool) {
	v := r.Resp.Get("Content-Length")
	if v == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		r.Resp.Del("Content-Length")
		return 0, false
	}
	return n, true
}

// decidePersistence ends keep-alive where lighttpd does.
func (c *Conn) decidePersistence(r *Request) {
	switch {
	case !r.KeepAlive:
	case c.bodyUnread(),
		r.Core == nil || r.Core.MaxKeepAliveIdle == 0,
		c.requests > int(r.Core.MaxKeepAliveRequests),
		c.server.engine.isDraining():
		r.KeepAlive = false
	}
}

// connectionField is the value of the Connection field, "" for none.
func connectionField(r *Request) string {
	switch {
	case r.Version == HTTP11 && r.Resp.Get("Upgrade") != "":
		return "upgrade"
	case !r.KeepAlive:
		return "close"
	case r.Version == HTTP10:
		return "keep-alive"
	}
	return ""
}

// appendHead adds the response head: the fields in the order they were set,
// then Connection, Date and Server unless they were set.
func (c *Conn) appendHead(b []byte, r *Request, fr *framing) []byte {
	b = h1.AppendStatusLine(b, r.Version == HTTP11, r.Status)
	connection, date, server := fr.connection, false, false
	for i := range r.Resp.fields {
		f := &r.Resp.fields[i]
		name, value := f.Name, f.Value
		switch len(name) {
		case len("Connection"):
			if connection != "" && strings.EqualFold(name, "Connection") {
				value, connection = connection, ""
			}
		case len("Date"):
			date = date || value != "" && strings.EqualFold(name, "Date")
		case len("Server"):
			server = server || value != "" && strings.EqualFold(name, "Server")
		}
		if value == "" || name == "" || private(name) {
			continue
		}
		b = h1.AppendField(b, name, value)
	}
	if connection != "" {
		b = h1.AppendField(b, "Connection", connection)
	}
	if !date {
		b = append(b, "Date: "...)
		b = httpdate.Append(b, time.Now())
		b = append(b, "\r\n"...)
	}
	if r.Core != nil && r.Core.Tag != "" && !server {
		b = h1.AppendField(b, "Server", r.Core.Tag)
	}
	return append(b, "\r\n"...)
}

// private reports fields that are meant for this server only and never leave
// it: X-Sendfile and X-LIGHTTPD-….
func private(name string) bool {
	const prefix = "X-LIGHTTPD-"
	if name[0]|0x20 != 'x' {
		return false
	}
	return strings.EqualFold(name, "X-Sendfile") ||
		len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}
