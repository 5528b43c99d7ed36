package stress

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/conformance"
)

// counting is a program that answers with the number of bytes it read.
const counting = "printf 'Content-Type: text/plain\\n\\n'\nexec wc -c\n"

const withCGI = `
server.modules = ( "mod_cgi", "mod_staticfile" )
cgi.assign = ( ".cgi" => "/bin/sh" )
`

// smallDisk mounts a file system of 1 MiB. Where that is not allowed, it is a
// directory that does not exist: no place for a body, either.
func smallDisk(t *testing.T, dir string) string {
	t.Helper()
	disk := filepath.Join(dir, "disk")
	if os.Geteuid() != 0 {
		return disk
	}
	if err := os.Mkdir(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=1m"); err != nil {
		t.Logf("no small file system: %v", err)
		os.Remove(disk)
		return disk
	}
	t.Cleanup(func() { unix.Unmount(disk, unix.MNT_DETACH) })
	return disk
}

// post sends a body of zeros and returns the response. The server may answer
// before it has read everything.
func (s *site) post(path string, size int64) *conformance.Response {
	s.t.Helper()
	conn := s.dial()
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", path, size)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		zeros := make([]byte, 256<<10)
		for left := size; left > 0; {
			n, err := conn.Write(zeros[:min(left, int64(len(zeros)))])
			if err != nil {
				return
			}
			left -= int64(n)
		}
	}()
	r, err := conformance.ReadResponse(bufio.NewReader(conn), "POST")
	if err != nil {
		s.t.Fatalf("POST of %d bytes: %v\n%s", size, err, s.Log())
	}
	conn.Close()
	<-sent
	return r
}

// A body that finds no place is 500; with a second directory it finds one. No
// temporary file stays.
func TestUploadDirsFull(t *testing.T) {
	dir := newDir(t)
	file(t, dir, "count.cgi", counting)
	file(t, dir, "a.txt", "hello")
	full, good := smallDisk(t, dir), filepath.Join(dir, "uploads")
	if err := os.Mkdir(good, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dirs   string
		status int
	}{
		{fmt.Sprintf("%q", full), 500},
		{fmt.Sprintf("%q, %q", full, full), 500},
		{fmt.Sprintf("%q, %q", full, good), 200},
	} {
		s := serve(t, dir, withCGI+"server.upload-dirs = ( "+c.dirs+" )\n")
		fds := s.fds()
		for range 5 {
			const size = 8 << 20
			r := s.post("/count.cgi", size)
			if r.Status != c.status {
				t.Fatalf("upload-dirs %s: status %d, want %d\n%s", c.dirs, r.Status, c.status, s.Log())
			}
			if got := strings.TrimSpace(string(r.Body)); r.Status == 200 && got != fmt.Sprint(size) {
				t.Errorf("the program has got %s bytes, want %d", got, size)
			}
			if r := s.post("/count.cgi", 1000); strings.TrimSpace(string(r.Body)) != "1000" {
				t.Errorf("a small body: %d %q", r.Status, r.Body)
			}
		}
		s.settles(fds + 1)
		for _, d := range []string{full, good} {
			if left, _ := filepath.Glob(filepath.Join(d, "*")); len(left) > 0 {
				t.Errorf("temporary files are left: %q", left)
			}
		}
		s.stop()
	}
}

// A client that goes away in the middle of a body leaves no temporary file.
func TestUploadAborted(t *testing.T) {
	dir := newDir(t)
	file(t, dir, "count.cgi", counting)
	uploads := filepath.Join(dir, "uploads")
	if err := os.Mkdir(uploads, 0o755); err != nil {
		t.Fatal(err)
	}
	s := serve(t, dir, withCGI+fmt.Sprintf("server.upload-dirs = ( %q )\n", uploads))
	fds := s.fds()
	files := func() int {
		all, _ := filepath.Glob(filepath.Join(uploads, "*"))
		return len(all)
	}
	for i := range 10 {
		conn := s.dial()
		io.WriteString(conn, "POST /count.cgi HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n"+strings.Repeat("x", 3<<20))
		until(t, "the body is in a file", func() bool { return files() > 0 })
		if i%2 == 0 {
			conn.SetLinger(0)
		}
		conn.Close()
		until(t, "the file is removed", func() bool { return files() == 0 })
	}
	s.settles(fds)
	s.stop()
}
