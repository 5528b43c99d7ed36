package server

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestLogLine(t *testing.T) {
	sink := &logLinesSink{}
	l := NewLog(sink)
	l.Errorf("a %s\nb\x00\xe4é%c", "x", 0x7f)
	line := regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: \(log_test\.go\.\d+\) (.*)\n$`).FindStringSubmatch(sink.lines[0])
	if line == nil || line[1] != `a x\nb\x00\xe4\xc3\xa9\x7f` {
		t.Errorf("line %q", sink.lines[0])
	}
	l.set.opts = LogOptions{UTF8: true, Precise: true}
	l.Warnf("\xe4é")
	if !regexp.MustCompile(`^[-\d]+ [:\d]+\.\d{9}: \(log_test\.go\.\d+\) \\xe4é\n$`).MatchString(sink.lines[1]) {
		t.Errorf("line %q", sink.lines[1])
	}
	(*Log)(nil).Errorf("nowhere")
	if l, err := (*Log)(nil).To("/nowhere"); l != nil || err != nil {
		t.Errorf("%v, %v", l, err)
	}
	new(Log).Errorf("nowhere")
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestLogFiles(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	l := NewLog(nil)
	if err := l.Open(LogOptions{Name: a}); err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	other, err := l.To(b)
	if err != nil {
		t.Fatal(err)
	}
	if same, _ := l.To(a); same != l {
		t.Error("the global file has two writers")
	}
	if same, _ := other.To(b); same != other {
		t.Error("a file has two writers")
	}
	l.Errorf("one")
	other.Errorf("two")
	os.Rename(a, a+".1")
	os.Rename(b, b+".1")
	os.Mkdir(b, 0o755) // cannot be opened: the old file stays in use
	l.Reopen()
	l.Errorf("three")
	other.Errorf("four")
	if got := readFile(t, a+".1"); strings.Count(got, "\n") != 1 || !strings.HasSuffix(got, "one\n") {
		t.Errorf("old log %q", got)
	}
	if got := readFile(t, a); !strings.Contains(got, "error cycling log "+b+": Is a directory\n") || !strings.HasSuffix(got, "three\n") {
		t.Errorf("new log %q", got)
	}
	if got := readFile(t, b+".1"); !strings.HasSuffix(got, "four\n") {
		t.Errorf("log that could not be opened %q", got)
	}
	if _, err := l.To(filepath.Join(dir, "x", "y")); err == nil || !strings.HasPrefix(err.Error(), "opening errorlog '") {
		t.Errorf("%v", err)
	}
}

// Messages of a request go to the log of its conditions.
func TestRequestLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h")
	g := newRig(t, `$HTTP["host"] == "h" { server.errorlog = "`+path+`" }`, handlerModule(func(r *Request) Result {
		r.Errorf("for %s", r.URI.Authority)
		r.Status = 200
		return Finished
	}))
	if err := g.OpenLogs(); err != nil {
		t.Fatal(err)
	}
	defer g.Log.Close()
	g.dial().send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").rest()
	g.dial().send("GET / HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n").rest()
	want(t, "host's log", strings.HasSuffix(readFile(t, path), "for h\n"), true)
	want(t, "global log", g.log.has("for other") && !g.log.has("for h"), true)
}

func TestPipedLog(t *testing.T) {
	checkLeaks(t)
	path := filepath.Join(t.TempDir(), "out")
	l := NewLog(nil)
	if err := l.Open(LogOptions{Name: "|cat >> " + path}); err != nil {
		t.Fatal(err)
	}
	l.Errorf("through a pipe")
	l.Close()
	want(t, "output", strings.HasSuffix(readFile(t, path), "through a pipe\n"), true)
}

// A logger that nobody reads holds the server up only for a moment.
func TestStuckPipedLog(t *testing.T) {
	t.Parallel()
	l, err := NewPipeLogger("exec sleep 5")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	n, err := l.Write(make([]byte, 1<<20))
	if err == nil || n == 1<<20 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("held up for %v", d)
	}
	l.Close()
}

func TestStrerror(t *testing.T) {
	_, err := os.Open("/nonexistent")
	want(t, "system error", Strerror(err), "No such file or directory")
	want(t, "other error", Strerror(errors.Join(fs.ErrClosed)), fs.ErrClosed.Error())
}

func TestDebugHeads(t *testing.T) {
	g := newRig(t, "debug.log-request-header = \"enable\"\ndebug.log-response-header = \"enable\"", handlerModule(fixed("ok")))
	g.dial().send("GET /x HTTP/1.0\r\nA: b\r\n\r\n").rest()
	for _, line := range []string{"rqst: GET /x HTTP/1.0\n", "rqst: A: b\n", "rqst: \n", "resp: HTTP/1.0 200 OK\n", "resp: Content-Length: 2\n"} {
		want(t, line, g.log.has(line), true)
	}
	g.dial().send("\x16\x03\x01").rest()
	want(t, "TLS hello", g.log.has("unexpected TLS ClientHello on clear port (127.0.0.1)"), true)
	g.dial().send("GET /%s", strings.Repeat("x", 8192)).rest()
	want(t, "too large", g.log.has("oversized request-header -> sending Status 431"), true)
}
