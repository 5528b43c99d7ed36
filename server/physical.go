package server

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
	"golang.org/x/sys/unix"
)

// JoinPath joins a directory and a path below it with exactly one slash.
func JoinPath(dir, path string) string {
	a, b := strings.HasSuffix(dir, "/"), strings.HasPrefix(path, "/")
	switch {
	case a && b:
		return dir + path[1:]
	case a || b || dir == "":
		return dir + path
	}
	return dir + "/" + path
}

// Join is JoinPath without a new string where the stat cache knows the path or
// it is the same as the last time, as on a connection that repeats itself.
func (r *Request) Join(dir, path string) string {
	b := append(r.pathBuf[:0], dir...)
	if len(b) > 0 && b[len(b)-1] == '/' {
		b = b[:len(b)-1]
	}
	if !strings.HasPrefix(path, "/") && dir != "" {
		b = append(b, '/')
	}
	b = append(b, path...)
	r.pathBuf = b
	if e := r.server.files.find(b); e != nil {
		r.near, r.nearChecked = e, false
		return e.Path
	}
	if r.joined != string(b) {
		r.joined = string(b)
	}
	return r.joined
}

// mapPhysical makes the file's path of document root and URL path, when the
// virtual-host modules have had their say.
func (s *Server) mapPhysical(r *Request) Result {
	p := &r.Physical
	p.BaseDir = p.DocRoot
	p.Path = r.Join(p.DocRoot, p.RelPath)
	return GoOn
}

// logPhysical writes the second block of debug.log-request-handling.
func (s *Server) logPhysical(r *Request) Result {
	if !r.Core.Debug.RequestHandling {
		return GoOn
	}
	r.Debugf("-- logical -> physical")
	r.Debugf("Doc-Root     : %s", r.Physical.DocRoot)
	r.Debugf("Basedir      : %s", r.Physical.BaseDir)
	r.Debugf("Rel-Path     : %s", r.Physical.RelPath)
	r.Debugf("Path         : %s", r.Physical.Path)
	return GoOn
}

// checkPhysical looks the file up: whether it exists, with a path info cut
// off if need be, whether it may be reached, and whether a directory lacks
// its slash (http_response_physical_path_check). A handler chosen before has
// no use for a file.
func (s *Server) checkPhysical(r *Request) Result {
	e, err := r.Stat(r.Physical.Path)
	if err != nil {
		var rc Result
		if e, rc = s.missing(r, err); e == nil {
			return rc
		}
	}
	if !r.Core.FollowSymlink && containsSymlink(r.Physical.Path) {
		return r.refuseSymlink(r.Physical.Path)
	}
	if e.IsDir() && !strings.HasSuffix(r.URI.Path, "/") {
		r.RedirectToDirectory()
		return Finished
	}
	if r.Core.Debug.RequestHandling {
		r.Debugf("-- handling subrequest")
		r.Debugf("Path         : %s", r.Physical.Path)
		r.Debugf("URI          : %s", r.URI.Path)
		r.Debugf("Pathinfo     : %s", r.PathInfo)
	}
	return GoOn
}

// missing finds the file in front of a path info, or decides the answer.
func (s *Server) missing(r *Request, err error) (*StatEntry, Result) {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, r.Fail(403)
	case errors.Is(err, syscall.ENOTDIR):
		if e := s.splitPathInfo(r); e != nil {
			return e, GoOn
		}
		return nil, r.notFound(nil)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENAMETOOLONG):
		if r.Method == "OPTIONS" && r.Resp.Has("Allow") {
			r.Status = 200
			return nil, Finished
		}
		return nil, r.notFound(err)
	}
	r.Errorf("file not found ... or so: %s -> %s: %s", r.URI.Path, r.Physical.Path, Strerror(err))
	return nil, r.Fail(500)
}

// notFound answers 404 and writes the lines of debug.log-file-not-found. err is
// nil when a path info was looked for and not found.
func (r *Request) notFound(err error) Result {
	if r.Core.Debug.FileNotFound {
		if err != nil {
			r.Debugf("-- : %s", Strerror(err))
		} else {
			r.Debugf("-- file not found")
		}
		r.Debugf("Path         : %s", r.Physical.Path)
		r.Debugf("URI          : %s", r.URI.Path)
	}
	return r.Fail(404)
}

// splitPathInfo looks for a regular file on the way down the path and makes
// what follows it the path info. Conditions on the URL then see the shorter
// path.
func (s *Server) splitPathInfo(r *Request) *StatEntry {
	if s.Opts.Features.NoPathInfo {
		return nil
	}
	path, base := r.Physical.Path, strings.TrimSuffix(r.Physical.BaseDir, "/")
	if !strings.HasPrefix(path, base+"/") {
		return nil // as lighttpd: "/xf/info" has none for an alias "/" => "/x"
	}
	// The base itself may be the file: alias.url = ( "/a.txt" => "/b.txt" ).
	for end := len(base); ; {
		if end > 0 {
			e, err := r.Stat(path[:end])
			switch {
			case err != nil:
				return nil
			case e.IsRegular():
				r.cutPathInfo(end)
				return e
			case !e.IsDir():
				return nil
			}
		}
		next := strings.IndexByte(path[end+1:], '/')
		if next < 0 {
			return nil
		}
		end += 1 + next
	}
}

// cutPathInfo ends the file's path at place end. The rest is taken from the
// URL path, whose letters keep their case.
func (r *Request) cutPathInfo(end int) {
	info := r.Physical.Path[end:]
	if cut := len(r.URI.Path) - len(info); cut >= 0 {
		info = r.URI.Path[cut:]
		r.URI.Path = r.URI.Path[:cut]
	}
	r.PathInfo = info
	r.Physical.Path = r.Physical.Path[:end]
	r.Invalidate(eval.HTTPURL)
}

// refuseSymlink answers for server.follow-symlink.
func (r *Request) refuseSymlink(path string) Result {
	if r.Core.Debug.RequestHandling {
		r.Debugf("-- access denied due to symlink restriction")
		r.Debugf("Path         : %s", path)
		r.Debugf("URI          : %s", r.URI.Path)
	}
	return r.Fail(403)
}

// containsSymlink reports whether the path or any directory on it is a
// symbolic link (stat_cache_path_contains_symlink). What cannot be looked at
// counts as one.
func containsSymlink(path string) bool {
	path = strings.TrimRight(path, "/")
	for end := len(path); end > 0; end = strings.LastIndexByte(path[:end], '/') {
		var st unix.Stat_t
		if err := unix.Lstat(path[:end], &st); err != nil || st.Mode&unix.S_IFMT == unix.S_IFLNK {
			return true
		}
	}
	return false
}

// RedirectToDirectory answers 301 with the URL of r and a slash
// (http_response_redirect_to_directory). The path is encoded anew, the query
// is kept as it was normalised.
func (r *Request) RedirectToDirectory() {
	b := make([]byte, 0, 256)
	if r.server.Opts.Features.AbsoluteDirRedirect {
		b = append(append(b, r.URI.Scheme...), "://"...)
		b = append(b, r.Authority()...)
	}
	b = burl.AppendEncodedPath(b, r.URI.Path)
	b = append(b, '/')
	if r.URI.Query != "" {
		b = append(append(b, '?'), r.URI.Query...)
	}
	r.Resp.Set("Location", string(b))
	r.Status = 301
}
