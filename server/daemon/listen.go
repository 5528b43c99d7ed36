package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// listener is an open listening socket. It outlives the configuration that
// opened it.
type listener struct {
	net.Listener
	token  string
	served bool // a goroutine accepts from it
}

// open binds and listens. nil without an error is an IPv6 address on a kernel
// without IPv6, which is skipped.
func (w *wanted) open(o *server.ServerConfig, log *server.Log) (*listener, error) {
	var ln net.Listener
	var err error
	switch w.network {
	case "stdin":
		ln, err = inherit(0)
	case "unix":
		ln, err = w.openUnix()
	default:
		w.warn(log)
		ln, err = w.openTCP(o.Features.MPTCP)
	}
	if w.network == "tcp6" && errors.Is(err, syscall.EAFNOSUPPORT) {
		log.Warnf("warning: IPv6 is not supported; skipping %s", w.token)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if b := w.config.Backlog; b > 0 {
		setBacklog(ln, int(min(b, 1<<30)))
	}
	return &listener{Listener: ln, token: w.token}, nil
}

// warn tells about settings that lighttpd discourages.
func (w *wanted) warn(log *server.Log) {
	if w.explicit && !w.config.V6Only {
		log.Warnf("warning: server.set-v6only will be removed soon, update your config to have different sockets for ipv4 and ipv6")
	}
	if w.network == "tcp6" && !w.explicit && w.ip.Addr().IsUnspecified() {
		log.Warnf("warning: please use server.use-ipv6 only for hostnames, not without server.bind / empty address; " +
			"your config will break if the kernel default for IPV6_V6ONLY changes")
	}
}

func (w *wanted) openTCP(mptcp bool) (net.Listener, error) {
	lc := net.ListenConfig{
		Control:   func(_, _ string, c syscall.RawConn) error { return w.setOptions(c) },
		KeepAlive: -1, // lighttpd leaves SO_KEEPALIVE alone
	}
	lc.SetMultipathTCP(mptcp)
	ln, err := lc.Listen(context.Background(), w.network, w.ip.String())
	if err != nil {
		return nil, fmt.Errorf("bind() %s: %s", w.token, server.Strerror(err))
	}
	return ln, nil
}

// setOptions sets the options that have to be there before bind.
func (w *wanted) setOptions(c syscall.RawConn) (err error) {
	set := func(fd uintptr, level, name, value int) {
		if err == nil {
			err = unix.SetsockoptInt(int(fd), level, name, value)
		}
	}
	cerr := c.Control(func(fd uintptr) {
		if w.network == "tcp6" {
			set(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, w.v6only())
		}
		if w.config.DeferAccept && !w.config.TLS {
			set(fd, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 1)
		}
		if w.config.Transparent && w.network == "tcp6" {
			set(fd, unix.IPPROTO_IPV6, unix.IPV6_TRANSPARENT, 1)
		} else if w.config.Transparent {
			set(fd, unix.IPPROTO_IP, unix.IP_TRANSPARENT, 1)
		}
	})
	return errors.Join(err, cerr)
}

// v6only is the value of IPV6_V6ONLY: server.v4mapped decides if it is set,
// else server.set-v6only for addresses written as IPv6.
func (w *wanted) v6only() int {
	on := w.explicit && w.config.V6Only
	switch w.config.V4Mapped {
	case server.Enabled:
		on = false
	case server.Disabled:
		on = true
	}
	if on {
		return 1
	}
	return 0
}

func (w *wanted) openUnix() (net.Listener, error) {
	if !strings.HasPrefix(w.path, "@") {
		if err := clearPath(w.path); err != nil {
			return nil, err
		}
	}
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: w.path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("bind() unix:%s: %s", w.path, server.Strerror(err))
	}
	ln.SetUnlinkOnClose(false) // lighttpd leaves socket files behind
	if w.config.Perms != "" && !strings.HasPrefix(w.path, "@") {
		mode, err := strconv.ParseUint(w.config.Perms, 8, 32)
		if err == nil {
			err = os.Chmod(w.path, fs.FileMode(mode))
		}
		if err != nil {
			ln.Close()
			return nil, fmt.Errorf("chmod(%q, %s): %s", w.path, w.config.Perms, server.Strerror(err))
		}
	}
	return ln, nil
}

// clearPath removes what is in the way of a unix socket, unless a server
// answers there.
func clearPath(path string) error {
	c, err := net.DialTimeout("unix", path, time.Second)
	switch {
	case err == nil:
		c.Close()
		return fmt.Errorf("server socket is still in use: %s", path)
	case errors.Is(err, syscall.ENOENT):
		return nil
	case errors.Is(err, syscall.ECONNREFUSED):
		os.Remove(path)
		return nil
	}
	return fmt.Errorf("testing socket failed: %s: %s", path, server.Strerror(err))
}

// setBacklog replaces the backlog the net package has chosen.
func setBacklog(ln net.Listener, n int) {
	var rc syscall.RawConn
	switch ln := ln.(type) {
	case *net.TCPListener:
		rc, _ = ln.SyscallConn()
	case *net.UnixListener:
		rc, _ = ln.SyscallConn()
	}
	if rc != nil {
		rc.Control(func(fd uintptr) { unix.Listen(int(fd), n) })
	}
}

// inherit makes a listener of a descriptor that was passed to the process. The
// descriptor itself stays open.
func inherit(fd int) (net.Listener, error) {
	dup, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, fmt.Errorf("inherited descriptor %d: %s", fd, server.Strerror(err))
	}
	f := os.NewFile(uintptr(dup), "listen")
	defer f.Close()
	ln, err := net.FileListener(f)
	if err != nil {
		return nil, fmt.Errorf("inherited descriptor %d is no listening socket: %s", fd, server.Strerror(err))
	}
	return ln, nil
}
