package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/daemon"
)

// explainOptions are the options of --explain.
type explainOptions struct {
	url                      string
	headers                  []string
	remoteIP, method, socket string
	json                     bool
}

// incomplete reports whether anything was said that needs --explain.
func (o *explainOptions) incomplete() bool {
	return len(o.headers) > 0 || o.remoteIP != "" || o.method != "" || o.socket != "" || o.json
}

// runExplain tells how a request would be answered. Nothing is opened, and no
// handler runs.
func (c *command) runExplain() int {
	var log logLines
	s, diags := server.New(c.cfg, modules, server.Options{Preflight: true, Log: server.NewLog(&log)})
	c.report(c.cfg, diags)
	if s == nil {
		return exitFailed
	}
	answer, err := c.explain.ask(s)
	if err != nil {
		fmt.Fprintln(c.stderr, "error: "+err.Error())
		return exitFailed
	}
	answer.Log = log.lines
	if !c.explain.json {
		explainText{answer}.write(c.stdout)
		return exitOK
	}
	out := json.NewEncoder(c.stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(answer); err != nil {
		return exitFailed
	}
	return exitOK
}

// ask makes the question of the options.
func (o *explainOptions) ask(s *server.Server) (*server.Explanation, error) {
	q, err := o.question()
	if err != nil {
		return nil, err
	}
	addresses, err := daemon.Addresses(s)
	if err != nil {
		return nil, err
	}
	if q.Socket = "0.0.0.0:80"; len(addresses) > 0 {
		q.Socket = addresses[0]
	}
	if o.socket != "" {
		if q.Socket, err = daemon.Address(s, o.socket); err != nil {
			return nil, err
		}
		if len(addresses) > 0 && !slices.Contains(addresses, q.Socket) {
			return nil, fmt.Errorf("the server does not listen on %s, but on %s", q.Socket, strings.Join(addresses, ", "))
		}
	}
	return s.Explain(q)
}

// question takes the options apart; the socket is left to the caller.
func (o *explainOptions) question() (server.Question, error) {
	q := server.Question{Method: "GET", RemoteAddr: netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	if o.method != "" {
		q.Method = o.method
	}
	if o.remoteIP != "" {
		addr, err := netip.ParseAddr(o.remoteIP)
		if err != nil {
			return q, fmt.Errorf("--remote-ip %q is not an address", o.remoteIP)
		}
		q.RemoteAddr = addr
	}
	host, target, tls, err := splitURL(o.url)
	if err != nil {
		return q, err
	}
	q.Target, q.TLS = target, tls
	q.Header, err = o.fields(host)
	return q, err
}

// fields are the request's header fields: those given, and those that every
// client sends.
func (o *explainOptions) fields(host string) ([]server.Field, error) {
	given := map[string]bool{}
	var fields []server.Field
	for _, h := range o.headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return nil, fmt.Errorf("--header %q has no colon; write --header %q", h, "Name: value")
		}
		given[strings.ToLower(name)] = true
		fields = append(fields, server.Field{Name: name, Value: strings.Trim(value, " \t")})
	}
	if o.method == "POST" && !given["content-length"] && !given["transfer-encoding"] {
		fields = append(fields, server.Field{Name: "Content-Length", Value: "0"})
	}
	if !given["host"] {
		fields = append([]server.Field{{Name: "Host", Value: host}}, fields...)
	}
	return fields, nil
}

// splitURL takes a URL, or a path alone, apart as a client would: the
// fragment is not sent, and nothing is encoded.
func splitURL(url string) (host, target string, tls bool, err error) {
	url, _, _ = strings.Cut(url, "#")
	if strings.HasPrefix(url, "/") || url == "*" {
		return "localhost", url, false, nil
	}
	scheme, rest, ok := strings.Cut(url, "://")
	if scheme = strings.ToLower(scheme); !ok || scheme != "http" && scheme != "https" {
		return "", "", false, fmt.Errorf("--explain %q is neither a path nor an http URL", url)
	}
	at := strings.IndexAny(rest, "/?")
	if at < 0 {
		at = len(rest)
	}
	host, target = rest[:at], rest[at:]
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	if host == "" {
		return "", "", false, fmt.Errorf("--explain %q has no host", url)
	}
	return host, target, scheme == "https", nil
}

// logLines keeps what the server logs.
type logLines struct{ lines []string }

// WriteLine implements server.LogSink.
func (l *logLines) WriteLine(_ server.Priority, line []byte) {
	text := strings.TrimSuffix(string(line), "\n")
	if _, rest, ok := strings.Cut(text, ") "); ok {
		text = rest // without time and place
	}
	l.lines = append(l.lines, text)
}

// Reopen implements server.LogSink.
func (l *logLines) Reopen() error { return nil }

// Close implements server.LogSink.
func (l *logLines) Close() error { return nil }

// Stamped implements server.LogSink.
func (l *logLines) Stamped() bool { return true }
