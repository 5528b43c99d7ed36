package server

// Core holds the core's own per-request directives (request_config). It is
// shared between requests: read only.
type Core struct {
	DocumentRoot         string // server.document-root
	Name                 string // server.name
	Tag                  string // server.tag; "" sends no Server field
	ErrorfilePrefix      string // server.errorfile-prefix
	ErrorHandler         string // server.error-handler
	ErrorHandler404      string // server.error-handler-404
	ErrorLog             string // server.errorlog
	BreakageLog          string // server.breakagelog
	MaxRequestSize       uint32 // KiB, 0 = unlimited
	MaxKeepAliveRequests uint16
	MaxKeepAliveIdle     uint16 // seconds, 0 = no keep-alive
	MaxReadIdle          uint16 // seconds
	MaxWriteIdle         uint16 // seconds
	StreamRequestBody    uint16 // bits: 1 stream, 2 small buffers (set only with 1)
	StreamResponseBody   uint16
	Shared               *SharedRate // server.kbytes-per-second
	ConnKBytesPerSecond  uint16      // connection.kbytes-per-second
	ErrorIntercept       bool
	ForceLowercase       bool // server.force-lowercase-filenames
	FollowSymlink        bool
	HTTP11               bool // server.protocol-http11
	RangeRequests        bool
	UseXattr             bool // mimetype.use-xattr
	ETagInode            bool
	ETagMtime            bool
	ETagSize             bool
	MimeTypes            *MimeTable // mimetype.assign
	Debug                Debug

	lowercaseSet      bool // server.force-lowercase-filenames was written
	streamRequestSet  bool // server.stream-request-body was written
	streamResponseSet bool // server.stream-response-body was written
}

// Debug holds the debug.* switches.
type Debug struct {
	ConditionHandling, FileNotFound, RequestHandling bool
	RequestHeader, ResponseHeader, Timeouts          bool
}

// Release is the lighttpd release whose behaviour this server has. It is
// what server.tag and -v show, since scripts ask for it.
const Release = "1.4.86"

// coreTable lists the core's per-request directives.
var coreTable = Table[Core]{
	{Name: "server.document-root", Bind: String(func(c *Core) *string { return &c.DocumentRoot }),
		Doc: "Directory that URL paths are looked up in. It must be set outside of conditions, as an absolute path; a directory that does not exist yields 404."},
	{Name: "server.name", Bind: String(func(c *Core) *string { return &c.Name }),
		Doc: "SERVER_NAME for backends; without it, the host of the request. Absolute redirects use it only when the request has no host."},
	{Name: "server.tag", Bind: serverTag(), Default: `"lighttpd/` + Release + `"`,
		Doc: "Value of the `Server` response header. An empty or blank value outside of conditions sends none; an empty value inside a condition changes nothing."},
	{Name: "server.errorfile-prefix", Bind: String(func(c *Core) *string { return &c.ErrorfilePrefix }),
		Doc: "Error pages are read from this prefix followed by the status and `.html`, such as `/srv/errors/404.html` for `/srv/errors/`."},
	{Name: "server.error-handler", Bind: String(func(c *Core) *string { return &c.ErrorHandler }),
		Doc: "URL path that answers in place of any status of 400 or more."},
	{Name: "server.error-handler-404", Bind: String(func(c *Core) *string { return &c.ErrorHandler404 }),
		Doc: "URL path that answers in place of 404."},
	{Name: "server.error-intercept", Bind: Bool(func(c *Core) *bool { return &c.ErrorIntercept }),
		Doc: "Apply error pages and error handlers to answers of backends, too."},
	{Name: "server.errorlog", Bind: String(func(c *Core) *string { return &c.ErrorLog }),
		Doc: "Error log: a file, or `|command`. Without it, messages go to standard error with `-D` and nowhere in the background. Inside a condition: the messages of those requests."},
	{Name: "server.breakagelog", Bind: String(func(c *Core) *string { return &c.BreakageLog }),
		Doc: "Standard error of CGI and SSI programs: a file, or `|command`."},
	{Name: "server.max-request-size", Bind: Int(func(c *Core) *uint32 { return &c.MaxRequestSize }), Default: "0",
		Doc: "Largest request body in KiB; 0 sets no limit. Larger ones are answered with 413."},
	{Name: "server.max-keep-alive-requests", Bind: Short(func(c *Core) *uint16 { return &c.MaxKeepAliveRequests }), Default: "1000",
		Doc: "Requests on one connection before it is closed."},
	{Name: "server.max-keep-alive-idle", Bind: Short(func(c *Core) *uint16 { return &c.MaxKeepAliveIdle }), Default: "5",
		Doc: "Seconds that a connection may wait for its next request; 0 turns keep-alive off."},
	{Name: "server.max-read-idle", Bind: Short(func(c *Core) *uint16 { return &c.MaxReadIdle }), Default: "60",
		Doc: "Seconds without a byte from the client, while it is sending a request, before the connection is closed."},
	{Name: "server.max-write-idle", Bind: Short(func(c *Core) *uint16 { return &c.MaxWriteIdle }), Default: "360",
		Doc: "Seconds without progress in sending a response before the connection is closed."},
	{Name: "server.stream-request-body", Bind: streamBits(requestStream), Default: "0",
		Doc: "How a request body reaches a backend: 0 when it is complete, 1 while it arrives, 2 likewise with small buffers."},
	{Name: "server.stream-response-body", Bind: streamBits(responseStream), Default: "0",
		Doc: "How a backend's response reaches the client: 0 when it is complete, 1 while it arrives, 2 likewise with small buffers."},
	{Name: "server.kbytes-per-second", Bind: Parsed(TypeShort, parseSharedRate, func(c *Core) **SharedRate { return &c.Shared }), Default: "0",
		Doc: "KiB a second for all connections under the same condition together; 0 sets no limit."},
	{Name: "connection.kbytes-per-second", Bind: Short(func(c *Core) *uint16 { return &c.ConnKBytesPerSecond }), Default: "0",
		Doc: "KiB a second for each connection; 0 sets no limit."},
	{Name: "server.follow-symlink", Bind: Bool(func(c *Core) *bool { return &c.FollowSymlink }), Default: `"enable"`,
		Doc: "Disabled: 403 for files reached over a symbolic link, be it the file or any directory on its path."},
	{Name: "server.force-lowercase-filenames", Bind: lowercase(),
		Doc: "Lower-case the path before it is looked up. Without it: enabled if the file system of the document root ignores case."},
	{Name: "server.protocol-http11", Bind: Bool(func(c *Core) *bool { return &c.HTTP11 }), Default: `"enable"`,
		Doc: "Disabled: HTTP/1.1 requests are treated as HTTP/1.0."},
	{Name: "server.range-requests", Bind: Bool(func(c *Core) *bool { return &c.RangeRequests }), Default: `"enable"`,
		Doc: "Disabled: `Range` is ignored and `Accept-Ranges` not sent."},
	{Name: "mimetype.assign", Bind: Parsed(TypeStringMap, parseMimeTypes, func(c *Core) **MimeTable { return &c.MimeTypes }),
		Doc: "Content types by suffix or file name. With fewer than 16 entries, the first key that ends the path wins; with more, the longest suffix. `\"\"` matches everything. Without it: a built-in table."},
	{Name: "mimetype.use-xattr", Bind: Bool(func(c *Core) *bool { return &c.UseXattr }), Default: `"disable"`,
		Doc: "Take the content type from the file's extended attribute `mimetype.xattr-name`, if it has one."},
	{Name: "etag.use-inode", Bind: Bool(func(c *Core) *bool { return &c.ETagInode }), Default: `"enable"`,
		Doc: "Make the inode number part of the ETag."},
	{Name: "etag.use-mtime", Bind: Bool(func(c *Core) *bool { return &c.ETagMtime }), Default: `"enable"`,
		Doc: "Make the modification time part of the ETag."},
	{Name: "etag.use-size", Bind: Bool(func(c *Core) *bool { return &c.ETagSize }), Default: `"enable"`,
		Doc: "Make the size part of the ETag."},
	{Name: "debug.log-condition-handling", Bind: Bool(func(c *Core) *bool { return &c.Debug.ConditionHandling }), Default: `"disable"`,
		Doc: "Log how each condition was evaluated."},
	{Name: "debug.log-file-not-found", Bind: Bool(func(c *Core) *bool { return &c.Debug.FileNotFound }), Default: `"disable"`,
		Doc: "Log paths that do not exist."},
	{Name: "debug.log-request-handling", Bind: Bool(func(c *Core) *bool { return &c.Debug.RequestHandling }), Default: `"disable"`,
		Doc: "Log how a request becomes a path and who answers it."},
	{Name: "debug.log-request-header", Bind: Bool(func(c *Core) *bool { return &c.Debug.RequestHeader }), Default: `"disable"`,
		Doc: "Log the head of each request."},
	{Name: "debug.log-response-header", Bind: Bool(func(c *Core) *bool { return &c.Debug.ResponseHeader }), Default: `"disable"`,
		Doc: "Log the head of each response."},
	{Name: "debug.log-timeouts", Bind: Bool(func(c *Core) *bool { return &c.Debug.Timeouts }), Default: `"disable"`,
		Doc: "Log connections that were closed because of an idle limit."},
	{Name: "debug.log-state-handling", Bind: Ignored[Core](TypeBool),
		Doc: "Accepted and without effect."},
}
