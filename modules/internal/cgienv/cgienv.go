// Package cgienv makes the variables that CGI programs, FastCGI, SCGI and
// uwsgi applications are given (http_cgi_headers, RFC 3875).
package cgienv

import (
	"cmp"
	"net"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Options are what backends do differently. The zero value is for mod_cgi.
type Options struct {
	// ContentLength is the length of the body in bytes.
	ContentLength int64
	// Authorizer leaves out what belongs to the script ("mode" =>
	// "authorizer").
	Authorizer bool
	// DocRoot is the host option docroot: the document root as the backend
	// sees it.
	DocRoot string
	// StripRequestURI is cut off REQUEST_URI (strip-request-uri).
	StripRequestURI string
	// BrokenScriptFilename adds the path info to SCRIPT_FILENAME
	// (broken-scriptfilename).
	BrokenScriptFilename bool
}

// Variables lists the variables for r in lighttpd's order. Names may repeat:
// what the environment of the request adds replaces nothing. It runs the
// modules that add to that environment (handle_request_env).
func Variables(r *server.Request, o Options) []server.Pair {
	r.RequestEnv()
	v := list(make([]server.Pair, 0, 32+r.Header.Len()+r.Env.Len()))
	if !o.Authorizer {
		v.add("CONTENT_LENGTH", strconv.FormatInt(max(o.ContentLength, 0), 10))
	}
	v.target(r, &o)
	v.script(r, &o)
	v.protocol(r)
	v.addresses(r)
	v.fields(r)
	for name, value := range r.Env.All() {
		v.add(variable("", name), value)
	}
	return v
}

// list is what was added so far.
type list []server.Pair

func (v *list) add(name, value string) { *v = append(*v, server.Pair{Key: name, Value: value}) }

// target tells what was asked for, before and after it was normalised and
// rewritten.
func (v *list) target(r *server.Request, o *Options) {
	v.add("QUERY_STRING", r.URI.Query)
	v.add("REQUEST_URI", stripped(r.TargetOrig, o.StripRequestURI))
	if r.Target != r.TargetOrig {
		v.add("REDIRECT_URI", r.Target)
	}
	if !r.Env.Has("REDIRECT_STATUS") { // set for an error handler
		v.add("REDIRECT_STATUS", "200")
	}
}

// stripped cuts prefix off, where a slash follows it.
func stripped(target, prefix string) string {
	prefix = strings.TrimSuffix(prefix, "/")
	if rest, ok := strings.CutPrefix(target, prefix); ok && prefix != "" && strings.HasPrefix(rest, "/") {
		return rest
	}
	return target
}

// script tells which program or file was chosen.
func (v *list) script(r *server.Request, o *Options) {
	root := r.Physical.BaseDir
	if o.DocRoot != "" {
		root = o.DocRoot
	}
	if !o.Authorizer {
		v.add("SCRIPT_NAME", r.URI.Path)
		if r.PathInfo != "" {
			v.add("PATH_INFO", r.PathInfo)
			v.add("PATH_TRANSLATED", server.JoinPath(root, r.PathInfo))
		}
	}
	v.add("SCRIPT_FILENAME", scriptFilename(r, o))
	v.add("DOCUMENT_ROOT", root)
}

func scriptFilename(r *server.Request, o *Options) string {
	path := r.Physical.Path
	if o.DocRoot != "" {
		path = server.JoinPath(o.DocRoot, r.URI.Path)
	}
	if o.BrokenScriptFilename {
		path += r.PathInfo
	}
	return path
}

// protocols are the values of SERVER_PROTOCOL.
var protocols = map[server.Version]string{server.HTTP10: "HTTP/1.0", server.HTTP11: "HTTP/1.1", server.HTTP2: "HTTP/2.0"}

func (v *list) protocol(r *server.Request) {
	v.add("REQUEST_METHOD", r.Method)
	v.add("SERVER_PROTOCOL", protocols[r.Version])
	v.add("SERVER_SOFTWARE", r.Core.Tag)
	v.add("GATEWAY_INTERFACE", "CGI/1.1")
	v.add("REQUEST_SCHEME", r.URI.Scheme)
	if r.URI.Scheme == "https" {
		v.add("HTTPS", "on")
	}
}

func (v *list) addresses(r *server.Request) {
	port, addr := "0", ""
	if tcp, ok := r.Conn.LocalAddr.(*net.TCPAddr); ok {
		port, addr = strconv.Itoa(tcp.Port), tcp.AddrPort().Addr().String()
	}
	v.add("SERVER_PORT", port)
	v.add("SERVER_ADDR", addr)
	v.add("SERVER_NAME", serverName(r))
	v.add("REMOTE_ADDR", r.PeerText)
	v.add("REMOTE_PORT", strconv.Itoa(int(r.Peer.Port())))
}

// serverName is the name of the virtual host, server.name or the host of the
// request, without a port.
func serverName(r *server.Request) string {
	name := cmp.Or(r.ServerName, r.Core.Name, r.URI.Authority)
	from := max(strings.IndexByte(name, ']'), 0) // behind an IPv6 address
	if i := strings.IndexByte(name[from:], ':'); i >= 0 {
		return name[:from+i]
	}
	return name
}
