// Package setenv ports mod_setenv: request headers, response headers and
// variables for backends, set by the configuration.
package setenv

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_setenv.
var Module = server.Define("mod_setenv", directives, load)

// config is what the directives say for one request.
type config struct {
	addRequest, setRequest         []server.Pair
	addResponse, setResponse       []server.Pair
	addEnvironment, setEnvironment []server.Pair
}

// headers binds a map of header fields.
func headers(field func(*config) *[]server.Pair) server.Bind[config] {
	return server.Parsed(server.TypeStringMap, parseHeaders, field)
}

var directives = server.Table[config]{
	{
		Name: "setenv.add-request-header",
		Bind: headers(func(c *config) *[]server.Pair { return &c.addRequest }),
		Doc: "Request header fields to add, for later modules, backends and the access log. " +
			"A field that exists gets the value appended with a comma (`Cookie`: a semicolon). Conditions do not see the change.",
	},
	{
		Name: "setenv.add-response-header",
		Bind: headers(func(c *config) *[]server.Pair { return &c.addResponse }),
		Doc:  "Response header fields to add, on error pages and redirects, too. A field that exists is sent twice.",
	},
	{
		Name: "setenv.add-environment",
		Bind: server.StringMap(func(c *config) *[]server.Pair { return &c.addEnvironment }),
		Doc:  "Variables for CGI programs and other backends. One that exists gets the value appended with a comma.",
	},
	{
		Name: "setenv.set-request-header",
		Bind: headers(func(c *config) *[]server.Pair { return &c.setRequest }),
		Doc:  "Request header fields to replace; the empty string removes the field.",
	},
	{
		Name: "setenv.set-response-header",
		Bind: headers(func(c *config) *[]server.Pair { return &c.setResponse }),
		Doc: "Response header fields to replace; the empty string removes the field. " +
			"`Server` and `Date` can be replaced and not removed.",
	},
	{
		Name: "setenv.set-environment",
		Bind: server.StringMap(func(c *config) *[]server.Pair { return &c.setEnvironment }),
		Doc:  "Variables for CGI programs and other backends, replacing any that exist.",
	},
}

// module keeps, for each request, the settings of the URL that came first:
// what a rewrite or server.error-handler-404 leads to later changes nothing.
type module struct {
	conf  *server.Settings[config]
	first server.Slot[config]
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := &module{conf: conf, first: server.NewSlot[config](l)}
	return server.Hooks{URIClean: m.request, RequestEnv: m.environment, ResponseStart: m.response}, nil
}

// request changes the request's header fields, once.
func (m *module) request(r *server.Request) server.Result {
	if m.first.Of(r) != nil {
		return server.GoOn
	}
	conf := m.conf.For(r)
	m.first.Set(r, conf)
	for _, p := range conf.addRequest {
		addRequest(r, p)
	}
	for _, p := range conf.setRequest {
		set(&r.Header, p)
	}
	return server.GoOn
}

func addRequest(r *server.Request, p server.Pair) {
	switch old := r.Header.Get(p.Key); {
	case p.Value == "":
	case old != "" && strings.EqualFold(p.Key, "Cookie"):
		r.Header.Set(p.Key, old+"; "+p.Value)
	default:
		r.Header.Append(p.Key, p.Value)
	}
}

// set replaces a field, or removes it if there is no value.
func set(h *server.Header, p server.Pair) {
	if p.Value == "" {
		h.Del(p.Key)
		return
	}
	h.Set(p.Key, p.Value)
}

// environment adds the variables when a handler asks for them.
func (m *module) environment(r *server.Request) {
	conf := m.first.Of(r)
	if conf == nil {
		return
	}
	for _, p := range conf.addEnvironment {
		r.Env.Append(p.Key, p.Value)
	}
	for _, p := range conf.setEnvironment {
		r.Env.Set(p.Key, p.Value)
	}
}

// response changes the response's header fields. There are no settings if the
// response was decided before this module saw the request.
func (m *module) response(r *server.Request) server.Result {
	conf := m.first.Of(r)
	if conf == nil {
		return server.GoOn
	}
	for _, p := range conf.addResponse {
		if p.Value != "" {
			r.Resp.Add(p.Key, p.Value)
		}
	}
	for _, p := range conf.setResponse {
		set(&r.Resp, p)
	}
	return server.GoOn
}
