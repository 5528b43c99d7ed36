package server

import (
	"math"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// Features are the server.feature-flags that the core reads.
type Features struct {
	H2Proto              bool
	H2C                  bool
	AbsoluteDirRedirect  bool
	NoPathInfo           bool // server.http-pathinfo disabled
	HTTP10Range          bool
	TrailerWhitelist     []string // lower case
	ErrorLogUTF8         bool
	ErrorLogPrecise      bool
	GracefulTimeout      uint32 // seconds, 0 = no limit
	GracefulUnconfigSock bool
	RestartInBackground  bool   // server.graceful-restart-bg
	ClockJump            uint32 // seconds, 0 = never (server.clock-jump-restart)
	MPTCP                bool   // server.network-mptcp
	PreciseTimes         bool   // server.metrics-high-precision
	DiscardBackend1xx    bool   // for HTTP/1 clients
	DiscardBackend1xxH2  bool
}

// featureFlags is server.feature-flags as written.
type featureFlags map[string]eval.Value

func parseFeatures(at At, v eval.Value) (featureFlags, error) {
	checkFlags(at, v.List)
	flags := make(featureFlags, len(v.List))
	for _, e := range v.List {
		flags[strings.ToLower(e.Key)] = e.Value
	}
	return flags, nil
}

// on is a switch (config_feature_bool); whatever is not a boolean leaves the
// default.
func (f featureFlags) on(name string, preset bool) bool {
	if v, ok := f[name]; ok {
		if on, ok := truthOf(v); ok {
			return on
		}
	}
	return preset
}

// number is a count (config_feature_int).
func (f featureFlags) number(name string, preset uint32) uint32 {
	if v, ok := f[name]; ok {
		if n, ok := numberOf(v, math.MaxInt32); ok {
			return uint32(n)
		}
	}
	return preset
}

func (f featureFlags) features() Features {
	no1xx := f.on("server.discard-backend-1xx", false)
	return Features{
		H2Proto:              f.on("server.h2proto", true),
		H2C:                  f.on("server.h2c", false),
		AbsoluteDirRedirect:  f.on("server.absolute-dir-redirect", false),
		NoPathInfo:           !f.on("server.http-pathinfo", true),
		HTTP10Range:          f.on("http10.range", false),
		TrailerWhitelist:     f.names("request.trailer-whitelist"),
		ErrorLogUTF8:         f.on("server.errorlog-utf8", false),
		ErrorLogPrecise:      f.on("server.errorlog-high-precision", false),
		GracefulTimeout:      f.number("server.graceful-shutdown-timeout", 8),
		GracefulUnconfigSock: f.on("server.graceful-unconfig-sock", false),
		RestartInBackground:  f.on("server.graceful-restart-bg", false),
		ClockJump:            f.number("server.clock-jump-restart", 1800),
		MPTCP:                f.on("server.network-mptcp", false),
		PreciseTimes:         f.on("server.metrics-high-precision", false),
		DiscardBackend1xx:    f.on("server.h1-discard-backend-1xx", no1xx),
		DiscardBackend1xxH2:  f.on("server.h2-discard-backend-1xx", no1xx),
	}
}

// names is a list of names separated by commas, in lower case.
func (f featureFlags) names(flag string) []string {
	var names []string
	for name := range strings.SplitSeq(f[flag].Str, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, strings.ToLower(name))
		}
	}
	return names
}

// Feature is a switch of server.feature-flags that belongs to a module, such
// as auth.delay-invalid-creds.
func (c *ServerConfig) Feature(name string, preset bool) bool { return c.flags.on(name, preset) }
