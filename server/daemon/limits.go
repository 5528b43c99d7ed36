package daemon

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// defaultFDs is what the soft limit of descriptors is set to without
// server.max-fds.
const defaultFDs = 4096

// setLimits applies server.max-fds and server.core-files. Failing to is not
// fatal. It returns the number of descriptors the server may use.
func setLimits(o *server.ServerConfig, log *server.Log) uint32 {
	if o.CoreFiles {
		var core unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &core); err == nil {
			core.Cur = core.Max
			unix.Setrlimit(unix.RLIMIT_CORE, &core)
		}
	}
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &now); err != nil {
		log.Errorf("getrlimit(): %s", server.Strerror(err))
		return defaultFDs
	}
	want := now
	switch n := uint64(o.MaxFDs); {
	case n == 0:
		want.Cur = min(defaultFDs, now.Max)
	case os.Geteuid() == 0:
		want.Cur, want.Max = n, max(n, now.Max)
	default:
		want.Cur = n
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &want); err != nil {
		log.Errorf("setrlimit() %d: %s", want.Cur, server.Strerror(err))
		return uint32(min(now.Cur, defaultFDs))
	}
	return uint32(min(want.Cur, 1<<20))
}
