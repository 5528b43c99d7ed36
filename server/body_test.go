package server

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const postHead = "POST / HTTP/1.1\r\nHost: h\r\n"

func TestBodies(t *testing.T) {
	for _, tt := range []struct{ name, conf, request, want string }{
		{"counted", "", postHead + "Content-Length: 3\r\n\r\nabc", "200 POST / abc"},
		{"chunked", "", postHead + "Transfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "200 POST / abc"},
		{"streamed", "server.stream-request-body = 1", postHead + "Content-Length: 3\r\n\r\nabc", "200 POST / abc"},
		{"bad chunk", "", postHead + "Transfer-Encoding: chunked\r\n\r\nx\r\n", "400"},
		{"bad chunk, streamed", "server.stream-request-body = 2", postHead + "Transfer-Encoding: chunked\r\n\r\nx\r\n", "400"},
		{"too large", "server.max-request-size = 1", postHead + "Content-Length: 1025\r\n\r\n", "413"},
		{"too large, chunked", "server.max-request-size = 1", postHead + "Transfer-Encoding: chunked\r\n\r\n401\r\n", "413"},
		{"too large, streamed", "server.max-request-size = 1\nserver.stream-request-body = 1",
			postHead + "Transfer-Encoding: chunked\r\n\r\n401\r\n", "413"},
		{"none", "", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "200 GET / "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newRig(t, tt.conf, handlerModule(echo))
			c := g.dial().send("%s", tt.request)
			head := c.head()
			status := head[len("HTTP/1.1 "):][:3]
			if status != "200" {
				want(t, "status", status, tt.want)
				want(t, "closes", strings.Contains(head, "Connection: close\n"), true)
				c.rest()
				return
			}
			want(t, "answer", "200 "+c.body(len(tt.want)-4), tt.want)
		})
	}
}

// A client that stops in the middle of a body gets no answer.
func TestBodyEnds(t *testing.T) {
	t.Parallel()
	for _, conf := range []string{"", "server.stream-request-body = 1"} {
		g := startRig(t, conf+"\nserver.max-read-idle = 1", handlerModule(echo))
		c := g.dial().send(postHead + "Content-Length: 3\r\n\r\na")
		closeWrite(t, c)
		want(t, "after the end", c.rest(), "")
		began := time.Now()
		want(t, "after silence", g.dial().send(postHead+"Content-Length: 3\r\n\r\na").rest(), "")
		if d := time.Since(began); d < time.Second {
			t.Errorf("closed after %v", d)
		}
	}
}

func TestContinue(t *testing.T) {
	const expect = postHead + "Expect: 100-Continue\r\nContent-Length: 3\r\n"
	t.Run("asked", func(t *testing.T) {
		c := newRig(t, "", handlerModule(echo)).dial().send(expect + "\r\n")
		want(t, "interim", c.head(), "HTTP/1.1 100 Continue\n")
		c.send("abc")
		want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Length: 10\n")
		want(t, "body", c.body(10), "POST / abc")
	})
	t.Run("already sent", func(t *testing.T) {
		c := newRig(t, "", handlerModule(echo)).dial().send(expect + "\r\na")
		c.send("bc")
		want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Length: 10\n")
	})
	t.Run("refused", func(t *testing.T) {
		c := newRig(t, "", handlerModule(fixed("no"))).dial().send(expect + "\r\n")
		want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 2\nConnection: close\n")
	})
	t.Run("1.0", func(t *testing.T) {
		c := newRig(t, "", handlerModule(echo)).dial()
		c.send("%s", strings.Replace(expect, "1.1", "1.0", 1)+"\r\n").send("abc")
		want(t, "head", c.head(), "HTTP/1.0 200 OK\nContent-Length: 10\nConnection: close\n")
	})
}

// uploads are the temporary files in dir.
func uploads(t *testing.T, dir string) []os.FileInfo {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "lighttpd-upload-??????*"))
	if err != nil {
		t.Fatal(err)
	}
	var all []os.FileInfo
	for _, name := range names {
		if st, err := os.Stat(name); err == nil {
			all = append(all, st)
		}
	}
	return all
}

func TestUploadFiles(t *testing.T) {
	dir := t.TempDir()
	content := pattern(250_000)
	sizes := make(chan string, 1)
	m := handlerModule(func(r *Request) Result {
		b, err := r.CollectBody()
		if err != nil {
			return r.FailBody(err)
		}
		var text strings.Builder
		for _, st := range uploads(t, dir) {
			fmt.Fprintf(&text, "%v %d;", st.Mode(), st.Size())
		}
		got, err := io.ReadAll(b)
		fmt.Fprintf(&text, "%v %v", bytes.Equal(got, content), err)
		sizes <- text.String()
		r.Status = 200
		return Finished
	})
	conf := fmt.Sprintf("server.upload-dirs = ( \"/nonexistent\", %q )\nserver.upload-temp-file-size = 100000", dir)
	g := newRig(t, conf, m)
	c := g.dial()
	for range 2 {
		c.send(postHead + "Content-Length: 250000\r\n\r\n").Write(content)
		got := <-sizes
		if strings.Count(got, "-rw------- 100000;") != 2 || !strings.Contains(got, "-rw------- 50000;") || !strings.HasSuffix(got, "true <nil>") {
			t.Errorf("files: %s", got)
		}
		c.head()
		want(t, "files left", len(uploads(t, dir)), 0)
	}
	// Nor are any left when the client goes away.
	c.send(postHead + "Content-Length: 250000\r\n\r\n").Write(content[:200_000])
	c.Close()
	g.stop()
	want(t, "files left", len(uploads(t, dir)), 0)
}

func TestUploadNowhere(t *testing.T) {
	g := newRig(t, `server.upload-dirs = ( "/nonexistent/1", "/nonexistent/2" )`, handlerModule(echo))
	small := g.dial().send(postHead + "Content-Length: 65536\r\n\r\n")
	small.Write(pattern(65536))
	want(t, "small", small.head(), "HTTP/1.1 200 OK\nContent-Length: 65543\n")
	large := g.dial().send(postHead + "Content-Length: 65537\r\n\r\n")
	large.Write(pattern(65537))
	if head := large.head(); !strings.HasPrefix(head, "HTTP/1.1 500 ") {
		t.Errorf("large: %q", head)
	}
	want(t, "log", g.log.has("opening temp-file failed: /nonexistent/2/lighttpd-upload-XXXXXX: No such file or directory"), true)
}

// fullFile is a temporary file on a full disk. Its name leads nowhere, so that
// removing it is harmless.
func fullFile(t *testing.T) tempFile {
	t.Helper()
	fd, err := unix.Open("/dev/full", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return tempFile{f: os.NewFile(uintptr(fd), "/nonexistent/file")}
}

// A full disk moves on to the next directory, or fails.
func TestDiskFull(t *testing.T) {
	content := pattern(100_000)
	s := &spool{dirs: []string{"/full", t.TempDir()}, max: 1 << 20, files: []tempFile{fullFile(t)}}
	if err := s.write(content); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(&Body{sp: s})
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	s = &spool{dirs: []string{"/full"}, max: 1 << 20, files: []tempFile{fullFile(t)}}
	if err := s.write(content); err == nil || err.Error() != "write() temp-file /nonexistent/file failed: No space left on device" {
		t.Errorf("%v", err)
	}
	s.close()
}

// Large answers of backends go to the same place.
func TestCollectedResponse(t *testing.T) {
	dir := t.TempDir()
	parts := make([]string, 50)
	for i := range parts {
		parts[i] = string(pattern(5000 + i))
	}
	g := newRig(t, fmt.Sprintf("server.upload-dirs = ( %q )\nserver.upload-temp-file-size = 100000", dir),
		handlerModule(backend(io.EOF, Header{}, parts...)))
	body := strings.Join(parts, "")
	c := g.dial().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Length: "+itoa(len(body))+"\n")
	if c.body(len(body)) != body {
		t.Error("the body differs")
	}
	c.Close()
	g.stop()
	want(t, "files left", len(uploads(t, dir)), 0)
}

func TestCollectNowhere(t *testing.T) {
	g := newRig(t, `server.upload-dirs = ( "/nonexistent" )`,
		handlerModule(backend(io.EOF, fieldsOf("X", "y"), string(pattern(60_000)), string(pattern(60_000)))))
	c := g.dial().send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	if head := c.head(); !strings.HasPrefix(head, "HTTP/1.1 500 ") || strings.Contains(head, "X: y") {
		t.Errorf("head %q", head)
	}
}

// The answer may come before the body is read; a goroutine that still reads it
// is stopped, and the connection closes.
func TestEarlyAnswer(t *testing.T) {
	stopped := make(chan error, 1)
	g := newRig(t, "server.stream-request-body = 1", handlerModule(func(r *Request) Result {
		b, err := r.CollectBody()
		if err != nil {
			return r.FailBody(err)
		}
		started := make(chan struct{})
		go func() {
			close(started)
			_, err := io.Copy(io.Discard, b)
			stopped <- err
		}()
		<-started
		r.Status = 200
		r.Queue.AppendBytes([]byte("early"))
		return Finished
	}))
	c := g.dial().send(postHead + "Content-Length: 100\r\n\r\nabc")
	want(t, "head", c.head(), "HTTP/1.1 200 OK\nContent-Length: 5\nConnection: close\n")
	want(t, "body", c.rest(), "early")
	select {
	case err := <-stopped:
		if err == nil {
			t.Error("the reader saw a proper end")
		}
	case <-time.After(10 * time.Second):
		t.Error("the reader is still waiting")
	}
}

func TestTrailerWhitelist(t *testing.T) {
	g := newRig(t, `server.feature-flags = ( "request.trailer-whitelist" => "x-sum" )`, handlerModule(func(r *Request) Result {
		if _, err := r.CollectBody(); err != nil {
			return r.FailBody(err)
		}
		r.Status = 200
		r.Queue.AppendBytes([]byte(r.Header.Get("X-Sum") + "," + r.Header.Get("X-Other")))
		return Finished
	}))
	c := g.dial().send(postHead + "Transfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n")
	c.head()
	want(t, "body", c.body(2), "1,")
}
