package keyvalue

import (
	"bytes"
	"net"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// source is what references take their text from.
type source struct {
	request         *server.Request
	rule, condition []string // groups, the whole match first
}

// names are the references ${url.…} (burl_parts_t).
var names = map[string]func(*source) string{
	"scheme":           func(s *source) string { return s.request.URI.Scheme },
	"authority":        (*source).authority,
	"authority.noport": func(s *source) string { return withoutPort(s.authority()) },
	"port":             (*source).port,
	"path": func(s *source) string {
		path, _, _ := strings.Cut(s.request.Target, "?")
		return path
	},
	"query": func(s *source) string {
		_, query, _ := strings.Cut(s.request.Target, "?")
		return query
	},
}

// authority is the host the client has asked for, else server.name.
func (s *source) authority() string {
	if a := s.request.URI.Authority; a != "" {
		return a
	}
	return s.request.Core.Name
}

// withoutPort drops ":port"; an IPv6 address keeps its brackets.
func withoutPort(authority string) string {
	colon := strings.LastIndexByte(authority, ':')
	if colon < 0 || strings.IndexByte(authority[colon:], ']') >= 0 {
		return authority
	}
	return authority[:colon]
}

// port is that of the listening socket, 0 if it has none.
func (s *source) port() string {
	if tcp, ok := s.request.Conn.LocalAddr.(*net.TCPAddr); ok {
		return strconv.Itoa(tcp.Port)
	}
	return "0"
}

// qsa appends the request's query to the text so far ("query string append").
func qsa(e encoding) func([]byte, *source) []byte {
	return func(dst []byte, s *source) []byte {
		_, query, asked := strings.Cut(s.request.Target, "?")
		switch {
		case !asked:
			return dst
		case bytes.IndexByte(dst, '?') < 0:
			dst = append(dst, '?')
		case query != "":
			dst = append(dst, '&')
		}
		return e.appendTo(dst, query)
	}
}
