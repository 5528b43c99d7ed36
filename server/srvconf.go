package server

import "github.com/lighttpd-go/lighttpd-go/server/internal/h1"

// ServerConfig holds the server-wide directives (srvconf).
type ServerConfig struct {
	Modules             []string // after the rules of server.modules
	Port                uint16
	Bind                string
	Chroot              string
	Username, Groupname string
	PidFile             string
	MaxWorker           uint16
	MaxFDs              uint32
	MaxConnections      uint32
	UploadDirs          []string
	UploadTempFileSize  uint32 // bytes
	StatCacheEngine     string
	XattrName           string
	CoreFiles           bool
	SocketActivation    bool
	ErrorLogSyslog      bool
	SyslogFacility      string
	HeaderOnError       bool // debug.log-request-header-on-error
	Policy              h1.Policy
	Features            Features
}

// Features are the server.feature-flags that the core reads.
type Features struct {
	H2Proto              bool
	H2C                  bool
	AbsoluteDirRedirect  bool
	NoPathInfo           bool // server.http-pathinfo disabled
	HTTP10Range          bool
	TrailerWhitelist     []string
	ErrorLogUTF8         bool
	ErrorLogPrecise      bool
	GracefulTimeout      uint32 // seconds, 0 = no limit
	GracefulUnconfigSock bool
}
