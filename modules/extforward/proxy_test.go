package extforward

import (
	"strings"
	"testing"
)

// v2ssl is a PROXY header of version 2 for 1.2.3.4, port 4660, over TLS, with
// a verified client certificate for ann.
const v2ssl = "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x1a" + "\x01\x02\x03\x04\x05\x06\x07\x08\x12\x34\x00\x50" +
	"\x20\x00\x0b\x03\x00\x00\x00\x00\x22\x00\x03ann"

func TestProxyProtocol(t *testing.T) {
	const get = "GET /x HTTP/1.1\r\nHost: h\r\n"
	const on = trusting + "extforward.hap-PROXY = \"enable\"\n"
	const verify = on + "extforward.hap-PROXY-ssl-client-verify = \"enable\"\n"
	for _, c := range []struct{ name, conf, peer, raw, want string }{
		{"v1", on, "", "PROXY TCP4 1.2.3.4 5.6.7.8 4660 80\r\n" + get + "\r\n" + get + "\r\n", "1.2.3.4 200 http h & 1.2.3.4 200 http h"},
		{"v2", on, "", v2ssl + get + "\r\n", "1.2.3.4 200 https h"},
		{"verified", verify, "", v2ssl + get + "\r\n", "1.2.3.4 200 https h ann"},
		{"not verified", verify, "", "PROXY UNKNOWN\r\n" + get + "\r\n", "127.0.0.1 200 http h"},
		{"missing", on, "", get + "\r\n", ""},
		{"cut", on, "", "PROXY TCP4 1.2.3.4", ""},
		{"nothing", on, "", "", ""},
		{"malformed", on, "", "PROXY TCP4 1.2.3.4 5.6.7.8 x 80\r\n" + get + "\r\n", ""},
		{"not trusted", on, "9.9.9.9:1", get + "\r\n", "9.9.9.9 200 http h"},
		{"not trusted, with a header", on, "9.9.9.9:1", "PROXY UNKNOWN\r\n" + get + "\r\n", "9.9.9.9 400 http "},
		{"off", trusting, "", "PROXY UNKNOWN\r\n" + get + "\r\n", "127.0.0.1 400 http "},
		{"no default headers", on, "", "PROXY TCP4 10.0.0.1 5.6.7.8 4660 80\r\n" + get + "X-Forwarded-For: 3.3.3.3\r\n\r\n", "10.0.0.1 200 http h"},
		{"headers of the trusted", on + `extforward.headers = ( "X-Forwarded-For" )`, "",
			"PROXY TCP4 10.0.0.1 5.6.7.8 4660 80\r\n" + get + "X-Forwarded-For: 3.3.3.3\r\n\r\n", "3.3.3.3 200 http h"},
		{"headers of others", on + `extforward.headers = ( "X-Forwarded-For" )`, "",
			"PROXY TCP4 1.2.3.4 5.6.7.8 4660 80\r\n" + get + "X-Forwarded-For: 3.3.3.3\r\n\r\n", "1.2.3.4 200 http h"},
	} {
		var log []string
		s := serve(t, &log, c.conf)
		s.Peer = c.peer
		out := s.Bytes(c.raw)
		for i := range log {
			log[i] = strings.TrimRight(log[i], " ")
		}
		if got := strings.Join(log, " & "); got != strings.TrimRight(c.want, " ") || c.want == "" && out != "" {
			t.Errorf("%s: %q, want %q; sent %q", c.name, got, c.want, out)
		}
	}
}

func TestProxyCutAtEveryByte(t *testing.T) {
	var log []string
	s := serve(t, &log, trusting+`extforward.hap-PROXY = "enable"`)
	for _, header := range []string{"PROXY TCP6 2001:db8::5 ::1 4660 80\r\n", v2ssl} {
		for n := range len(header) {
			if out := s.Bytes(header[:n]); out != "" {
				t.Errorf("%q: %q", header[:n], out)
			}
		}
	}
	if len(log) > 0 {
		t.Errorf("requests: %q", log)
	}
}
