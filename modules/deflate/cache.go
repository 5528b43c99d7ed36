package deflate

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// prepareCache makes sure that deflate.cache-dir exists.
func prepareCache(dir string, preflight bool) error {
	if dir == "" || preflight {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("can't stat deflate.cache-dir %s: %w", dir, err)
	}
	return nil
}

// cacheable reports whether the response is a whole plain file that anyone
// may see.
func cacheable(r *server.Request) bool {
	control := strings.ToLower(r.Resp.Get("Cache-Control"))
	return r.Status == 200 && r.Queue.WholeFile() && !r.Resp.Has("Vary") &&
		!strings.Contains(control, "private") && !strings.Contains(control, "no-store")
}

// cacheName is the name of the compressed copy of a file with that tag.
func cacheName(dir, path, tag string) string {
	tag = strings.ReplaceAll(strings.Trim(strings.TrimPrefix(tag, "W/"), `"`), "/", "~")
	return filepath.Join(dir, path) + "-" + tag
}

// useCached replaces the body by a copy made earlier.
func useCached(r *server.Request, name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		f.Close()
		return false
	}
	r.Queue.Reset()
	r.Queue.AppendFile(f, 0, info.Size(), f)
	return true
}

// newKeepingFilter compresses and keeps the outcome under name. Not being
// able to keep it is logged and does no harm to the response.
func newKeepingFilter(r *server.Request, c coder, p params, name string) func(io.Reader) io.Reader {
	return func(src io.Reader) io.Reader {
		z := newCompressor(r, src, c, p)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			r.Errorf("creating deflate.cache-dir %s failed: %v", filepath.Dir(name), err)
			return z
		}
		temp := name + "." + strconv.Itoa(os.Getpid())
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			if !os.IsExist(err) { // else another request is writing it
				r.Errorf("creating cachefile %s failed: %v", temp, err)
			}
			return z
		}
		return &keeper{r: r, src: z, file: f, temp: temp, name: name}
	}
}

// keeper copies what is read through it into a file, which gets its name
// when it is complete.
type keeper struct {
	r          *server.Request
	src        io.Reader
	file       *os.File
	temp, name string
	failed     error
}

// Read implements io.Reader.
func (k *keeper) Read(p []byte) (int, error) {
	n, err := k.src.Read(p)
	if n > 0 && k.failed == nil {
		_, k.failed = k.file.Write(p[:n])
	}
	if err != nil {
		k.settle(err == io.EOF)
	}
	return n, err
}

// settle ends the copy, once.
func (k *keeper) settle(complete bool) {
	if k.file == nil {
		return
	}
	if err := k.file.Close(); err != nil && k.failed == nil {
		k.failed = err
	}
	k.file = nil
	if complete && k.failed == nil {
		k.failed = os.Rename(k.temp, k.name)
	}
	if k.failed != nil {
		k.r.Errorf("writing cachefile %s failed: %v", k.name, k.failed)
	}
	if !complete || k.failed != nil {
		os.Remove(k.temp)
	}
}
