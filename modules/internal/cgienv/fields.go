package cgienv

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// fields adds the request header.
func (v *list) fields(r *server.Request) {
	for name, value := range r.Header.All() {
		switch {
		case value == "", strings.EqualFold(name, "Proxy"): // httpoxy
		case r.HasBody() && strings.EqualFold(name, "Expect") && strings.EqualFold(value, "100-continue"):
			// The server has answered it.
		case strings.EqualFold(name, "Content-Type"):
			v.add("CONTENT_TYPE", value)
		default:
			v.add(variable("HTTP_", name), value)
		}
	}
}

// variable makes a variable's name: letters in upper case, digits, and "_"
// for every other byte (http_cgi_encode_varname).
func variable(prefix, name string) string {
	b := make([]byte, 0, len(prefix)+len(name))
	b = append(b, prefix...)
	for i := range len(name) {
		c := name[i]
		switch {
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		default:
			c = '_'
		}
		b = append(b, c)
	}
	return string(b)
}

// LookAlike finds a field whose variable would impersonate another one: its
// name differs from that of a known field, or of another field of the
// request, only in characters that become "_". The modules that talk to an
// application over a socket answer 400 then.
func LookAlike(h *server.Header) (name string, found bool) {
	for name := range h.All() {
		if known(name) {
			continue
		}
		twin := strings.ReplaceAll(variable("", name), "_", "-")
		if strings.EqualFold(twin, name) || !strings.Contains(twin, "-") {
			continue
		}
		if known(twin) || h.Has(twin) {
			return name, true
		}
	}
	return "", false
}

func known(name string) bool { return knownNames[strings.ToLower(name)] }

// knownNames are the names in lighttpd's table of header fields.
var knownNames = func() map[string]bool {
	names := map[string]bool{}
	for _, name := range strings.Fields(`
		accept accept-encoding accept-language accept-ranges
		access-control-allow-origin age allow alt-svc alt-used authorization
		cache-control connection content-encoding content-length
		content-location content-range content-security-policy content-type
		cookie date dnt etag expect expires forwarded host http2-settings
		if-match if-modified-since if-none-match if-range if-unmodified-since
		incremental last-modified link location onion-location p3p pragma
		priority range referer referrer-policy server set-cookie status
		strict-transport-security te transfer-encoding upgrade
		upgrade-insecure-requests user-agent vary www-authenticate
		x-content-type-options x-forwarded-for x-forwarded-proto
		x-frame-options x-xss-protection`) {
		names[name] = true
	}
	return names
}()
