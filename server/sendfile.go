package server

import (
	"errors"
	"io/fs"
)

// unknownType is sent for a file that no mimetype.assign entry covers.
const unknownType = "application/octet-stream"

// SendFile answers with a file (http_response_send_file): 200 with type,
// length and, with a known type, ETag and Last-Modified; 304 or 412 if the
// client has it; 403 or 404 if it cannot be sent. etags says whether to make
// an ETag at all. A Content-Type, ETag or Last-Modified that is set stays.
func (r *Request) SendFile(path string, etags bool) Result {
	e, err := r.Stat(path)
	if err != nil {
		return r.cannotSend(path, err)
	}
	if !r.Core.FollowSymlink && containsSymlink(path) {
		return r.refuseSymlink(path)
	}
	if !e.IsRegular() {
		if r.Core.Debug.FileNotFound {
			r.Debugf("not a regular file: %s -> %s", r.URI.Path, path)
		}
		return r.Fail(403)
	}
	before := e
	if e, err = r.appendFile(e, r.Core.FollowSymlink); err != nil {
		return r.cannotSend(path, err)
	}
	if e != before {
		r.Forget(path)
	}
	if r.describe(e, etags) {
		r.Queue.Reset()
		return Finished
	}
	r.Queue.whole = true
	r.Resp.Set("Content-Length", e.text().length)
	if r.Status == 0 {
		r.Status = 200
	}
	return Finished
}

// cannotSend answers for a file that cannot be opened.
func (r *Request) cannotSend(path string, err error) Result {
	if r.Core.Debug.FileNotFound {
		r.Debugf("file not found or so: %s -> %s: %s", r.URI.Path, path, Strerror(err))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return r.Fail(404)
	}
	return r.Fail(403)
}

// describe sets the fields that belong to a file. It reports true if the
// client needs no body. A file without a known type gets nothing that would
// let it be cached.
func (r *Request) describe(e *StatEntry, etags bool) bool {
	cachable := r.Status == 0 || r.Status == 200
	if !r.Resp.Has("Content-Type") {
		t := e.contentType(r)
		if t == "" {
			t, cachable = unknownType, false
		}
		r.Resp.Set("Content-Type", t)
	}
	if !cachable {
		return false
	}
	if tag := e.ETag(r.Core); etags && tag != "" && !r.Resp.Has("ETag") {
		r.Resp.Set("ETag", tag)
	}
	if !r.Resp.Has("Last-Modified") {
		r.Resp.Set("Last-Modified", e.text().lastModified)
	}
	return r.Conditional(e.ModTime)
}

// appendFile adds a file to the body and returns it as it was when it was
// opened.
func (r *Request) appendFile(e *StatEntry, follow bool) (*StatEntry, error) {
	if !e.IsRegular() {
		return nil, fs.ErrPermission
	}
	if e.Size == 0 {
		return e, nil
	}
	if content := e.small(follow); content != nil {
		r.Queue.appendShared(content)
		return e, nil
	}
	e, f, err := e.open(follow)
	if err != nil {
		return nil, err
	}
	if !e.IsRegular() {
		f.Close()
		return nil, fs.ErrPermission
	}
	r.Queue.AppendFile(f.File, 0, e.Size, f)
	return e, nil
}
