package stress

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/conformance"
)

// abortConf logs the number that every request has in its query.
const abortConf = `
server.modules = ( "mod_accesslog", "mod_wstunnel", "mod_cgi", "mod_dirlisting", "mod_deflate", "mod_staticfile" )
accesslog.filename = "%[1]s/access.log"
accesslog.format = "%%q %%s"
cgi.assign = ( ".cgi" => "/bin/sh" )
wstunnel.server = ( "/ws" => ( ( "host" => "127.0.0.1", "port" => %[2]d ) ) )
wstunnel.frame-type = "binary"
server.upload-dirs = ( "%[1]s" )
server.max-keep-alive-requests = 100
server.max-read-idle = 10
server.max-write-idle = 10
server.max-connections = 1000
server.max-fds = 16384
$HTTP["url"] =~ "^/list/" { dir-listing.activate = "enable" }
$HTTP["url"] =~ "^/streamed" {
	server.stream-request-body = 2
	server.stream-response-body = 2
}
deflate.mimetypes = ( "text/plain" )
deflate.allowed-encodings = ( "gzip" )
mimetype.assign = ( ".txt" => "text/plain" )
`

// duty is how many lines of the access log a request must have.
type duty uint8

const (
	none    duty = iota // its head was not complete
	perhaps             // the server may have seen the end before it, or before a body that decides the status (lighttpd logs no request without)
	once
)

// one is a request of a script.
type one struct {
	id     int
	method string
	end    int // of its head in the script
}

// script is what a client means to send on one connection.
type script struct {
	raw      []byte
	requests []one
	tunnel   bool
}

// abuser makes scripts and keeps account.
type abuser struct {
	*rand.Rand
	addr   string
	nextID *atomic.Int64
	duties map[int]duty
	how    map[int]string // what was done with the connection, for the report
	aborts int
	whole  int
	broken []error
}

func (a *abuser) add(s *script, method, path, rest string) {
	id := int(a.nextID.Add(1))
	head, body, _ := strings.Cut(rest, "\r\n\r\n")
	s.raw = fmt.Appendf(s.raw, "%s %s?%d HTTP/1.1\r\nHost: h\r\n%s\r\n\r\n", method, path, id, strings.TrimSuffix("X: y\r\n"+head, "\r\n"))
	s.requests = append(s.requests, one{id, method, len(s.raw)})
	s.raw = append(s.raw, body...)
	a.duties[id] = none
}

// plain are requests that leave the connection as it was.
var plain = []struct{ method, path, head string }{
	{"GET", "/small.txt", ""},
	{"GET", "/small.txt", "Accept-Encoding: gzip\r\n"},
	{"GET", "/medium", "Range: bytes=5-70000\r\n"},
	{"GET", "/medium", "Range: bytes=0-9, 100-199\r\n"},
	{"GET", "/medium", ""},
	{"HEAD", "/big", ""},
	{"GET", "/missing", ""},
	{"GET", "/list", ""},
	{"GET", "/list/", ""},
	{"OPTIONS", "/small.txt", ""},
	{"GET", "/small.txt", "If-None-Match: *\r\n"},
}

// script draws one. Programs are dear, so they are rare.
func (a *abuser) script() *script {
	s := &script{}
	switch n := a.IntN(100); {
	case n < 70:
		for range 1 + a.IntN(20) {
			p := plain[a.IntN(len(plain))]
			a.add(s, p.method, p.path, p.head)
		}
	case n < 80:
		a.add(s, "GET", "/big", "")
		a.add(s, "GET", "/small.txt", "")
	case n < 85:
		a.add(s, "POST", "/small.txt", "Content-Length: 9\r\n\r\n123456789")
	case n < 90:
		path := []string{"/count.cgi", "/streamed.cgi"}[a.IntN(2)]
		a.add(s, "POST", path, "Transfer-Encoding: chunked\r\n\r\n"+a.chunked())
		a.add(s, "GET", "/small.txt", "")
	case n < 93:
		n := a.IntN(300_000)
		a.add(s, "POST", "/count.cgi", fmt.Sprintf("Content-Length: %d\r\n\r\n%s", n, strings.Repeat("b", n)))
		a.add(s, "GET", "/small.txt", "")
	default:
		s.tunnel = true
		a.add(s, "GET", "/ws", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"+a.frames())
	}
	return s
}

func (a *abuser) chunked() string {
	var b strings.Builder
	for range a.IntN(10) {
		n := 1 + a.IntN(20_000)
		fmt.Fprintf(&b, "%x\r\n%s\r\n", n, strings.Repeat("c", n))
	}
	return b.String() + "0\r\n\r\n"
}

// frames are messages of a client with a mask of zeros.
func (a *abuser) frames() string {
	var b []byte
	for range a.IntN(20) {
		n := a.IntN(5000)
		b = append(b, 0x82, 0x80|126)
		b = binary.BigEndian.AppendUint16(b, uint16(n))
		b = append(b, 0, 0, 0, 0)
		b = append(b, strings.Repeat("w", n)...)
	}
	return string(append(b, 0x88, 0x80, 0, 0, 0, 0))
}

// run plays a script on a connection, whole or not.
func (a *abuser) run() error {
	s := a.script()
	conn, err := connect(a.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if a.IntN(3) == 0 {
		return a.runWhole(conn, s)
	}
	a.aborts++
	return a.runAborted(conn, s)
}

// runAborted leaves after some bytes sent, or some bytes received.
func (a *abuser) runAborted(conn *net.TCPConn, s *script) error {
	cut := len(s.raw)
	if a.IntN(2) == 0 {
		cut = a.IntN(cut + 1)
		if a.IntN(2) == 0 { // not always in the body
			cut = min(cut, a.IntN(s.requests[0].end+1))
		}
	}
	for i, r := range s.requests {
		switch {
		case r.end > cut:
		case i == 0 && r.method != "POST":
			a.duties[r.id] = once // also a tunnel that ends at once
		default:
			a.duties[r.id] = perhaps
		}
	}
	// The first head gets out in any case; of the rest, what the kernel takes.
	first := min(cut, s.requests[0].end)
	if _, err := conn.Write(s.raw[:first]); err != nil {
		return err
	}
	sent := make(chan struct{})
	go func() {
		conn.Write(s.raw[first:cut]) // fails when we leave in the middle
		close(sent)
	}()
	got := int64(0)
	if first == s.requests[0].end && a.IntN(4) > 0 {
		// Of a request that waits for more, nothing will come.
		conn.SetReadDeadline(time.Now().Add(time.Duration(a.IntN(50)) * time.Millisecond))
		got, _ = io.CopyN(io.Discard, conn, int64(a.IntN(1<<a.IntN(23))))
	}
	how := "closed"
	if a.IntN(2) == 0 {
		conn.SetLinger(0)
		how = "reset"
	}
	for i, r := range s.requests {
		a.how[r.id] = fmt.Sprintf("request %d of a connection %s after %d of %d bytes and %d received, %.60q", i+1, how, cut, len(s.raw), got, s.raw)
	}
	err := conn.Close()
	<-sent
	return err
}

// runWhole reads all responses.
func (a *abuser) runWhole(conn *net.TCPConn, s *script) error {
	sent := make(chan struct{})
	go func() {
		conn.Write(s.raw) // fails when the server has closed
		close(sent)
	}()
	defer func() {
		conn.Close()
		<-sent
	}()
	br := bufio.NewReader(conn)
	if s.tunnel {
		a.duties[s.requests[0].id] = once
		_, err := io.Copy(io.Discard, br)
		a.whole++
		return err
	}
	for _, r := range s.requests {
		a.duties[r.id] = once
		resp, err := conformance.ReadResponse(br, r.method)
		if err != nil {
			return fmt.Errorf("request %d of %.100q: %w", r.id, s.raw, err)
		}
		a.whole++
		if resp.Close {
			_, err := br.ReadByte()
			if !errors.Is(err, io.EOF) {
				return fmt.Errorf("after the last response: %v", err)
			}
			break
		}
	}
	return nil
}

// Requests that are cut anywhere, among whole ones, harm nobody else, leave
// nothing behind, and have one line in the access log each.
func TestAborts(t *testing.T) {
	dir := newDir(t)
	file(t, dir, "small.txt", strings.Repeat("small ", 100))
	file(t, dir, "medium", strings.Repeat("m", 100_000))
	sparse(t, dir, "big", 8<<20)
	file(t, dir, "list/a.txt", "a")
	file(t, dir, "count.cgi", counting)
	file(t, dir, "streamed.cgi", "printf 'Content-Type: text/plain\\n\\n'\nexec cat\n")
	backend, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer backend.Close()
	go echo(backend)
	s := serve(t, dir, fmt.Sprintf(abortConf, dir, backend.Addr().(*net.TCPAddr).Port))
	warm := &abuser{Rand: rand.New(rand.NewPCG(1, 1)), addr: s.Addr, nextID: new(atomic.Int64), duties: map[int]duty{}, how: map[int]string{}}
	for range 20 {
		if err := warm.run(); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "all connections have ended", func() bool { return s.clients() == 0 })
	fds := s.fds()

	all := s.abuse(warm.nextID, int64(scaled(t, 5000)))
	all = append(all, warm)

	until(t, "all connections have ended", func() bool { return s.clients() == 0 })
	s.settles(fds + 16) // files in the server's cache
	t.Logf("%d KiB", s.memory("VmRSS"))
	if left, _ := filepath.Glob(filepath.Join(dir, "lighttpd-upload-*")); len(left) > 0 {
		t.Errorf("temporary files are left: %q", left)
	}
	s.stop()
	duties, how := map[int]duty{}, map[int]string{}
	requests, aborts, whole := 0, 0, 0
	for _, a := range all {
		for id, d := range a.duties {
			duties[id], how[id] = d, a.how[id]
		}
		for _, err := range a.broken {
			t.Error(err)
		}
		requests, aborts, whole = requests+len(a.duties), aborts+a.aborts, whole+a.whole
	}
	t.Logf("%d requests, %d answered in full, %d connections aborted", requests, whole, aborts)
	checkLog(t, filepath.Join(dir, "access.log"), duties, how)
}

// echo is the backend of the tunnels.
func echo(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			io.Copy(c, c)
		}()
	}
}

// abuse lets several clients go on until there were that many requests.
func (s *site) abuse(ids *atomic.Int64, requests int64) []*abuser {
	var wg sync.WaitGroup
	var all []*abuser
	for i := range 12 {
		a := &abuser{Rand: rand.New(rand.NewPCG(2, uint64(i))), addr: s.Addr, nextID: ids, duties: map[int]duty{}, how: map[int]string{}}
		all = append(all, a)
		wg.Go(func() {
			for ids.Load() < requests && len(a.broken) < 3 {
				if err := a.run(); err != nil {
					a.broken = append(a.broken, err)
				}
			}
		})
	}
	wg.Wait()
	return all
}

// clients counts the server's connections by the kernel's table: those that
// are on its port and not closed by both sides.
func (s *site) clients() int {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.Addr)
	n, _ := strconv.Atoi(port)
	text, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		s.t.Fatal(err)
	}
	// Local address, peer, state: established, FIN_WAIT, CLOSE_WAIT or LAST_ACK with an owner.
	mine := regexp.MustCompile(fmt.Sprintf(`(?m)^ *\d+: \w+:%04X \w+:\w+ 0[1458] `, n))
	return len(mine.FindAll(text, -1))
}

// checkLog compares the access log with what the clients have done.
func checkLog(t *testing.T, path string, duties map[int]duty, how map[int]string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[int]int{}
	for _, m := range regexp.MustCompile(`(?m)^\??(\d+) \d+$`).FindAllSubmatch(text, -1) {
		id, _ := strconv.Atoi(string(m[1])) // digits
		lines[id]++
	}
	if all := strings.Count(string(text), "\n"); all != len(lines) {
		t.Errorf("%d lines for %d requests", all, len(lines))
	}
	bad := 0
	for id, d := range duties {
		n := lines[id]
		if n == 1 && d != none || n == 0 && d != once {
			continue
		}
		if bad++; bad < 9 {
			t.Errorf("request %d has %d lines; its duty is %d: %s", id, n, d, how[id])
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d requests have the wrong number of lines", bad, len(duties))
	}
}
