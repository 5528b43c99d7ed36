package dirlisting

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// cache is a dir-listing.cache: listings in files, each below the directory
// at the path of what it lists.
type cache struct {
	path   string
	maxAge int64 // seconds
}

// defaultMaxAge is how long a listing is used, in seconds.
const defaultMaxAge = 15

func parseCache(at server.At, v eval.Value) (*cache, error) {
	c := &cache{maxAge: defaultMaxAge}
	given := false
	for _, e := range v.List {
		switch strings.ToLower(e.Key) {
		case "max-age":
			c.maxAge = seconds(e.Value)
		case "path":
			if e.Value.Kind != eval.String || e.Value.Str == "" {
				return nil, errors.New(`dir-listing.cache "path" must have string value`)
			}
			given, c.path = true, e.Value.Str
		}
	}
	if c.maxAge <= 0 {
		return nil, nil
	}
	if !given {
		return nil, errors.New(`dir-listing.cache must include "path"`)
	}
	if _, err := os.Stat(c.path); err != nil && !at.Loader.Preflight {
		at.Loader.Warnf(at.Range, "dir-listing.cache \"path\" => %q does not exist", c.path)
	}
	return c, nil
}

// seconds reads max-age, a number or the text of one.
func seconds(v eval.Value) int64 {
	if v.Kind == eval.Integer {
		return int64(v.Int)
	}
	n, err := strconv.ParseInt(v.Str, 10, 32)
	if err != nil {
		return defaultMaxAge
	}
	return n
}

// file is where the listing for r is kept.
func (c *cache) file(r *server.Request) string {
	name := "dirlist.html"
	if wantsJSON(r) {
		name = "dirlist.json"
	}
	return server.JoinPath(server.JoinPath(c.path, r.Physical.Path), name)
}

// send answers with a listing that is fresh enough.
func (c *cache) send(r *server.Request, conf *config) bool {
	path := c.file(r)
	e, err := r.Stat(path)
	if err != nil || !e.IsRegular() {
		return false
	}
	left := e.ModTime.Unix() + c.maxAge - time.Now().Unix()
	if left < 0 || left > c.maxAge {
		return false
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	describe(r, conf)
	c.label(r, e, left)
	r.Queue.AppendBytes(body)
	r.Status = 200
	return true
}

// store keeps a listing. What cannot be kept is sent all the same.
func (c *cache) store(r *server.Request, body []byte) {
	path := c.file(r)
	if err := replace(path, body); err != nil {
		r.Errorf("dir-listing.cache %s: %s", path, server.Strerror(err))
		return
	}
	r.Forget(path)
	if e, err := r.Stat(path); err == nil {
		c.label(r, e, c.maxAge)
	}
}

// label sets what clients may do with the listing.
func (c *cache) label(r *server.Request, e *server.StatEntry, left int64) {
	r.Resp.Set("Cache-Control", "max-age="+strconv.FormatInt(left, 10))
	if tag := e.ETag(r.Core); tag != "" {
		r.Resp.Set("ETag", tag)
	}
}

// replace writes a file in one step, so that no reader sees half of it.
func replace(path string, content []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+".")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
