package dirlisting

import (
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// batch is how many names are read at a time. A directory with more is large:
// while as many of those are being listed as the limit allows, other listings
// are refused.
const batch = 32

// entry is one line of a listing.
type entry struct {
	name  string
	size  int64
	mtime int64 // seconds
	dir   bool
}

// walk goes through a directory, a batch of names at a time.
type walk struct {
	m     module
	dir   *os.File
	conf  *config
	large bool
}

// open begins a walk, which must be closed.
func (m module) open(path string, conf *config) (*walk, error) {
	dir, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &walk{m: m, dir: dir, conf: conf}, nil
}

// next appends the entries of another batch, in the order of the file system.
// At the end it returns io.EOF.
func (w *walk) next(entries []entry) ([]entry, error) {
	names, err := w.dir.Readdirnames(batch)
	for _, name := range names {
		if e, ok := look(w.dir, name, w.conf); ok {
			entries = append(entries, e)
		}
	}
	if !w.large && len(names) == batch {
		w.large = true
		w.m.large.Add(1)
	}
	return entries, err
}

// Close ends the walk.
func (w *walk) Close() error {
	if w.large {
		w.large = false
		w.m.large.Add(-1)
	}
	return w.dir.Close()
}

// all returns everything that a listing shows.
func (w *walk) all() ([]entry, error) {
	var entries []entry
	for {
		var err error
		if entries, err = w.next(entries); err != nil {
			if err == io.EOF {
				err = nil
			}
			return entries, err
		}
	}
}

// look looks at one name in the directory, through symbolic links. Names that
// are not shown, and links that lead nowhere, give nothing.
func look(dir *os.File, name string, conf *config) (entry, bool) {
	if conf.hides(name) {
		return entry{}, false
	}
	var st unix.Stat_t
	if err := unix.Fstatat(int(dir.Fd()), name, &st, 0); err != nil {
		return entry{}, false
	}
	return entry{
		name:  name,
		size:  st.Size,
		mtime: int64(st.Mtim.Sec),
		dir:   st.Mode&unix.S_IFMT == unix.S_IFDIR,
	}, true
}

// hides reports whether a name is to be left out.
func (c *config) hides(name string) bool {
	switch {
	case c.hideDotfiles && strings.HasPrefix(name, "."),
		c.hideReadme && name == c.readme,
		c.hideHeader && name == c.header:
		return true
	}
	return c.excludes(name)
}

// excludes reports whether dir-listing.exclude covers a name. One that cannot
// be compared, not being UTF-8 or after too long a search, is covered: rather
// a name too few than one that was to stay hidden.
func (c *config) excludes(name string) bool {
	if len(c.exclude) > 0 && !utf8.ValidString(name) {
		return true
	}
	for _, re := range c.exclude {
		if found, err := re.MatchLimit(name); found || err != nil {
			return true
		}
	}
	return false
}

// sortEntries puts directories first, and each kind in the order of bytes.
func sortEntries(entries []entry) {
	slices.SortFunc(entries, func(a, b entry) int {
		switch {
		case a.dir && !b.dir:
			return -1
		case b.dir && !a.dir:
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
}
