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
	StreamRequestBody    uint16 // bits, see spec: 1 stream, 2 small buffers (implies 1)
	StreamResponseBody   uint16
	KBytesPerSecond      uint16 // server.kbytes-per-second, KiB/s, 0 = no limit
	ConnKBytesPerSecond  uint16 // connection.kbytes-per-second
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
}

// Debug holds the debug.* switches.
type Debug struct {
	ConditionHandling, FileNotFound, RequestHandling bool
	RequestHeader, ResponseHeader, Timeouts          bool
}
