package dirlisting

import "io"

// stream is a page that is made while it is sent, so that a directory of any
// size needs little memory (dir-listing.sort = "disable").
type stream struct {
	walk    *walk
	page    *page
	entries []entry
	rest    []byte // of the page, not read yet
	over    bool
}

// newStream takes the walk over.
func newStream(w *walk, p *page) *stream {
	p.start()
	return &stream{walk: w, page: p, rest: p.b}
}

// Read implements io.Reader. A directory that cannot be read on ends the
// table.
func (s *stream) Read(b []byte) (int, error) {
	for len(s.rest) == 0 {
		if s.over {
			return 0, io.EOF
		}
		s.fill()
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// fill makes the next part of the page.
func (s *stream) fill() {
	entries, err := s.walk.next(s.entries[:0])
	s.entries = entries
	s.page.b = s.page.b[:0]
	s.page.rows(entries)
	if err != nil {
		s.over = true
		s.page.finish()
	}
	s.rest = s.page.b
}

// Close implements io.Closer.
func (s *stream) Close() error { return s.walk.Close() }
