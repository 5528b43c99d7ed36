package extforward

import (
	"errors"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// maxParams bounds the parameters of a Forwarded header.
const maxParams = 50

var (
	errQuoted  = errors.New("invalid quoted-string in Forwarded header")
	errTooMany = errors.New("Too many params in Forwarded header")
	errBracket = errors.New("Invalid IPv6 addr in Forwarded header")
)

// param is one parameter of a Forwarded header (RFC 7239, section 4).
type param struct {
	name, value string
	quoted      bool
	element     int // proxies count from the client's on
}

// parseForwarded takes a header apart.
func parseForwarded(s string) ([]param, error) {
	var list []param
	element := 0
	for s = strings.TrimLeft(s, " \t"); s != ""; s = strings.TrimLeft(s, " \t") {
		switch s[0] {
		case ',':
			element++
			s = s[1:]
			continue
		case ';':
			s = s[1:]
			continue
		}
		if len(list) == maxParams {
			return nil, errTooMany
		}
		p, rest, err := cutParam(s)
		if err != nil {
			return nil, err
		}
		p.element = element
		list, s = append(list, p), rest
	}
	return list, nil
}

// cutParam takes one parameter off s. No blanks stand around "=".
func cutParam(s string) (p param, rest string, err error) {
	end := strings.IndexAny(s, "=,; \t")
	if end < 0 || s[end] != '=' {
		return param{}, skip(s), nil
	}
	p.name, s = strings.ToLower(s[:end]), s[end+1:]
	if !strings.HasPrefix(s, `"`) {
		end = strings.IndexAny(s+",", ",; \t")
		p.value = s[:end]
		return p, skip(s[end:]), nil
	}
	p.quoted = true
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			p.value = s[1:i]
			return p, skip(s[i+1:]), nil
		}
	}
	return p, "", errQuoted
}

// skip leaves out what belongs to no parameter.
func skip(s string) string {
	if end := strings.IndexAny(s, ",;"); end >= 0 {
		return s[end:]
	}
	return ""
}

// node is the address in a parameter "for". A port is dropped from quoted
// values only.
func (p param) node() (string, error) {
	switch {
	case !p.quoted:
		return p.value, nil
	case strings.HasPrefix(p.value, "["):
		end := strings.IndexByte(p.value, ']')
		if end < 0 {
			return "", errBracket
		}
		return p.value[1:end], nil
	}
	address, _, _ := strings.Cut(p.value, ":")
	return address, nil
}

// text is the value without its backslashes; ok is false if nothing follows
// the last one.
func (p param) text() (text string, ok bool) {
	if !p.quoted || !strings.Contains(p.value, `\`) {
		return p.value, true
	}
	var b strings.Builder
	for i := 0; i < len(p.value); i++ {
		if p.value[i] == '\\' {
			if i++; i == len(p.value) {
				return "", false
			}
		}
		b.WriteByte(p.value[i])
	}
	return b.String(), true
}

// useForwarded takes the client, and what it asked for, from a Forwarded
// header.
func useForwarded(r *server.Request, conf *config, value string) server.Result {
	list, err := parseForwarded(value)
	if err != nil {
		return refuse(r, err)
	}
	client, element, err := conf.forwarder.pick(list)
	if err != nil {
		return refuse(r, err)
	}
	if client == "" || !setClient(r, client) {
		return server.GoOn
	}
	if p, ok := find(list, "proto", func(e int) bool { return e == element }); ok {
		setScheme(r, p.value)
	}
	if conf.params.host && !setHost(r, list, element) {
		return refuse(r, errors.New("invalid host in Forwarded header"))
	}
	if conf.params.remoteUser && !setUser(r, list) {
		return refuse(r, errQuoted)
	}
	return server.GoOn
}

func refuse(r *server.Request, err error) server.Result {
	r.Errorf("%v", err)
	return r.Fail(400)
}

// pick walks from the last proxy to the client, as long as each is trusted,
// and returns the address farthest away. Who hides behind a name, a path or
// "unknown" is neither trusted nor the client.
func (f *forwarder) pick(list []param) (client string, element int, err error) {
	for i := len(list) - 1; i >= 0; i-- {
		p := list[i]
		if p.name != "for" {
			continue
		}
		node, err := p.node()
		if err != nil {
			return "", 0, err
		}
		if strings.HasPrefix(node, "_") || strings.HasPrefix(node, "/") || node == "unknown" {
			break
		}
		client, element = node, p.element
		if !f.trustsText(node) {
			break
		}
	}
	return client, element, nil
}

// find returns the last parameter of a name in the elements that fit.
func find(list []param, name string, fits func(element int) bool) (param, bool) {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].name == name && fits(list[i].element) {
			return list[i], true
		}
	}
	return param{}, false
}

// setHost replaces the Host field by what the client asked for: the host of
// its element, or else of the first one behind it that has one. The request
// keeps the host it was received for in conditions and for virtual hosts.
func setHost(r *server.Request, list []param, element int) bool {
	for _, p := range list {
		if p.name != "host" || p.element < element {
			continue
		}
		text, ok := p.text()
		if !ok {
			return false
		}
		host, ok := r.NormalHost(text)
		if !ok {
			return false
		}
		r.Header.Set("Host", host)
		break
	}
	return true
}

// setUser makes the last remote_user the one who is authenticated.
func setUser(r *server.Request, list []param) bool {
	p, found := find(list, "remote_user", func(int) bool { return true })
	if !found {
		return true
	}
	user, ok := p.text()
	if ok {
		r.Env.Set("REMOTE_USER", user)
	}
	return ok
}
