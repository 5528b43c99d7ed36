package backend

import (
	"path"
	"strings"
	"unicode/utf8"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// Sendfile allows a backend to name a file that is sent in place of its body
// (x-sendfile).
type Sendfile struct {
	// DocRoots are the directories the file must lie in (x-sendfile-docroot),
	// as ParseDocRoots returns them. With none, any file will do.
	DocRoots []string
}

// ParseDocRoots cleans the values of x-sendfile-docroot. bad is the first one
// that is not absolute.
func ParseDocRoots(list []string) (clean []string, bad string, ok bool) {
	for _, dir := range list {
		if !strings.HasPrefix(dir, "/") {
			return nil, dir, false
		}
		if dir = path.Clean(dir); dir != "/" {
			dir += "/"
		}
		clean = append(clean, dir)
	}
	return clean, "", true
}

// send answers with the file that a backend has named.
func (s *Sendfile) send(r *server.Request, name string) server.Result {
	status, handler, module := r.Status, r.Handler, r.HandlerName
	if r.Resp.Has("Content-Length") {
		r.Resp.Set("Content-Length", "") // keeps its place for the file's
	}
	rc := s.try(r, name)
	if r.Handler == nil && status >= 300 {
		// The backend's own error counts more than its file's.
		r.Status, r.Handler, r.HandlerName = status, handler, module
	}
	return rc
}

func (s *Sendfile) try(r *server.Request, name string) server.Result {
	file, ok := unescape(name)
	if !ok || !utf8.ValidString(file) || file == "" {
		return r.Fail(502)
	}
	file = simplify(file)
	if r.Core.ForceLowercase {
		file = strings.ToLower(file)
	}
	if !s.allows(file) {
		r.Errorf("X-Sendfile (%s) not in x-sendfile-docroot", file)
		return r.Fail(403)
	}
	return r.SendFile(file, true)
}

func (s *Sendfile) allows(file string) bool {
	for _, dir := range s.DocRoots {
		if strings.HasPrefix(file, dir) {
			return true
		}
	}
	return len(s.DocRoots) == 0
}

// simplify resolves "." and ".."; a slash at the end stays.
func simplify(file string) string {
	clean := path.Clean(file)
	if strings.HasSuffix(file, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

// unescape undoes percent-encoding. A percent sign without two digits stands
// for itself; a NUL byte is refused.
func unescape(s string) (string, bool) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			hi, lo := hexValue(s[i+1]), hexValue(s[i+2])
			if hi < 16 && lo < 16 {
				c = hi<<4 | lo
				i += 2
			}
		}
		if c == 0 {
			return "", false
		}
		b = append(b, c)
	}
	return string(b), true
}

// hexValue is the value of a hexadecimal digit, or 16.
func hexValue(c byte) byte {
	switch {
	case digit(c):
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}
