package deflate_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"github.com/lighttpd-go/lighttpd-go/modules/deflate"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

const base = `
server.document-root = env.ROOT
server.modules = ( "mod_deflate" )
etag.use-inode = "disable"
mimetype.assign = ( ".txt" => "text/plain", ".bin" => "application/x-bin" )
deflate.mimetypes = ( "text/" )
`

// text is 11 kB that levels compress differently.
var text = func() string {
	var b strings.Builder
	for i := range 1200 {
		fmt.Fprintf(&b, "%x line %d\n", i*i*7919%65536, i%97)
	}
	return b.String()[:11<<10]
}()

func newServer(t *testing.T, more string) *servertest.Server {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{"a.txt": text, "a.bin": text, "small.txt": text[:256], "just.txt": text[:257]} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return servertest.NewAt(t, root, base+more, deflate.Module, static.Module)
}

func get(s *servertest.Server, path, fields string) *servertest.Response {
	return s.Do("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n")
}

// decoders undo what the module does.
var decoders = map[string]func(io.Reader) (io.Reader, error){
	"gzip":    func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	"x-gzip":  func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	"deflate": func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
	"br":      func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	"zstd": func(r io.Reader) (io.Reader, error) {
		d, err := zstd.NewReader(r)
		return d, err
	},
}

func decode(t *testing.T, label, body string) string {
	t.Helper()
	r, err := decoders[label](strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func TestChoice(t *testing.T) {
	for _, tc := range []struct{ conf, accepted, label string }{
		{"", "gzip, deflate, br, zstd", "zstd"},
		{"", "gzip, deflate, br", "br"},
		{"", "gzip", "gzip"},
		{"", "x-gzip", "x-gzip"},
		{"", "x-gzip,gzip", "gzip"},
		{"", "deflate", "deflate"},
		{"", "gzip;q=0", "gzip"},
		{"", "br;q=0.5 gzip", "br"},
		{"", "GZIP", ""},
		{"", "*", ""},
		{"", "identity", ""},
		{"", "gzipped", ""},
		{"", "a\tgzip", ""},
		{`deflate.allowed-encodings = ( "deflate", "gzip" )`, "gzip, deflate, br, zstd", "deflate"},
		{`deflate.allowed-encodings = ( "brotli" )`, "gzip, br", "br"},
		{`deflate.allowed-encodings = ( "x-gzip" )`, "gzip", "gzip"},
		{`deflate.allowed-encodings = ( "snappy" )`, "gzip", ""},
		{`deflate.allowed-encodings = ( )`, "zstd", "zstd"},
		{`compress.allowed-encodings = ( "gzip" )`, "br, gzip", "gzip"},
	} {
		r := get(newServer(t, tc.conf), "/a.txt", "Accept-Encoding: "+tc.accepted+"\r\n")
		if got := r.Get("Content-Encoding"); got != tc.label {
			t.Errorf("%s, %q: got encoding %q, want %q", tc.conf, tc.accepted, got, tc.label)
			continue
		}
		if tc.label == "" {
			continue
		}
		if got := decode(t, tc.label, r.Body); got != text {
			t.Errorf("%q: body does not decode to the file", tc.accepted)
		}
		if !strings.HasSuffix(r.Get("ETag"), "-"+tc.label+`"`) || r.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: ETag %s, Vary %s", tc.accepted, r.Get("ETag"), r.Get("Vary"))
		}
	}
}

func TestLeftAlone(t *testing.T) {
	s := newServer(t, "deflate.max-compress-size = 10\n")
	for _, tc := range []struct{ name, request string }{
		{"other type", "GET /a.bin HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n"},
		{"256 bytes", "GET /small.txt HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n"},
		{"more than 10 KiB", "GET /a.txt HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n"},
		{"HEAD", "HEAD /just.txt HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n"},
		{"nothing asked", "GET /just.txt HTTP/1.1\r\nHost: h\r\n\r\n"},
	} {
		r := s.Do(tc.request)
		if r.Has("Content-Encoding") || r.Has("Vary") || strings.Contains(r.Get("ETag"), "-") {
			t.Errorf("%s: compressed: %v", tc.name, r)
		}
	}
	if r := get(s, "/just.txt", "Accept-Encoding: gzip\r\n"); r.Get("Content-Encoding") != "gzip" {
		t.Error("257 bytes are not compressed")
	}
}

func TestLevel(t *testing.T) {
	for _, label := range []string{"gzip", "br", "zstd", "deflate"} {
		fields := "Accept-Encoding: " + label + "\r\n"
		fast := get(newServer(t, "deflate.compression-level = 1"), "/a.txt", fields)
		small := get(newServer(t, "deflate.compression-level = 9"), "/a.txt", fields)
		if fast.Body == small.Body {
			t.Errorf("%s: levels 1 and 9 give the same", label)
		}
		for _, r := range []*servertest.Response{fast, small} {
			if decode(t, label, r.Body) != text {
				t.Errorf("%s: body does not decode to the file", label)
			}
		}
	}
}

func TestRangeIsIgnored(t *testing.T) {
	r := get(newServer(t, ""), "/a.txt", "Accept-Encoding: gzip\r\nRange: bytes=0-9\r\n")
	if r.Status != 200 || decode(t, "gzip", r.Body) != text || r.Has("Accept-Ranges") {
		t.Errorf("got %d, %d bytes, Accept-Ranges %q", r.Status, len(r.Body), r.Get("Accept-Ranges"))
	}
}

func TestNotModified(t *testing.T) {
	s := newServer(t, "")
	tag := get(s, "/a.txt", "Accept-Encoding: gzip\r\n").Get("ETag")
	plain := strings.Replace(tag, "-gzip", "", 1)
	for _, tc := range []struct {
		name, fields string
		status       int
		etag, vary   string
	}{
		{"suffixed", "Accept-Encoding: gzip\r\nIf-None-Match: " + tag + "\r\n", 304, tag, "Accept-Encoding"},
		{"weak", "Accept-Encoding: gzip\r\nIf-None-Match: W/" + tag + "\r\n", 304, tag, "Accept-Encoding"},
		{"plain", "Accept-Encoding: gzip\r\nIf-None-Match: " + plain + "\r\n", 304, plain, ""},
		{"other encoding", "Accept-Encoding: br\r\nIf-None-Match: " + tag + "\r\n", 200, strings.Replace(tag, "gzip", "br", 1), "Accept-Encoding"},
		{"without encoding", "If-None-Match: " + tag + "\r\n", 200, plain, ""},
	} {
		r := get(s, "/a.txt", tc.fields)
		if r.Status != tc.status || r.Get("ETag") != tc.etag || r.Get("Vary") != tc.vary {
			t.Errorf("%s: got %d, ETag %s, Vary %q; want %d, %s, %q", tc.name,
				r.Status, r.Get("ETag"), r.Get("Vary"), tc.status, tc.etag, tc.vary)
		}
		if r.Status == 304 && (r.Body != "" || r.Has("Content-Length")) {
			t.Errorf("%s: a 304 with a body of %d bytes", tc.name, len(r.Body))
		}
	}
	r := s.Do("POST /a.txt HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nAccept-Encoding: gzip\r\nIf-None-Match: " + tag + "\r\n\r\n")
	if r.Status != 412 || r.Body != "" || r.Get("ETag") != plain || r.Get("Content-Type") != "text/plain" {
		t.Errorf("POST: got %d %v %q", r.Status, r, r.Body)
	}
}

func TestCache(t *testing.T) {
	dir := t.TempDir()
	s := newServer(t, `deflate.cache-dir = "`+dir+`"`)
	first := get(s, "/a.txt", "Accept-Encoding: gzip\r\n")
	name := filepath.Join(dir, s.Root, "a.txt-"+strings.Trim(first.Get("ETag"), `"`))
	kept, err := os.ReadFile(name)
	if err != nil || string(kept) != first.Body {
		t.Fatalf("no copy of the answer: %v", err)
	}
	var marked bytes.Buffer
	w := gzip.NewWriter(&marked)
	w.Write([]byte("from the cache"))
	w.Close()
	if err := os.WriteFile(name, marked.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if again := get(s, "/a.txt", "Accept-Encoding: gzip\r\n"); decode(t, "gzip", again.Body) != "from the cache" {
		t.Error("the copy is not used")
	}
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil || len(entries) != 1 {
		t.Errorf("files left in the cache: %v, %v", entries, err)
	}
}

func TestMistakes(t *testing.T) {
	for _, tc := range []struct{ conf, want string }{
		{`deflate.compression-level = 0`, "must be between 1 and 9"},
		{`deflate.compression-level = 10`, "must be between 1 and 9"},
		{`deflate.mimetypes := "text/"`, "should have been a list"},
	} {
		_, diags := servertest.Load(t, t.TempDir(), base+tc.conf, deflate.Module, static.Module)
		found := false
		for _, d := range diags {
			found = found || strings.Contains(d.Summary, tc.want)
		}
		if !found || !diags.HasErrors() {
			t.Errorf("%s: got %v, want an error with %q", tc.conf, diags, tc.want)
		}
	}
	_, diags := servertest.Load(t, t.TempDir(), base+
		`deflate.params = ( "gzip.level" => 10, "lz4.level" => 1 ) compress.filetype = ( "text/" ) deflate.max-loadavg = "much"`,
		deflate.Module, static.Module)
	if diags.HasErrors() || len(diags) != 4 {
		t.Errorf("want four warnings, got %v", diags)
	}
}
