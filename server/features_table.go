package server

import (
	"fmt"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// flagRow is one name of server.feature-flags.
type flagRow struct {
	name, preset, doc string
}

// flagTable lists lighttpd's feature flags. What is not in it is accepted and
// ignored, as in lighttpd.
var flagTable = []flagRow{
	{"server.h2proto", "enable", "HTTP/2; here it decides the default of `server.max-connections`."},
	{"server.h2c", "disable", "`Upgrade: h2c` from HTTP/1.1."},
	{"server.absolute-dir-redirect", "disable", "Redirect directories with an absolute URL."},
	{"server.http-pathinfo", "enable", "Split a path behind an existing file off as PATH_INFO; disabled: 404."},
	{"server.graceful-shutdown-timeout", "8", "Seconds that requests may take to end after SIGINT or SIGUSR1; 0 sets no limit."},
	{"server.graceful-restart-bg", "disable", "Accepted: new connections always meet the new configuration at once. Implies `server.systemd-socket-activation`."},
	{"server.graceful-unconfig-sock", "disable", "Close sockets that a new configuration does not name."},
	{"server.clock-jump-restart", "1800", "Seconds of a clock jump that restart the server; 0 never does."},
	{"server.errorlog-high-precision", "disable", "Nanoseconds in the error log."},
	{"server.errorlog-utf8", "disable", "Leave UTF-8 in the error log as it is."},
	{"server.metrics-high-precision", "disable", "Accepted: times are always precise."},
	{"server.network-mptcp", "disable", "Listen with Multipath TCP."},
	{"server.discard-backend-1xx", "disable", "Do not pass a backend's 1xx responses on."},
	{"server.h1-discard-backend-1xx", "disable", "Likewise, to HTTP/1 clients only."},
	{"server.h2-discard-backend-1xx", "disable", "Likewise, to HTTP/2 clients only."},
	{"http10.range", "disable", "Honour `Range` in HTTP/1.0."},
	{"request.trailer-whitelist", "", "Trailer fields, separated by commas, that join the request's header."},
	{"auth.delay-invalid-creds", "enable", "Delay the answer to wrong credentials."},
	{"auth.http-goaway-invalid-creds", "enable", "End an HTTP/2 connection after wrong credentials."},
	{"proxy.force-http10", "disable", "Speak HTTP/1.0 to backends."},
	{"gw.upgrade-with-request-body", "disable", "Allow upgrades of requests with a body."},
	{"server.pcre_jit", "enable", "Accepted and without effect."},
	{"chunkqueue.splice", "enable", "Accepted and without effect."},
	{"cgi.tempfile-accum", "enable", "Accepted and without effect."},
	{"ssl.refresh-certs", "disable", "Read certificates again while running."},
	{"ssl.refresh-crls", "disable", "Read revocation lists again while running."},
	{"ssl.session-cache", "disable", "Keep TLS sessions in memory."},
}

// checkFlags warns of slips: a name next to a known one, or a value that the
// flag does not take and that therefore changes nothing.
func checkFlags(at At, elements []eval.Element) {
	names := make([]string, len(flagTable))
	presets := map[string]string{}
	for i, row := range flagTable {
		names[i] = row.name
		presets[row.name] = row.preset
	}
	for _, e := range elements {
		preset, known := presets[strings.ToLower(e.Key)]
		if !known {
			if near := nearest(e.Key, names); near != "" {
				at.warn(e, fmt.Sprintf("unknown feature flag %q is ignored", e.Key), fmt.Sprintf("did you mean %q?", near))
			}
			continue
		}
		if _, ok := truthOf(e.Value); !ok && (preset == "enable" || preset == "disable") {
			at.warn(e, fmt.Sprintf("feature flag %q is neither enabled nor disabled; it stays %sd", e.Key, preset),
				fmt.Sprintf(`write "%[1]s" => "enable" or "%[1]s" => "disable"`, e.Key))
		}
	}
}

// warn reports something about one element of a value that stops nothing.
func (at At) warn(e eval.Element, summary, detail string) {
	at.Loader.Report(parser.Diagnostic{
		Severity: parser.Warning, Range: e.Range, Via: at.Via, Summary: summary, Detail: detail,
	})
}
