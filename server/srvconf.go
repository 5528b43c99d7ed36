package server

import (
	"fmt"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// ServerConfig holds the server-wide directives (srvconf).
type ServerConfig struct {
	// Modules are the names of server.modules after lighttpd's rules; some
	// may not be in this binary.
	Modules             []string
	Port                uint16 // server.port; never 0
	Bind                string // server.bind; "" is every address
	Chroot              string
	Username, Groupname string
	PidFile             string
	EventHandler        string // server.event-handler; accepted, no effect
	NetworkBackend      string // server.network-backend; accepted, no effect
	MaxWorker           uint16 // server.max-worker; 1 is 0
	MaxFDs              uint32 // server.max-fds within its bounds; 0 = not set
	MaxConnections      uint32 // see LimitConnections
	UploadDirs          []string
	UploadTempFileSize  uint32 // bytes
	ChunkSize           uint32 // server.chunkqueue-chunk-sz, bytes
	StatCacheEngine     string // simple, disable, none, inotify, fam
	XattrName           string
	CoreFiles           bool
	SocketActivation    bool
	ErrorLogSyslog      bool
	SyslogFacility      string
	HeaderOnError       bool // debug.log-request-header-on-error
	Policy              h1.Policy
	Features            Features

	compat    bool // server.compat-module-load
	portValue uint16
	opts      parseOpts // the three server.http-parseopt-* and the map
	wanted    uint16    // server.max-connections as written
	flags     featureFlags
	modules   []string // server.modules as written
}

// serverTable lists the server-wide directives, in lighttpd's order.
var serverTable = Table[ServerConfig]{
	{Name: "server.modules", Scope: PerServer, Bind: StringList(func(c *ServerConfig) *[]string { return &c.modules }),
		Doc: "Modules to load, in the order in which they see a request. lighttpd's compatibility rules add and move some; see `server.compat-module-load`."},
	{Name: "server.compat-module-load", Scope: PerServer, Bind: Bool(func(c *ServerConfig) *bool { return &c.compat }), Default: `"enable"`,
		Doc: "Add `mod_indexfile` in front and `mod_dirlisting` behind when their directives are used (and drop them when not), `mod_staticfile` at the end, and `mod_auth` and `mod_vhostdb` before their back ends."},
	{Name: "server.systemd-socket-activation", Scope: PerServer, Bind: Bool(func(c *ServerConfig) *bool { return &c.SocketActivation }), Default: `"disable"`,
		Doc: "Take over listening sockets from the service manager (LISTEN_FDS)."},
	{Name: "server.port", Scope: PerServer, Bind: Short(func(c *ServerConfig) *uint16 { return &c.portValue }), Default: "0",
		Doc: "Port to listen on; 0 is 80, or 443 with TLS."},
	{Name: "server.bind", Scope: PerServer, Bind: String(func(c *ServerConfig) *string { return &c.Bind }),
		Doc: "Address, host name, `[IPv6 address]`, or path of a unix socket to listen on; without it, every IPv4 address."},
	{Name: "server.network-backend", Scope: PerServer, Bind: String(func(c *ServerConfig) *string { return &c.NetworkBackend }),
		Doc: "Checked and without effect: files are always sent with sendfile where that is possible."},
	{Name: "server.chroot", Scope: PerServer, Bind: String(func(c *ServerConfig) *string { return &c.Chroot }),
		Doc: "Root directory to change to after binding. Needs a start as root."},
	{Name: "server.username", Scope: PerServer, Bind: String(func(c *ServerConfig) *string { return &c.Username }),
		Doc: "User to become after binding. Needs a start as root; uid 0 is refused."},
	{Name: "server.groupname", Scope: PerServer, Bind: String(func(c *ServerConfig) *string { return &c.Groupname }),
		Doc: "Group to become after binding; without it, that of the user. Needs a start as root."},
	{Name: "server.errorlog-use-syslog", Scope: PerServer, Bind: Bool(func(c *ServerConfig) *bool { return &c.ErrorLogSyslog }), Default: `"disable"`,
		Doc: "Send the error log to syslog."},
	{Name: "server.syslog-facility", Scope: PerServer, Bind: String(func(c *ServerConfig) *string { return &c.SyslogFacility }),
		Doc: "Syslog facility of the error log: `daemon`, `local0`, …"},
	{Name: "server.core-files", Scope: PerServer, Bind: Bool(func(c *ServerConfig) *bool { return &c.CoreFiles }), Default: `"disable"`,
		Doc: "Raise the limit of core files to the hard limit."},
	{Name: "server.event-handler", Scope: PerServer, Bind: String(func(c *ServerConfig) *string { return &c.EventHandler }),
		Doc: "Checked and without effect: `linux-sysepoll`, `epoll`, `poll`, `select` or `libev`."},
	{Name: "server.pid-file", Scope: PerServer, Bind: String(func(c *ServerConfig) *string { return &c.PidFile }),
		Doc: "File that receives the process id."},
	{Name: "server.max-worker", Scope: PerServer, Bind: Short(func(c *ServerConfig) *uint16 { return &c.MaxWorker }), Default: "0",
		Doc: "Accepted and without effect: one process uses all processors."},
	{Name: "server.max-fds", Scope: PerServer, Bind: Int(func(c *ServerConfig) *uint32 { return &c.MaxFDs }),
		Doc: "Limit of open file descriptors, 32 to 1048576; without it, 4096 or what the system allows."},
	{Name: "server.max-connections", Scope: PerServer, Bind: Short(func(c *ServerConfig) *uint16 { return &c.wanted }),
		Doc: "Clients served at once; others wait. Without it, a tenth of `server.max-fds` with HTTP/2 and a third without; a larger value is cut to a tenth, or a half without HTTP/2."},
	{Name: "server.max-request-field-size", Scope: PerServer, Bind: Parsed(TypeShort, parseMaxHead, func(c *ServerConfig) *int { return &c.Policy.MaxHead }), Default: "8192",
		Doc: "Largest request head in bytes, 431 beyond."},
	{Name: "server.chunkqueue-chunk-sz", Scope: PerServer, Bind: Int(func(c *ServerConfig) *uint32 { return &c.ChunkSize }), Default: "8192",
		Doc: "Bytes of one buffer; rounded up to a power of two."},
	{Name: "server.upload-temp-file-size", Scope: PerServer, Bind: Int(func(c *ServerConfig) *uint32 { return &c.UploadTempFileSize }), Default: "1048576",
		Doc: "Bytes of one temporary file for large bodies."},
	{Name: "server.upload-dirs", Scope: PerServer, Bind: StringList(func(c *ServerConfig) *[]string { return &c.UploadDirs }),
		Doc: "Directories for temporary files of large bodies; without it, `$TMPDIR` or `/var/tmp`."},
	{Name: "server.http-parseopt-header-strict", Scope: PerServer, Bind: optBool(func(o *parseOpts) *bool { return &o.headerStrict }), Default: `"enable"`,
		Doc: "Older spelling of `server.http-parseopts` `header-strict`."},
	{Name: "server.http-parseopt-host-strict", Scope: PerServer, Bind: optBool(func(o *parseOpts) *bool { return &o.hostStrict }), Default: `"enable"`,
		Doc: "Older spelling of `server.http-parseopts` `host-strict`."},
	{Name: "server.http-parseopt-host-normalize", Scope: PerServer, Bind: optBool(func(o *parseOpts) *bool { return &o.hostNormalize }), Default: `"disable"`,
		Doc: "Older spelling of `server.http-parseopts` `host-normalize`."},
	{Name: "server.reject-expect-100-with-417", Scope: PerServer, Bind: Ignored[ServerConfig](TypeBool),
		Doc: "Accepted and without effect: 417 is never sent."},
	{Name: "server.stat-cache-engine", Scope: PerServer, Bind: Parsed(TypeString, parseStatCache, func(c *ServerConfig) *string { return &c.StatCacheEngine }), Default: `"simple"`,
		Doc: "`simple` remembers what is known of a file for the current second, `disable` (or `none`) never, `inotify` (or `fam`) until it changes."},
	{Name: "mimetype.xattr-name", Scope: PerServer, Bind: String(func(c *ServerConfig) *string { return &c.XattrName }), Default: `"Content-Type"`,
		Doc: "Extended attribute that holds a file's content type; on Linux with its class, such as `user.Content-Type`."},
	{Name: "server.http-parseopts", Scope: PerServer, Bind: bindParseOpts(),
		Doc: "How strictly requests are read: a map of options to `\"enable\"` or `\"disable\"`. Enabled unless disabled: `header-strict`, `host-strict`, `url-normalize`, `url-normalize-unreserved`, `url-ctrls-reject`, `url-path-2f-decode`, `url-path-dotseg-remove`, `url-invalid-utf8-reject`. To enable: `host-normalize` (implied by `host-strict`), `method-get-body`, `url-normalize-required`, `url-path-2f-reject`, `url-path-dotseg-reject`, `url-path-backslash-trans`, `url-query-20-plus`."},
	{Name: "debug.log-request-header-on-error", Scope: PerServer, Bind: Bool(func(c *ServerConfig) *bool { return &c.HeaderOnError }), Default: `"disable"`,
		Doc: "Log the head of requests that were refused, and why."},
	{Name: "server.feature-flags", Scope: PerServer, Bind: Parsed(TypeMap, parseFeatures, func(c *ServerConfig) *featureFlags { return &c.flags }),
		Doc: "Switches for single features; unknown ones are ignored."},
}

const (
	leastFDs   = 32
	mostFDs    = 1048576
	defaultFDs = 4096
)

// WrittenConnections is server.max-connections as the admin wrote it, 0 if not
// at all.
func (c *ServerConfig) WrittenConnections() int { return int(c.wanted) }

// LimitConnections works out MaxConnections from the number of file
// descriptors the process may use; 0 stands for server.max-fds or its
// default. The warning, if any, is lighttpd's, for the error log.
func (c *ServerConfig) LimitConnections(fds uint32) (warning string) {
	if fds == 0 {
		fds = c.MaxFDs
	}
	if fds == 0 {
		fds = defaultFDs
	}
	share, most := uint32(10), uint32(10)
	if !c.Features.H2Proto {
		share, most = 3, 2
	}
	switch wanted := uint32(c.wanted); {
	case wanted == 0:
		c.MaxConnections = fds / share
	case wanted > fds/most:
		c.MaxConnections = fds / most
		return fmt.Sprintf("reducing server.max-connections (%d) to 1/%d server.max-fds (%d)", wanted, most, fds)
	default:
		c.MaxConnections = wanted
	}
	return ""
}

// complete fills in what lighttpd derives. tls tells whether ssl.engine is
// enabled globally.
func (c *ServerConfig) complete(tls bool, getenv func(string) (string, bool)) {
	switch {
	case c.portValue != 0:
		c.Port = c.portValue
	case tls:
		c.Port = 443
	default:
		c.Port = 80
	}
	if c.MaxWorker == 1 {
		c.MaxWorker = 0
	}
	if c.MaxFDs != 0 {
		c.MaxFDs = min(max(c.MaxFDs, leastFDs), mostFDs)
	}
	if c.UploadTempFileSize == 0 {
		c.UploadTempFileSize = 1 << 20
	}
	if c.ChunkSize == 0 {
		c.ChunkSize = 8192
	}
	if len(c.UploadDirs) == 0 {
		c.UploadDirs = []string{"/var/tmp"}
		if dir, _ := getenv("TMPDIR"); dir != "" {
			c.UploadDirs = []string{dir}
		}
	}
	c.Features = c.flags.features()
	c.SocketActivation = c.SocketActivation || c.Features.RestartInBackground
	c.opts.policy(&c.Policy)
	c.LimitConnections(0)
}
