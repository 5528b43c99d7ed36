//go:build full

package stress

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// margin is what a large body may cost in KiB beyond what a small one does:
// nothing that grows with the body, but memory is not given back to the last page.
const margin = 16 << 10

// Memory does not depend on the size of a body that is sent.
func TestLargeDownload(t *testing.T) {
	dir := newDir(t)
	small, large := int64(4)<<20, int64(4)<<30
	sparse(t, dir, "small", small)
	sparse(t, dir, "large", large)
	peak := func(path string, size int64) int {
		s := serve(t, dir, `server.modules = ( "mod_staticfile" )`)
		for range 2 {
			s.count(path, size)
		}
		defer s.stop()
		return s.memory("VmHWM")
	}
	compare(t, peak("/small", small), peak("/large", large))
}

// count downloads a file of zeros.
func (s *site) count(path string, size int64) {
	s.t.Helper()
	conn := s.dial()
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", path)
	br := bufio.NewReader(conn)
	if head := readHead(s.t, br); !strings.Contains(head, fmt.Sprintf("Content-Length: %d\r\n", size)) {
		s.t.Fatalf("head is %q", head)
	}
	got := int64(br.Buffered())
	buf := make([]byte, 1<<20)
	for {
		conn.SetDeadline(time.Now().Add(patience))
		n, err := conn.Read(buf)
		got += int64(n)
		if err == io.EOF {
			break
		}
		if err != nil {
			s.t.Fatalf("after %d bytes: %v", got, err)
		}
	}
	if got != size {
		s.t.Errorf("%s: %d bytes, want %d", path, got, size)
	}
}

// Memory does not depend on the size of a body that a program reads, whether
// it is streamed or kept in files first.
func TestLargeUpload(t *testing.T) {
	dir := newDir(t)
	file(t, dir, "count.cgi", counting)
	for _, c := range []struct {
		stream int
		large  int64
	}{{0, 256 << 20}, {2, int64(scaled(t, 1)) << 30}} {
		conf := fmt.Sprintf("%sserver.stream-request-body = %d\nserver.upload-dirs = ( %q )\n", withCGI, c.stream, dir)
		peak := func(size int64) int {
			s := serve(t, dir, conf)
			defer s.stop()
			r := s.post("/count.cgi", size)
			if got := strings.TrimSpace(string(r.Body)); r.Status != 200 || got != fmt.Sprint(size) {
				t.Errorf("status %d, the program has got %.80q bytes, want %d", r.Status, got, size)
			}
			return s.memory("VmHWM")
		}
		compare(t, peak(4<<20), peak(c.large))
	}
}

func compare(t *testing.T, small, large int) {
	t.Helper()
	t.Logf("at most %d KiB for the small body, %d KiB for the large one", small, large)
	if large > small+margin {
		t.Errorf("the large body took %d KiB, the small one %d", large, small)
	}
}
