package daemon

import (
	"fmt"
	"os"
	"strconv"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// pidFile is server.pid-file. It is opened early, so that a wrong path is
// noticed before anything is bound, and written to only when the server is
// up: a start that fails leaves the file of a running server alone.
type pidFile struct {
	path    string
	f       *os.File
	created bool // by us: a failed start removes it again
	written bool
}

// openPIDFile opens or creates the file without changing what is in it.
func openPIDFile(path string) (*pidFile, error) {
	if path == "" {
		return nil, nil
	}
	p := &pidFile{path: path}
	var err error
	p.f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		p.created = true
		return p, nil
	}
	if !os.IsExist(err) {
		return nil, fmt.Errorf("opening pid-file failed: %s: %s", path, server.Strerror(err))
	}
	// A fifo would make the open wait for a reader.
	if st, err := os.Stat(path); err != nil || !st.Mode().IsRegular() {
		return nil, fmt.Errorf("opening pid-file failed: %s: not a regular file", path)
	}
	if p.f, err = os.OpenFile(path, os.O_WRONLY, 0); err != nil {
		return nil, fmt.Errorf("opening pid-file failed: %s: %s", path, server.Strerror(err))
	}
	return p, nil
}

// write puts the process id into the file.
func (p *pidFile) write() error {
	if p == nil {
		return nil
	}
	p.written = true
	if err := p.f.Truncate(0); err != nil {
		return fmt.Errorf("writing pid-file failed: %s: %s", p.path, server.Strerror(err))
	}
	if _, err := p.f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("writing pid-file failed: %s: %s", p.path, server.Strerror(err))
	}
	return nil
}

// remove empties and removes the file. Under chroot the path leads elsewhere
// and the file is only emptied. A directory that does not let the file go
// leaves it behind, empty.
func (p *pidFile) remove(chroot bool, log *server.Log) {
	if p == nil || p.f == nil {
		return
	}
	if p.written {
		p.f.Truncate(0)
	}
	if !chroot && (p.written || p.created) {
		if err := os.Remove(p.path); err != nil && !os.IsPermission(err) {
			log.Errorf("unlink failed for: %s: %s", p.path, server.Strerror(err))
		}
	}
	p.f.Close()
	p.f = nil
}
