package server

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// memoryBody is the size up to which a body is kept in memory. Larger ones go
// to files in server.upload-dirs.
const memoryBody = 64 << 10

// defaultTempFile is server.upload-temp-file-size when it is not set.
const defaultTempFile = 1 << 20

// spool keeps a body: in memory while it is small, then in temporary files
// called lighttpd-upload-XXXXXX, each filled to a size before the next is
// begun. The names exist as long as the files are needed.
type spool struct {
	dirs  []string
	max   int64 // bytes a file
	dir   int   // index of the directory in use
	mem   []byte
	files []tempFile
	size  int64
}

// tempFile is one file of a spool.
type tempFile struct {
	f   *os.File
	n   int64
	dir int // index of its directory
}

// spoolError is a body that there is no place for.
type spoolError struct{ text string }

func (e *spoolError) Error() string { return e.text }

func isSpoolError(err error) bool {
	var e *spoolError
	return errors.As(err, &e)
}

// newSpool makes a spool by the server's settings.
func (r *Request) newSpool() *spool {
	o := &r.server.Opts
	s := &spool{dirs: o.UploadDirs, max: int64(o.UploadTempFileSize)}
	if s.max <= 0 {
		s.max = defaultTempFile
	}
	if len(s.dirs) == 0 {
		s.dirs = []string{DefaultUploadDir()}
	}
	return s
}

// DefaultUploadDir is where bodies go without server.upload-dirs.
func DefaultUploadDir() string {
	if dir := os.Getenv("TMPDIR"); dir != "" {
		return dir
	}
	return "/var/tmp"
}

// readFrom appends all of r. An error of r itself is returned as it is; what
// came before it is kept.
func (s *spool) readFrom(r io.Reader) error {
	buf := copyBuffers.get()
	defer copyBuffers.put(buf)
	for {
		n, err := r.Read(buf.b)
		if n > 0 {
			if werr := s.write(buf.b[:n]); werr != nil {
				return werr
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *spool) write(p []byte) error {
	s.size += int64(len(p))
	if len(s.files) == 0 && s.size <= memoryBody {
		s.mem = append(s.mem, p...)
		return nil
	}
	if mem := s.mem; mem != nil {
		s.mem = nil
		if err := s.writeFiles(mem); err != nil {
			return err
		}
	}
	return s.writeFiles(p)
}

// writeFiles writes p to the last file, or to as many as it takes. A full disk
// moves on to the next directory.
func (s *spool) writeFiles(p []byte) error {
	for len(p) > 0 {
		last := len(s.files) - 1
		if last < 0 || s.files[last].n >= s.max {
			if err := s.next(nil); err != nil {
				return err
			}
			continue
		}
		t := &s.files[last]
		n, err := t.f.WriteAt(p[:min(int64(len(p)), s.max-t.n)], t.n)
		t.n += int64(n)
		p = p[n:]
		if err != nil {
			failed := fmt.Errorf("write() temp-file %s failed: %s", t.f.Name(), Strerror(err))
			if !errors.Is(err, syscall.ENOSPC) {
				return &spoolError{failed.Error()}
			}
			s.dir++
			if err := s.next(failed); err != nil {
				return err
			}
		}
	}
	return nil
}

// next begins a file in the first directory that takes one. cause is why the
// last directory could not be used.
func (s *spool) next(cause error) error {
	for ; s.dir < len(s.dirs); s.dir++ {
		f, err := createTemp(s.dirs[s.dir])
		if err == nil {
			s.files = append(s.files, tempFile{f: f, dir: s.dir})
			return nil
		}
		cause = fmt.Errorf("opening temp-file failed: %s/lighttpd-upload-XXXXXX: %s", s.dirs[s.dir], Strerror(err))
	}
	return &spoolError{cause.Error()}
}

// createTemp creates a file with mode 0600 and a random name.
func createTemp(dir string) (*os.File, error) {
	return os.CreateTemp(dir, "lighttpd-upload-*")
}

// moveTo hands the body to a queue, which removes the files when it is reset.
func (s *spool) moveTo(q *Queue) {
	q.AppendBytes(s.mem)
	for _, t := range s.files {
		q.AppendFile(t.f, 0, t.n, removal{t.f})
	}
	s.mem, s.files = nil, nil
}

// close removes the files.
func (s *spool) close() {
	for _, t := range s.files {
		removal{t.f}.Close()
	}
	s.mem, s.files = nil, nil
}

// removal closes and removes a temporary file.
type removal struct{ f *os.File }

func (t removal) Close() error {
	err := os.Remove(t.f.Name())
	t.f.Close()
	return err
}
