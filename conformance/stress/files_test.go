package stress

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/conformance"
)

// What is no file is refused, and nobody waits for its other end.
func TestSpecialFiles(t *testing.T) {
	dir := newDir(t)
	root := filepath.Join(dir, "htdocs")
	file(t, dir, "plain.txt", "plain")
	file(t, dir, "list/a.txt", "a")
	mkfifo(t, filepath.Join(root, "fifo"))
	mkfifo(t, filepath.Join(root, "list", "HEADER.txt"))
	mkfifo(t, filepath.Join(root, "list", "README.txt"))
	mkfifo(t, filepath.Join(root, "index", "index.html"))
	mkfifo(t, filepath.Join(dir, "error-404.html"))
	for _, device := range []string{"zero", "null"} {
		if err := os.Symlink("/dev/"+device, filepath.Join(root, device)); err != nil {
			t.Fatal(err)
		}
	}
	socket, err := net.Listen("unix", filepath.Join(root, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	s := serve(t, dir, `
server.modules = ( "mod_indexfile", "mod_dirlisting", "mod_staticfile" )
index-file.names = ( "index.html" )
server.errorfile-prefix = "`+dir+`/error-"
$HTTP["url"] =~ "^/list/" {
	dir-listing.activate = "enable"
	dir-listing.show-header = "enable"
	dir-listing.show-readme = "enable"
}
`)
	fds := s.fds()
	for _, c := range []struct {
		path   string
		status int
	}{
		{"/fifo", 403}, {"/zero", 403}, {"/null", 403}, {"/socket", 403},
		{"/fifo/info", 404}, {"/socket/", 404}, {"/index/", 403},
		{"/list/HEADER.txt", 403}, {"/list/", 200}, {"/missing", 404}, {"/plain.txt", 200},
	} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			r := s.exchange(method, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nRange: bytes=0-1\r\n\r\n", method, c.path))
			if method == "POST" && c.path == "/list/" {
				c.status = 403 // a listing is no answer to it
			}
			if r.Status != c.status && (c.status != 200 || r.Status != 206) {
				t.Errorf("%s %s: status %d, want %d", method, c.path, r.Status, c.status)
			}
		}
	}
	s.settles(fds + 1) // plain.txt may stay open
	s.stop()
}

func mkfifo(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
}

// What the server's user may not read is 403, whatever is inside.
func TestUnreadable(t *testing.T) {
	dir := newDir(t)
	file(t, dir, "locked/a.txt", "a")
	file(t, dir, "unlisted/a.txt", "a")
	secret := file(t, dir, "secret.txt", "secret")
	file(t, dir, "open/a.txt", "a")
	for path, mode := range map[string]os.FileMode{
		filepath.Join(dir, "htdocs", "locked"):   0o000,
		filepath.Join(dir, "htdocs", "unlisted"): 0o111,
		secret:                                   0o000,
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(path, 0o700) // so that it can be removed
	}
	s := serve(t, dir, `
server.modules = ( "mod_dirlisting", "mod_staticfile" )
dir-listing.activate = "enable"
server.username = "nobody"
`)
	for path, status := range map[string]int{
		"/locked": 301, "/locked/": 403, "/locked/a.txt": 403, "/locked/missing": 403, "/locked/a.txt/info": 403,
		"/unlisted/": 403, "/unlisted/a.txt": 200, "/unlisted/missing": 404,
		"/secret.txt": 403, "/open/": 200,
	} {
		if r := s.get(path); r.Status != status {
			t.Errorf("%s: status %d, want %d", path, r.Status, status)
		}
	}
	s.stop()
}

// A file that becomes shorter while it is sent ends the connection: the length
// was promised.
func TestTruncatedWhileSent(t *testing.T) {
	dir := newDir(t)
	const size = 256 << 20 // more than all socket buffers hold
	path := sparse(t, dir, "big", size)
	s := serve(t, dir, `server.modules = ( "mod_staticfile" )`)
	for range 3 {
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		conn := s.dial()
		io.WriteString(conn, "GET /big HTTP/1.1\r\nHost: h\r\n\r\nGET /big HTTP/1.1\r\nHost: h\r\n\r\n")
		br := bufio.NewReader(conn)
		head := readHead(t, br)
		if !strings.Contains(head, fmt.Sprintf("Content-Length: %d\r\n", size)) {
			// The size of a moment ago may be remembered for the current second.
			if !strings.Contains(head, "Content-Length: 4096\r\n") {
				t.Fatalf("head is %q", head)
			}
			conn.Close()
			continue
		}
		if err := os.Truncate(path, 4096); err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, br)
		if err != nil && !isClosed(err) {
			t.Fatalf("the connection was not cut: %v", err)
		}
		if n >= size {
			t.Errorf("%d bytes came of a file that has become short", n)
		}
	}
	s.stop()
}

func readHead(t *testing.T, br *bufio.Reader) string {
	t.Helper()
	var head strings.Builder
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			t.Fatalf("after %q: %v", head.String(), err)
		}
		if line == "\r\n" {
			return head.String()
		}
		head.WriteString(line)
	}
}

// sizes of the versions of a file: in memory, in one write, by sendfile.
var sizes = []int{1000, 15_000, 100_000, 1_000_000}

// A file that is replaced again and again is one version or another, never a
// mixture and never one with the length of another.
func TestReplaced(t *testing.T) {
	for _, engine := range []string{"simple", "disable"} {
		t.Run(engine, func(t *testing.T) { replaced(t, engine) })
	}
}

func replaced(t *testing.T, engine string) {
	dir := newDir(t)
	path := file(t, dir, "f", strings.Repeat("A", sizes[0]))
	s := serve(t, dir, fmt.Sprintf("server.modules = ( \"mod_staticfile\" )\nserver.stat-cache-engine = %q\n", engine))
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			k := i % len(sizes)
			os.WriteFile(path+".new", bytes.Repeat([]byte{byte('A' + k)}, sizes[k]), 0o644)
			os.Rename(path+".new", path)
		}
	})
	seen := map[byte]bool{}
	conn := s.dial()
	br := bufio.NewReader(conn)
	for range scaled(t, 500) {
		io.WriteString(conn, "GET /f HTTP/1.1\r\nHost: h\r\n\r\n")
		r, err := conformance.ReadResponse(br, "GET")
		if err != nil || r.Status != 200 {
			t.Fatalf("%v %v", r, err)
		}
		k := r.Body[0] - 'A'
		seen[k] = true
		if len(r.Body) != sizes[k] || bytes.Count(r.Body, r.Body[:1]) != len(r.Body) {
			t.Fatalf("%d bytes, of which %d are %c", len(r.Body), bytes.Count(r.Body, r.Body[:1]), r.Body[0])
		}
	}
	close(stop)
	wg.Wait()
	if len(seen) < 2 && engine == "disable" { // the other remembers for a second
		t.Errorf("only one version was seen: %v", seen)
	}
	s.stop()
}

// A file that is rewritten in place may be anything, but every response has the
// length it says, or is the last one.
func TestRewrittenInPlace(t *testing.T) {
	dir := newDir(t)
	path := file(t, dir, "f", strings.Repeat("A", sizes[0]))
	s := serve(t, dir, `server.modules = ( "mod_staticfile" )`)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				os.WriteFile(path, bytes.Repeat([]byte("A"), sizes[i%len(sizes)]), 0o644)
			}
		}
	})
	whole := 0
	for range scaled(t, 200) {
		whole += s.askTwice()
	}
	close(stop)
	wg.Wait()
	if whole == 0 {
		t.Error("not one response was whole")
	}
	s.stop()
}

// askTwice makes two requests on a connection and returns how many were
// answered in full. A short answer must be followed by the end.
func (s *site) askTwice() (whole int) {
	s.t.Helper()
	conn := s.dial()
	defer conn.Close()
	br := bufio.NewReader(conn)
	for range 2 {
		io.WriteString(conn, "GET /f HTTP/1.1\r\nHost: h\r\n\r\n") // fails as the read does
		if _, err := br.Peek(1); isClosed(err) {
			return whole
		}
		head := readHead(s.t, br)
		_, rest, _ := strings.Cut(head, "Content-Length: ")
		length, err := strconv.ParseInt(strings.SplitN(rest, "\r\n", 2)[0], 10, 64)
		if err != nil || !strings.HasPrefix(head, "HTTP/1.1 200 ") {
			s.t.Fatalf("head is %q", head)
		}
		body := make([]byte, length)
		n, err := io.ReadFull(br, body)
		if bad := bytes.Trim(body[:n], "A\x00"); len(bad) > 0 {
			s.t.Fatalf("a body of %d bytes contains %.60q", length, bad)
		}
		if err != nil {
			if !isClosed(err) {
				s.t.Fatalf("neither whole nor closed: %v", err)
			}
			return whole
		}
		whole++
	}
	return whole
}
