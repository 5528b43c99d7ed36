package backend

import (
	"fmt"
	"strings"
	"testing"
)

// meaning shows an answer: status, length, what it asks for, and the fields
// for the client.
func meaning(raw string, kind Kind) string {
	a := interpret(parseHead(raw+"\r\n", kind, true), kind)
	if a.bad != "" {
		return "502"
	}
	b := []string{fmt.Sprint(a.status)}
	for _, c := range []struct {
		on   bool
		text string
	}{
		{a.length >= 0, fmt.Sprint("length=", a.length)}, {a.chunked, "chunked"}, {a.close, "close"},
		{a.incremental, "incremental"}, {a.upgrade != "", "upgrade=" + a.upgrade}, {a.sendfile != "", "sendfile=" + a.sendfile},
	} {
		if c.on {
			b = append(b, c.text)
		}
	}
	for name, value := range a.fields.All() {
		b = append(b, name+": "+value)
	}
	return strings.Join(b, "|")
}

func TestFieldsWithMeaning(t *testing.T) {
	for _, c := range []struct{ fields, proxy, cgi string }{
		{"Status: 404", "200|Status: 404", "404"},
		{"Status: 404 Not There", "200|Status: 404 Not There", "404"},
		{"Status:", "200", "502"},
		{"Status: 99", "200|Status: 99", "502"},
		{"Status: 2000", "200|Status: 2000", "502"},
		{"Status: 404\nStatus: 403", "200|Status: 404|Status: 403", "404"},
		{"Status: 200\nStatus: 403", "200|Status: 200|Status: 403", "403"},
		{"Location: /x", "200|Location: /x", "302|Location: /x"},
		{"Status: 200\nLocation: /x", "200|Status: 200|Location: /x", "200|Location: /x"},
		{"Location: /x\nStatus: 301", "200|Location: /x|Status: 301", "301|Location: /x"},
		{"Connection: keep-alive, x", "200", "200|Connection: keep-alive, x"},
		{"Connection: x, Close", "200", "200|close|Connection: x, Close"},
		{"Upgrade: a", "200|upgrade=a", "200|upgrade=a"},
		{"HTTP2-Settings: a", "200", "200"},
		{"Content-Length: 5", "200|length=5|Content-Length: 5", ""},
		{"Content-Length: +5 ", "200|length=5|Content-Length: 5", ""},
		{"Content-Length: 5\nContent-Length: 7", "200|length=5|Content-Length: 5", ""},
		{"Content-Length: 5\nContent-Length: x", "200|length=5|Content-Length: 5", ""},
		{"Content-Length: -5", "502", ""},
		{"Content-Length: ++5", "502", ""},
		{"Content-Length: 5x", "502", ""},
		{"Content-Length: 0x5", "502", ""},
		{"Content-Length: +", "502", ""},
		{"Content-Length: 9223372036854775808", "502", ""},
		{"Content-Length:", "200", ""},
		{"Transfer-Encoding: Chunked", "200|chunked", ""},
		{"Content-Length: 5\nTransfer-Encoding: chunked", "200|chunked", ""},
		{"Transfer-Encoding: chunked\nContent-Length: 5", "200|chunked", ""},
		{"Transfer-Encoding: identity", "502", ""},
		{"Transfer-Encoding: gzip, chunked", "502", ""},
		{"Content-Type: application/javascript; charset=x", "200|Content-Type: text/javascript; charset=x", ""},
		{"Content-Type: application/json", "200|Content-Type: application/json", ""},
		{"Incremental: ?1", "200|incremental|Incremental: ?1", ""},
		{"Incremental: ?0", "200|Incremental: ?0", ""},
		{"Keep-Alive: 1\nTE: x\nTrailer: y\nProxy-Connection: z\nDate: d\nServer: s",
			"200|Keep-Alive: 1|TE: x|Trailer: y|Proxy-Connection: z|Date: d|Server: s", ""},
		{"X-Sendfile: /a", "200|sendfile=/a", ""},
		{"X-Sendfile:", "200", ""},
		{"X-LIGHTTPD-Send-File: /a", "200", ""},
		{"X: 1\nY: 2\nx: 3", "200|X: 1|x: 3|Y: 2", ""},
		{"X:", "200", ""},
	} {
		if c.cgi == "" {
			c.cgi = c.proxy
		}
		raw := strings.ReplaceAll(c.fields+"\n", "\n", "\r\n")
		if got := meaning("HTTP/1.1 200 OK\r\n"+raw, Proxy); got != c.proxy {
			t.Errorf("proxy %q: %s, want %s", c.fields, got, c.proxy)
		}
		for _, kind := range []Kind{CGI, Gateway} {
			if got := meaning(raw, kind); got != c.cgi {
				t.Errorf("kind %d %q: %s, want %s", kind, c.fields, got, c.cgi)
			}
		}
	}
}

func TestStatusLineAndStatus(t *testing.T) {
	for raw, want := range map[string]string{
		"HTTP/1.1 200 OK\r\nStatus: 404\r\n":        "404",
		"HTTP/1.1 403 Forbidden\r\nStatus: 404\r\n": "403",
		"HTTP/1.1 200 OK\r\nLocation: /x\r\n":       "200|Location: /x",
		"HTTP/1.1 103 Hints\r\nLink: <a>\r\n":       "103|Link: <a>",
	} {
		if got := meaning(raw, CGI); got != want {
			t.Errorf("%q: %s, want %s", raw, got, want)
		}
	}
}

func TestInterim(t *testing.T) {
	for raw, want := range map[string]bool{
		"HTTP/1.1 100 Continue\r\n": true, "HTTP/1.1 103 x\r\n": true, "HTTP/1.1 101 x\r\n": false,
		"HTTP/1.1 200 x\r\n": false, "Status: 103\r\n": true, "Status: 103\r\nContent-Length: x\r\n": false,
	} {
		if a := interpret(parseHead(raw+"\r\n", CGI, true), CGI); a.interim() != want {
			t.Errorf("%q: %v", raw, !want)
		}
	}
}
