package tunnel

import (
	"errors"
	"net"
	"strings"
	"syscall"
)

// strerror is the reason of an error in the words of C's strerror.
func strerror(err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err.Error()
	}
	s := no.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}

// descriptor is the number of a connection's descriptor, for log lines.
func descriptor(c net.Conn) int {
	n := -1
	if sc, ok := c.(syscall.Conn); ok {
		if raw, err := sc.SyscallConn(); err == nil {
			raw.Control(func(fd uintptr) { n = int(fd) })
		}
	}
	return n
}
