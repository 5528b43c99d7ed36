package server

import (
	"io"
)

// open reports whether the body has a part that only reading it to the end
// tells the length of.
func (q *Queue) open() bool { return q.reader != nil || len(q.filter) > 0 }

// appendTo adds the bytes of k to b.
func (k *chunk) appendTo(b []byte) ([]byte, error) {
	if k.file == nil {
		return append(b, k.bytes...), nil
	}
	at := len(b)
	b = append(b, make([]byte, k.n)...)
	if n, err := k.file.ReadAt(b[at:], k.off); int64(n) < k.n {
		if err == io.EOF {
			err = errTruncated
		}
		return b, err
	}
	return b, nil
}

// source reads the whole body, filters applied. The queue keeps owning what
// is behind it.
func (q *Queue) source() io.Reader {
	var r io.Reader = &queueReader{q: q}
	for _, f := range q.filter {
		r = f(r)
	}
	return r
}

// queueReader reads chunks and then the reader of a queue.
type queueReader struct {
	q    *Queue
	at   int
	done int64 // of chunk at
}

func (s *queueReader) Read(p []byte) (int, error) {
	for s.at < len(s.q.chunks) {
		k := &s.q.chunks[s.at]
		if s.done == k.n {
			s.at, s.done = s.at+1, 0
			continue
		}
		n, err := s.readChunk(k, p)
		s.done += int64(n)
		return n, err
	}
	if s.q.reader != nil {
		return s.q.reader.Read(p)
	}
	return 0, io.EOF
}

func (s *queueReader) readChunk(k *chunk, p []byte) (int, error) {
	if k.file == nil {
		return copy(p, k.bytes[s.done:]), nil
	}
	p = p[:min(int64(len(p)), k.n-s.done)]
	n, err := k.file.ReadAt(p, k.off+s.done)
	switch {
	case n > 0:
		return n, nil
	case err == io.EOF:
		return 0, errTruncated
	}
	return n, err
}
