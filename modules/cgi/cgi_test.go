package cgi_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name, script string
		status       int
		names, body  string
	}{
		{"plain", `printf 'Content-Type: text/plain\n\nhello'`, 200, "Content-Type Accept-Ranges Content-Length", "hello"},
		{"crlf", `printf 'Content-Type: text/plain\r\n\r\nhello'`, 200, "Content-Type Accept-Ranges Content-Length", "hello"},
		{"no head", `printf '\nhello'`, 200, "Accept-Ranges Content-Length", "hello"},
		{"text", `printf 'hello\nA: b\n\n'`, 200, "Accept-Ranges Content-Length", "hello\nA: b\n\n"},
		{"text without line end", `printf hello`, 200, "Accept-Ranges Content-Length", "hello"},
		{"head without end", `printf 'A: b\nC: d\n'`, 200, "Accept-Ranges Content-Length", "A: b\nC: d\n"},
		{"status", `printf 'Status: 404\nX: y\n\nmine'`, 404, "X Content-Length", "mine"},
		{"status without body", `printf 'Status: 404\n\n'`, 404, "Content-Length", ""},
		{"nph", `printf 'HTTP/1.1 299 Odd\nX: y\n\nmine'`, 299, "X Content-Length", "mine"},
		{"location", `printf 'Location: /x\n\n'`, 302, "Location Content-Length", ""},
		{"no output", `exit 3`, 500, "Content-Type Content-Length", ""},
		{"only interim", `printf 'Status: 103\n\n'`, 500, "Content-Type Content-Length", ""},
		{"killed", `printf 'A: b\n\nx'; kill -9 $$`, 200, "A Accept-Ranges Content-Length", "x"},
		{"child goes on", `(sleep 0.1; printf late) & printf 'A: b\n\nfirst '`, 200, "A Accept-Ranges Content-Length", "first late"},
		{"exit 3", `printf 'A: b\n\nx'; exit 3`, 200, "A Accept-Ranges Content-Length", "x"},
		{"bad status", `printf 'Status: x\n\nmine'`, 502, "Content-Type Content-Length", ""},
		{"bad length", `printf 'Content-Length: x\n\nmine'`, 502, "Content-Type Content-Length", ""},
		{"101", `printf 'Status: 101\nUpgrade: x\n\n'`, 502, "Content-Type Content-Length", ""},
		{"large head", `printf 'A: '; head -c 70000 /dev/zero | tr '\0' x`, 502, "Content-Type Content-Length", ""},
		{"length", `printf 'Content-Length: 3\n\nabcdef'`, 200, "Content-Length Accept-Ranges", "abc"},
		{"length, lives on", `printf 'Content-Length: 3\n\nabc'; exec sleep 60`, 200, "Content-Length Accept-Ranges", "abc"},
		{"length, child keeps stdout", `sleep 1 & printf 'Content-Length: 3\n\nabc'`, 200, "Content-Length Accept-Ranges", "abc"},
		{"closes stdout", `printf 'A: b\n\nabc'; exec >&-; exec sleep 60`, 200, "A Accept-Ranges Content-Length", "abc"},
		{"chunked", `printf 'Transfer-Encoding: chunked\nA: b\n\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n'`, 200, "A Accept-Ranges Content-Length", "abcde"},
		{"chunked, lives on", `printf 'Transfer-Encoding: chunked\n\n3\r\nabc\r\n0\r\n\r\n'; exec sleep 60`, 200, "Accept-Ranges Content-Length", "abc"},
		{"trailers", `printf 'Transfer-Encoding: chunked\nTrailer: T\n\n1\r\na\r\n0\r\nT: 1\r\n\r\n'`, 200, "T Accept-Ranges Content-Length", "a"},
		{"bad trailers", `printf 'Transfer-Encoding: chunked\n\n1\r\na\r\n0\r\nDate: 1\r\n\r\n'`, 200, "Accept-Ranges Content-Length", "a"},
		{"204", `printf 'Status: 204\nContent-Length: 3\n\nabc'`, 204, "", ""},
		{"205", `printf 'Status: 205\n\nabc'`, 205, "Content-Length", ""},
		{"304", `printf 'Status: 304\nContent-Length: 3\nContent-Encoding: x\n\n'`, 304, "Content-Length", ""},
		{"connection", `printf 'Connection: keep-alive, x\n\na'`, 200, "Connection Accept-Ranges Content-Length", "a"},
		{"incremental", `printf 'Incremental: ?1\n\na'`, 200, "Incremental Transfer-Encoding", "a"},
	} {
		s := serve(t, "", map[string]string{"a.cgi": c.script})
		r := s.Get("/a.cgi")
		if c.status >= 500 {
			r.Body = ""
		}
		if r.Status != c.status || r.Names() != c.names || r.Body != c.body {
			t.Errorf("%s: %s", c.name, r.Raw)
		}
	}
}

func TestTruncated(t *testing.T) {
	for name, script := range map[string]string{
		"chunk":        `printf 'Transfer-Encoding: chunked\n\n3\r\nhi'`,
		"bad chunk":    `printf 'Transfer-Encoding: chunked\n\n2\r\nhi\r\nx\r\n'`,
		"no last":      `printf 'Transfer-Encoding: chunked\n\n2\r\nhi\r\n'`,
		"behind chunk": `printf 'Transfer-Encoding: chunked\n\n2\r\nhi\r\n0\r\n\r\nmore'`,
	} {
		s := serve(t, "", map[string]string{"a.cgi": script})
		out := s.Bytes("GET /a.cgi HTTP/1.1\r\nHost: h\r\n\r\nGET /a.cgi HTTP/1.1\r\nHost: h\r\n\r\n")
		if !strings.HasSuffix(out, "2\r\nhi\r\n") || !strings.Contains(out, "Connection: close\r\n") || strings.Contains(out, "Accept-Ranges") {
			t.Errorf("%s: %q", name, out)
		}
		out = s.Bytes("GET /a.cgi HTTP/1.0\r\n\r\n")
		if !strings.HasSuffix(out, "\r\n\r\nhi") {
			t.Errorf("%s, HTTP/1.0: %q", name, out)
		}
	}
	s := serve(t, "", map[string]string{"a.cgi": `printf 'Content-Length: 9\n\nhi'`})
	r := s.Get("/a.cgi")
	if r.Get("Content-Length") != "9" || r.Body != "hi" || r.Get("Connection") != "close" {
		t.Errorf("short body: %s", r.Raw)
	}
}

func TestHead(t *testing.T) {
	for script, want := range map[string]string{
		`printf 'A: b\n\nhello'`:                    "A Accept-Ranges Content-Length",
		`printf 'A: b\n\n'`:                         "A Accept-Ranges",
		`printf 'Content-Length: 7\n\n'`:            "Content-Length Accept-Ranges",
		`printf 'Transfer-Encoding: chunked\n\n'`:   "Accept-Ranges Connection",
		`printf 'Content-Length: 7\n\n'; sleep 1 &`: "Content-Length Accept-Ranges",
	} {
		s := serve(t, "", map[string]string{"a.cgi": script})
		out := s.Bytes("HEAD /a.cgi HTTP/1.1\r\nHost: h\r\n\r\n")
		if r := s.Do("HEAD /a.cgi HTTP/1.1\nHost: h\n\n"); r.Names() != want || !strings.HasSuffix(out, "\r\n\r\n") {
			t.Errorf("%s: %s", script, r.Raw)
		}
	}
}

func TestRange(t *testing.T) {
	s := serve(t, "", map[string]string{"a.cgi": `printf "Content-Type: text/plain\n\n0123456789$HTTP_RANGE"`})
	if r := s.Get("/a.cgi", "Range: bytes=2-4"); r.Status != 206 || r.Body != "234" || r.Get("Content-Range") != "bytes 2-4/19" {
		t.Errorf("%s", r.Raw)
	}
	if r := s.Get("/a.cgi", "Range: bytes=99-"); r.Status != 416 {
		t.Errorf("%s", r.Raw)
	}
}

func TestStreaming(t *testing.T) {
	for mode := 1; mode <= 2; mode++ {
		s := serve(t, "server.stream-response-body = "+strconv.Itoa(mode), map[string]string{
			"a.cgi":       `printf 'A: b\n\n'; sleep 0.1; printf hello`,
			"length.cgi":  `printf 'Content-Length: 5\n\n'; sleep 0.1; printf hello; exec sleep 60`,
			"short.cgi":   `printf 'Content-Length: 9\n\n'; sleep 0.1; printf hello`,
			"chunked.cgi": `printf 'Transfer-Encoding: chunked\nTrailer: T\n\n'; sleep 0.1; printf '5\r\nhello\r\n0\r\nT: 1\r\n\r\n'`,
			"broken.cgi":  `printf 'Transfer-Encoding: chunked\n\n'; sleep 0.1; printf '9\r\nhello'`,
		})
		for target, names := range map[string]string{
			"/a.cgi": "A Transfer-Encoding", "/length.cgi": "Content-Length", "/chunked.cgi": "Transfer-Encoding",
			"/short.cgi": "Content-Length", "/broken.cgi": "Transfer-Encoding",
		} {
			if r := s.Get(target); r.Names() != names || r.Body != "hello" {
				t.Errorf("mode %d, %s: %s", mode, target, r.Raw)
			}
		}
		out := s.Bytes("GET /broken.cgi HTTP/1.1\r\nHost: h\r\n\r\n")
		if !strings.HasSuffix(out, "5\r\nhello\r\n") {
			t.Errorf("mode %d: broken answer ends in %q", mode, out)
		}
		if r := s.Do("GET /a.cgi HTTP/1.0\n\n"); r.Names() != "A Connection" || r.Body != "hello" {
			t.Errorf("mode %d, HTTP/1.0: %s", mode, r.Raw)
		}
	}
}

func TestInterimResponses(t *testing.T) {
	s := serve(t, "", map[string]string{"a.cgi": `printf 'Status: 103\nLink: <a>\n\nHTTP/1.1 100 x\n\nA: b\n\nhi'`})
	out := s.Bytes("GET /a.cgi HTTP/1.1\r\nHost: h\r\n\r\n")
	want := "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n"
	if !strings.HasPrefix(out, want) {
		t.Errorf("%q", out)
	}
	if out := s.Bytes("GET /a.cgi HTTP/1.0\r\n\r\n"); !strings.HasPrefix(out, "HTTP/1.0 200 OK\r\nA: b\r\n") {
		t.Errorf("HTTP/1.0: %q", out)
	}
	s = serve(t, `server.feature-flags = ( "server.discard-backend-1xx" => "enable" )`,
		map[string]string{"a.cgi": `printf 'Status: 103\n\nA: b\n\nhi'`})
	if out := s.Bytes("GET /a.cgi HTTP/1.1\r\nHost: h\r\n\r\n"); !strings.HasPrefix(out, "HTTP/1.1 200 OK\r\nA: b\r\n") {
		t.Errorf("discarded: %q", out)
	}
}

func TestWhichFiles(t *testing.T) {
	conf := `cgi.assign += ( "run" => "/bin/sh" )
static-file.disable-pathinfo = "disable"`
	files := func() map[string]string {
		return map[string]string{
			"a.cgi": `printf "\n$SCRIPT_NAME$PATH_INFO"`, "x/run": `printf "\n$0"`, "d.cgi/": "", "b.CGI": "source",
			"plain.sh": `printf "\nran"`, "c.txt": "text",
		}
	}
	s := serve(t, conf, files())
	for target, want := range map[string]string{
		"/a.cgi": "/a.cgi", "/a.cgi/info/x": "/a.cgi/info/x", "/x/run": s.Root + "/x/run", "/b.CGI": "source",
		"/plain.sh": "ran", "/c.txt": "text",
	} {
		if r := s.Get(target); r.Body != want {
			t.Errorf("%s: %s", target, r.Raw)
		}
	}
	if r := s.Get("/d.cgi"); r.Status != 301 {
		t.Errorf("folder: %s", r.Raw)
	}
	s = serve(t, conf+"\n"+`cgi.execute-x-only = "enable"`, files())
	if r := s.Get("/plain.sh"); r.Body != `printf "\nran"` {
		t.Errorf("execute-x-only: %s", r.Raw)
	}
	if r := s.Get("/a.cgi"); r.Body != "/a.cgi" {
		t.Errorf("execute-x-only: %s", r.Raw)
	}
}

func TestCannotStart(t *testing.T) {
	s := serve(t, `cgi.assign += ( ".x" => "/nowhere/perl" )`, map[string]string{"a.x": "", "b.cgi": "", "c.cgi": ""})
	s.Write(map[string]string{"b.cgi": "no interpreter", "c.cgi": "#!/nowhere\n"})
	for target, log := range map[string]string{
		"/a.x":   "fork/spawn /nowhere/perl: No such file or directory\n",
		"/b.cgi": "fork/spawn " + s.Root + "/b.cgi: Exec format error\n",
		"/c.cgi": "fork/spawn " + s.Root + "/c.cgi: No such file or directory\n",
	} {
		if r := s.Get(target); r.Status != 500 || r.Has("Connection") {
			t.Errorf("%s: %s", target, r.Raw)
		}
		if got := s.Log(); got != log {
			t.Errorf("%s: log %q, want %q", target, got, log)
		}
	}
}

func TestConfigurationErrors(t *testing.T) {
	_, diags := servertest.Load(t, t.TempDir(), base+`cgi.x-sendfile-docroot = ( "/ok", "rel" )`, modules...)
	if !diags.HasErrors() || !strings.Contains(diags[0].Summary, "paths must begin with '/'; invalid: \"rel\"") {
		t.Errorf("%v", diags)
	}
	_, diags = servertest.Load(t, t.TempDir(), base+`cgi.limits = ( "foo" => 1, "read-timeout" => "5", "tcp-fin-propagate" => "usr1" )`, modules...)
	if diags.HasErrors() || len(diags) != 1 || diags[0].Summary != "unrecognized cgi.limits param: foo" {
		t.Errorf("%v", diags)
	}
}
