package static_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

const base = `
server.document-root = env.ROOT
etag.use-inode = "disable"
mimetype.assign = ( ".txt" => "text/plain", ".html" => "text/html" )
`

// text is 1000 bytes.
var text = strings.Repeat("0123456789", 100)

func serve(t *testing.T, conf string) *servertest.Server {
	t.Helper()
	s := servertest.New(t, base+conf, static.Module)
	s.Write(map[string]string{
		"a.txt": "hello\n", "k.txt": text, "empty.txt": "", "noext.zzz": "x", "x.php": "<?php",
		"big.txt": strings.Repeat(text, 100), "d/index.html": "index", "sp dir/": "", "p/e-404.html": "mine",
	})
	return s
}

func TestFileHead(t *testing.T) {
	s := serve(t, "")
	r := s.Get("/a.txt")
	if r.Body != "hello\n" || r.Names() != "Content-Type ETag Last-Modified Content-Length Accept-Ranges" {
		t.Errorf("%s", r.Raw)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/plain", "ETag": `"3895791963"`, "Content-Length": "6",
		"Last-Modified": "Sat, 02 Jan 2021 03:04:05 GMT", "Accept-Ranges": "bytes",
	} {
		if got := r.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if r := s.Get("/noext.zzz"); r.Names() != "Content-Type Content-Length Accept-Ranges" || r.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("file without a type: %s", r.Raw)
	}
	if r := s.Get("/empty.txt"); r.Status != 200 || r.Get("Content-Length") != "0" || !r.Has("ETag") {
		t.Errorf("empty file: %s", r.Raw)
	}
	if r := s.Get("/big.txt"); len(r.Body) != 100_000 || r.Get("Content-Length") != "100000" {
		t.Errorf("large file: %d bytes", len(r.Body))
	}
}

func TestStatus(t *testing.T) {
	s := serve(t, `static-file.exclude-extensions = ( ".php" )`)
	if err := syscall.Mkfifo(filepath.Join(s.Root, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(s.Root, "dangling")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		request string
		status  int
		names   string
	}{
		{"GET /none", 404, "Content-Type Content-Length"},
		{"GET /dangling", 404, "Content-Type Content-Length"},
		{"GET /" + strings.Repeat("x", 300), 404, "Content-Type Content-Length"},
		{"GET /none/x", 404, "Content-Type Content-Length"},
		{"GET /a.txt/", 403, "Content-Type Content-Length"},
		{"GET /a.txt/x/y", 403, "Content-Type Content-Length"},
		{"GET /fifo", 403, "Content-Type Content-Length"},
		{"GET /x.php", 403, "Content-Type Content-Length"},
		{"GET /d/", 403, "Content-Type Content-Length"},
		{"GET /d", 301, "Location Content-Length"},
		{"HEAD /d", 301, "Location"},
		{"PUT /d", 301, "Location Content-Length"},
		{"PUT /a.txt", 501, "Content-Type Content-Length"},
		{"PUT /none", 404, "Content-Type Content-Length"},
		{"DELETE /a.txt/x", 501, "Content-Type Content-Length"},
		{"QUERY /a.txt", 403, "Content-Type Content-Length"},
		{"OPTIONS *", 200, "Allow Content-Length"},
		{"OPTIONS /a.txt", 200, "Allow Content-Length"},
		{"OPTIONS /d/", 200, "Allow Content-Length"},
		{"OPTIONS /none", 404, "Content-Type Content-Length"},
		{"CONNECT :80", 405, "Content-Type Content-Length Connection"},
		{"HEAD /a.txt", 200, "Content-Type ETag Last-Modified Content-Length Accept-Ranges"},
	} {
		r := s.Do(c.request + " HTTP/1.1\nHost: h\n\n")
		if r.Status != c.status || r.Names() != c.names {
			t.Errorf("%.30s: %d, %s; want %d, %s", c.request, r.Status, r.Names(), c.status, c.names)
		}
	}
}

func TestPost(t *testing.T) {
	s := serve(t, "")
	r := s.Do("POST /a.txt HTTP/1.1\nHost: h\nContent-Length: 0\n\n")
	if r.Status != 200 || r.Body != "hello\n" || r.Has("Accept-Ranges") || r.Has("Connection") {
		t.Errorf("without body: %s", r.Raw)
	}
	r = s.Do("POST /a.txt HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc")
	if r.Status != 200 || r.Get("Connection") != "close" {
		t.Errorf("with an unread body: %s", r.Raw)
	}
}

func TestDirectoryRedirect(t *testing.T) {
	s := serve(t, "")
	if r := s.Get("/sp%20dir?x=%2f"); r.Get("Location") != "/sp%20dir/?x=%2F" || r.Body != "" {
		t.Errorf("%s", r.Raw)
	}
	s = serve(t, `server.feature-flags = ( "server.absolute-dir-redirect" => "enable" )`)
	for _, c := range []struct{ request, want string }{
		{"GET /d HTTP/1.1\nHost: Foo:99\n\n", "http://foo:99/d/"},
		{"GET /d HTTP/1.0\n\n", "http://localhost:8080/d/"},
	} {
		if r := s.Do(c.request); r.Get("Location") != c.want {
			t.Errorf("%q: %s", c.request, r.Raw)
		}
	}
	s.TLS = true
	if r := s.Get("/d"); r.Get("Location") != "https://h/d/" {
		t.Errorf("TLS: %s", r.Raw)
	}
}

func TestConditional(t *testing.T) {
	s := serve(t, "")
	const tag, date = `"3895791963"`, "Sat, 02 Jan 2021 03:04:05 GMT"
	for _, c := range []struct {
		method, fields string
		status         int
	}{
		{"GET", "If-None-Match: " + tag, 304},
		{"HEAD", "If-None-Match: " + tag, 304},
		{"POST", "If-None-Match: " + tag, 412},
		{"GET", "If-None-Match: W/" + tag, 304},
		{"GET", "If-None-Match: W/" + tag + "\nRange: bytes=0-1", 206},
		{"GET", "If-None-Match: " + tag + "\nRange: bytes=0-1", 304},
		{"GET", `If-None-Match: "x"` + "\nIf-Modified-Since: " + date, 200},
		{"GET", "If-Modified-Since: " + date, 304},
		{"HEAD", "If-Modified-Since: " + date, 304},
		{"POST", "If-Modified-Since: " + date, 200},
		{"GET", "If-Modified-Since: Sat, 02 Jan 2021 03:04:04 GMT", 200},
		{"GET", "If-Modified-Since: Sat, 02 Jan 2021 03:04:06 GMT", 304},
		{"GET", "If-Modified-Since: Sunday, 03-Jan-21 03:04:05 GMT", 304},
		{"GET", "If-Modified-Since: Friday, 03-Jan-92 03:04:05 GMT", 200},
		{"GET", "If-Modified-Since: Sun Jan  3 03:04:05 2021", 304},
		{"GET", "If-Modified-Since: " + date + "; length=6", 200},
		{"GET", "If-Modified-Since: yesterday", 200},
		{"GET", "If-Match: \"x\"\nIf-Unmodified-Since: Sat, 02 Jan 2021 03:04:04 GMT", 200},
	} {
		r := s.Do(c.method + " /a.txt HTTP/1.1\nHost: h\nContent-Length: 0\n" + c.fields + "\n\n")
		if r.Status != c.status {
			t.Errorf("%s, %s: %d, want %d", c.method, c.fields, r.Status, c.status)
		}
		if r.Status == 304 && r.Names() != "Content-Type ETag Last-Modified" {
			t.Errorf("304 has %s", r.Names())
		}
	}
	if r := s.Get("/noext.zzz", "If-Modified-Since: "+date); r.Status != 200 {
		t.Errorf("file without a type: %d", r.Status)
	}
}

func TestRange(t *testing.T) {
	s := serve(t, "")
	for _, c := range []struct {
		fields, contentRange, body string
		status                     int
	}{
		{"Range: bytes=0-4", "bytes 0-4/1000", "01234", 206},
		{"Range: BYTES=995-", "bytes 995-999/1000", "56789", 206},
		{"Range: bytes=-1", "bytes 999-999/1000", "9", 206},
		{"Range: bytes=0-", "bytes 0-999/1000", text, 206},
		{"Range: bytes=0-1, bytes=3-4", "bytes 0-1/1000", "01", 206},
		{"Range: bytes= 0-1", "bytes 0-1/1000", "01", 206},
		{"Range: bytes =0-1", "", text, 200},
		{"Range: lines=0-1", "", text, 200},
		{"Range: bytes=0-1\nIf-Range: Sat, 02 Jan 2021 03:04:05 GMT", "bytes 0-1/1000", "01", 206},
		{"Range: bytes=0-1\nIf-Range: Sat, 02 Jan 2021 03:04:06 GMT", "", text, 200},
		{"Range: bytes=0-1\nIf-Range: \"x\"", "", text, 200},
		{"Range: bytes=0-1\nIf-Range: W/\"2847412894\"", "", text, 200},
	} {
		r := s.Get("/k.txt", c.fields)
		if r.Status != c.status || r.Get("Content-Range") != c.contentRange || r.Body != c.body {
			t.Errorf("%s: %d, %s, %.20q", c.fields, r.Status, r.Get("Content-Range"), r.Body)
		}
		if c.status == 206 && r.Names() != "Content-Type ETag Last-Modified Content-Length Accept-Ranges Content-Range" {
			t.Errorf("%s: %s", c.fields, r.Names())
		}
	}
	r := s.Get("/k.txt", "Range: bytes=1000-")
	if r.Status != 416 || r.Names() != "Content-Type Content-Length" || r.Has("Connection") {
		t.Errorf("%s", r.Raw)
	}
	if r := s.Get("/empty.txt", "Range: bytes=0-1"); r.Status != 200 {
		t.Errorf("empty file: %d", r.Status)
	}
	if r := s.Do("HEAD /k.txt HTTP/1.1\nHost: h\nRange: bytes=0-1\n\n"); r.Status != 200 || r.Get("Content-Length") != "1000" {
		t.Errorf("HEAD: %s", r.Raw)
	}
	if r := s.Do("GET /k.txt HTTP/1.0\nRange: bytes=0-1\n\n"); r.Status != 200 || r.Has("Accept-Ranges") {
		t.Errorf("HTTP/1.0: %s", r.Raw)
	}
}

func TestMultipart(t *testing.T) {
	s := serve(t, "")
	r := s.Get("/k.txt", "Range: bytes=0-9,500-509")
	want := servertest.CRLF(`--fkj49sn38dcn3
Content-Type: text/plain
Content-Range: bytes 0-9/1000

0123456789
--fkj49sn38dcn3
Content-Type: text/plain
Content-Range: bytes 500-509/1000

0123456789
--fkj49sn38dcn3--
`)
	if r.Status != 206 || r.Body != want || r.Has("Content-Range") ||
		r.Get("Content-Type") != "multipart/byteranges; boundary=fkj49sn38dcn3" {
		t.Errorf("%s", r.Raw)
	}
	if r := s.Get("/big.txt", "Range: bytes=99990-,0-9"); !strings.Contains(r.Body, "bytes 99990-99999/100000\r\n\r\n0123456789\r\n") {
		t.Errorf("%s", r.Raw)
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct{ conf, target, names string }{
		{`static-file.etags = "disable"`, "/a.txt", "Content-Type Last-Modified Content-Length Accept-Ranges"},
		{`etag.use-size = "disable" etag.use-mtime = "disable"`, "/a.txt", "Content-Type Last-Modified Content-Length Accept-Ranges"},
		{`server.range-requests = "disable"`, "/a.txt", "Content-Type ETag Last-Modified Content-Length"},
		{`static-file.disable-pathinfo = "disable"`, "/a.txt/x", "Content-Type ETag Last-Modified Content-Length Accept-Ranges"},
		{`server.stat-cache-engine = "disable"`, "/a.txt", "Content-Type ETag Last-Modified Content-Length Accept-Ranges"},
		{`server.feature-flags = ( "server.http-pathinfo" => "disable" )`, "/a.txt/x", "Content-Type Content-Length"},
	} {
		if r := serve(t, c.conf).Get(c.target); r.Names() != c.names {
			t.Errorf("%s: %s", c.conf, r.Raw)
		}
	}
}

func TestLowercase(t *testing.T) {
	s := serve(t, `server.force-lowercase-filenames = "enable" static-file.disable-pathinfo = "disable"`)
	s.Write(map[string]string{"Up.txt": "x"})
	for target, want := range map[string]int{"/A.TXT": 200, "/Up.txt": 404, "/A.txt/X": 200, "/D/INDEX.html": 200} {
		if r := s.Get(target); r.Status != want {
			t.Errorf("%s: %d, want %d", target, r.Status, want)
		}
	}
	if r := s.Get("/D?Q"); r.Get("Location") != "/D/?Q" {
		t.Errorf("%s", r.Raw)
	}
}

func TestFollowSymlink(t *testing.T) {
	s := serve(t, `server.follow-symlink = "disable"`)
	root, err := filepath.EvalSymlinks(s.Root)
	if err != nil || root != s.Root {
		t.Fatalf("the test needs a root without links: %s, %v", root, err)
	}
	for name, to := range map[string]string{"link.txt": "a.txt", "dlink": "d", "dangling": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(s.Root, name)); err != nil {
			t.Fatal(err)
		}
	}
	for target, want := range map[string]int{
		"/a.txt": 200, "/link.txt": 403, "/dlink": 403, "/dlink/": 403, "/dlink/index.html": 403, "/dangling": 404,
	} {
		if r := s.Get(target); r.Status != want {
			t.Errorf("%s: %d, want %d", target, r.Status, want)
		}
	}
}

func TestErrorfilePrefix(t *testing.T) {
	s := serve(t, `server.errorfile-prefix = env.ROOT + "/p/e-"`)
	r := s.Get("/none")
	if r.Status != 404 || r.Body != "mine" || r.Names() != "Content-Type Content-Length" || r.Get("Content-Type") != "text/html" {
		t.Errorf("%s", r.Raw)
	}
	r = s.Get("/d/")
	if want := "<!DOCTYPE html>\n<html lang=\"en\">\n <head>\n  <meta charset=\"UTF-8\" />\n  <title>403 Forbidden</title>\n" +
		" </head>\n <body>\n  <h1>403 Forbidden</h1>\n </body>\n</html>\n"; r.Body != want {
		t.Errorf("no file for 403: %s", r.Raw)
	}
}

func TestErrorHandlers(t *testing.T) {
	for _, c := range []struct {
		conf, request string
		status        int
		body          string
	}{
		{`server.error-handler = "/a.txt"`, "GET /none", 404, "hello\n"},
		{`server.error-handler = "/a.txt"`, "PUT /k.txt", 501, "hello\n"},
		{`server.error-handler = "/a.txt"`, "HEAD /none", 404, ""},
		{`server.error-handler = "/missing"`, "GET /d/", 403, "403 Forbidden"},
		{`server.error-handler = "/d"`, "GET /none", 404, "404 Not Found"},
		{`server.error-handler-404 = "/a.txt"`, "GET /none", 200, "hello\n"},
		{`server.error-handler-404 = "/a.txt"`, "GET /d/", 403, "403 Forbidden"},
		{`server.error-handler-404 = "/missing"`, "GET /none", 404, "404 Not Found"},
		{`server.error-handler-404 = "/a.txt"`, "PUT /none", 501, "501 Not Implemented"},
		{`server.error-handler-404 = "/k.txt" server.error-handler = "/a.txt"`, "GET /none", 404, "hello\n"},
	} {
		r := serve(t, c.conf).Do(c.request + " HTTP/1.1\nHost: h\n\n")
		if r.Status != c.status || !strings.Contains(r.Body, c.body) {
			t.Errorf("%s, %s: %s", c.conf, c.request, r.Raw)
		}
	}
	s := serve(t, `server.error-handler = "/a.txt"`)
	if r := s.Get("/none"); r.Names() != "Content-Type ETag Last-Modified Content-Length" {
		t.Errorf("%s", r.Raw)
	}
	if r := s.Get("/none", `If-None-Match: "3895791963"`); r.Status != 404 || !strings.Contains(r.Body, "404 Not Found") {
		t.Errorf("handler that answers 304: %s", r.Raw)
	}
	s = serve(t, `server.error-handler-404 = "/a.txt"`)
	if r := s.Get("/none", "Range: bytes=0-1"); r.Status != 206 || r.Body != "he" {
		t.Errorf("%s", r.Raw)
	}
}

func TestTooLargeBody(t *testing.T) {
	s := serve(t, `server.max-request-size = 1`)
	for body, want := range map[string]int{"1024": 501, "1025": 413} {
		r := s.Do("PUT /a.txt HTTP/1.1\nHost: h\nContent-Length: " + body + "\n\n")
		if r.Status != want || r.Get("Connection") != "close" {
			t.Errorf("%s bytes: %s", body, r.Raw)
		}
	}
	if log := s.Log(); log != "request-size too long: 1025 -> 413\n" {
		t.Errorf("log: %q", log)
	}
}

func TestDebugLog(t *testing.T) {
	s := serve(t, `debug.log-file-not-found = "enable"`)
	s.Get("/none")
	s.Get("/a.txt/x")
	if want := "-- : No such file or directory\nPath         : " + s.Root + "/none\nURI          : /none\n"; s.Log() != want {
		t.Errorf("want %q", want)
	}
	s = serve(t, `debug.log-request-handling = "enable"`)
	s.Get("/a.txt/x?q")
	want := strings.ReplaceAll(`-- parsed Request-URI
Request-URI     : /a.txt/x?q
URI-scheme      : http
URI-authority   : h
URI-path (clean): /a.txt/x
URI-query       : q
-- logical -> physical
Doc-Root     : ROOT
Basedir      : ROOT
Rel-Path     : /a.txt/x
Path         : ROOT/a.txt/x
-- handling subrequest
Path         : ROOT/a.txt
URI          : /a.txt
Pathinfo     : /x
-- NOT handling file as static file, pathinfo forbidden
`, "ROOT", s.Root)
	if got := s.Log(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRelativeDocumentRoot(t *testing.T) {
	s := servertest.New(t, `server.document-root = "relative"`, static.Module)
	if r := s.Get("/"); r.Status != 500 {
		t.Errorf("%s", r.Raw)
	}
}
