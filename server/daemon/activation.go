package daemon

import (
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// firstFD is the first descriptor a service manager passes
// (SD_LISTEN_FDS_START).
const firstFD = 3

// maxFDs bounds LISTEN_FDS.
const maxFDs = 5000

// activated reports whether a service manager passed sockets to this process.
func activated() bool { return listenFDs() > 0 }

// listenFDs is how many sockets were passed. LISTEN_PID names this process, or
// "parent:" and its parent.
func listenFDs() int {
	pid := os.Getenv("LISTEN_PID")
	parent, ok := strings.CutPrefix(pid, "parent:")
	switch {
	case ok && parent == strconv.Itoa(os.Getppid()):
	case pid == strconv.Itoa(os.Getpid()):
	default:
		return 0
	}
	n, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	if err != nil || n <= 0 || n >= maxFDs {
		return 0
	}
	return n
}

// takeActivated makes listeners of the sockets that were passed and removes
// the variables, so that CGI programs do not see them.
func takeActivated() ([]*listener, error) {
	var all []*listener
	n := listenFDs()
	for fd := firstFD; fd < firstFD+n; fd++ {
		syscall.CloseOnExec(fd)
		ln, err := inherit(fd)
		if err != nil {
			return nil, err
		}
		syscall.Close(fd)
		all = append(all, &listener{Listener: ln, token: tokenOf(ln.Addr())})
	}
	os.Unsetenv("LISTEN_PID")
	os.Unsetenv("LISTEN_FDS")
	os.Unsetenv("LISTEN_FDNAMES")
	return all, nil
}

// tokenOf is the canonical text of a bound address.
func tokenOf(a net.Addr) string {
	switch a := a.(type) {
	case *net.TCPAddr:
		ap := a.AddrPort()
		if a.IP.To4() != nil {
			return net.JoinHostPort(ap.Addr().Unmap().String(), strconv.Itoa(a.Port))
		}
		return ap.String()
	case *net.UnixAddr:
		if name, ok := strings.CutPrefix(a.Name, "@"); ok {
			return `\x00` + name
		}
		return a.Name
	}
	return a.String()
}
