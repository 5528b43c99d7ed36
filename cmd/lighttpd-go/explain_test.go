package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// TestSplitURL: what a client would send for a URL.
func TestSplitURL(t *testing.T) {
	tests := []struct{ url, host, target string }{
		{"/a?b#c", "localhost", "/a?b"},
		{"http://h", "h", "/"},
		{"http://h:81/a%20b", "h:81", "/a%20b"},
		{"HTTPS://h?x=/", "h", "/?x=/"},
		{"http:///a", "", ""},
		{"ftp://h/", "", ""},
		{"h/a", "", ""},
	}
	for _, tt := range tests {
		host, target, _, err := splitURL(tt.url)
		if host != tt.host || target != tt.target || (err != nil) != (tt.host == "") {
			t.Errorf("%s: %q %q %v", tt.url, host, target, err)
		}
	}
}

// TestExplain runs --explain, as text and as JSON.
func TestExplain(t *testing.T) {
	files := map[string]string{"conf": `
server.document-root = "/nonexistent"
server.upload-dirs = ( "/" )
$HTTP["host"] == "a" { server.name = "b" }
$SERVER["socket"] == "127.0.0.1:81" { server.tag = "81" }
`}
	run := func(args string) outcome { return runWith(files, strings.Fields("-f conf "+args)...) }
	const want = `GET /x from 10.0.0.1 on 127.0.0.1:81
  scheme       http
  host         a
  path         /x

conditions
  applies        $HTTP["host"] == "a"
                 block 1, conf:4: host is "a"
  applies        $SERVER["socket"] == "127.0.0.1:81"
                 block 2, conf:5: socket is "127.0.0.1:81"

settings in force
  server.upload-dirs = ( "/" )
      conf:3 (core)
  server.document-root = "/nonexistent"
      conf:2 (core)
  server.name = "b"
      conf:4, block 1 (core)
  server.tag = "81"
      conf:5, block 2 (core)

answer
  by            core
  status        404
  document root /nonexistent
  physical path /nonexistent/x
`
	got := run("--explain http://a/x#y --remote-ip 10.0.0.1 --socket 127.0.0.1:81")
	if got.code != 0 || got.stdout != want || got.stderr != "" {
		t.Errorf("exit %d, stderr %q\n got %s\nwant %s", got.code, got.stderr, got.stdout, want)
	}
	got = run("--explain /x --header Host:A --method HEAD --json")
	var e server.Explanation
	if err := json.Unmarshal([]byte(got.stdout), &e); err != nil {
		t.Fatal(err)
	}
	if e.Method != "HEAD" || e.Host != "a" || e.Status != 404 || len(e.Blocks) != 2 || e.Blocks[0].Result != "applies" {
		t.Errorf("got %+v", e)
	}
	for args, status := range map[string]string{
		"--explain /x --method POST":                       "404", // Content-Length: 0 is sent along
		"--explain /x --method POST --header Host:":        "400",
		"--explain /x --method what":                       "501",
		"--explain * --method OPTIONS":                     "200",
		"--explain /x --header Content-Length:1":           "400",
		"--explain /x --header A:1 --header A:2 --json":    "404",
		"--explain http://h:80/x --remote-ip ::1":          "404",
		"--explain /x --header Transfer-Encoding:identity": "501",
	} {
		if got := run(args); got.code != 0 || !strings.Contains(got.stdout, "status") || !strings.Contains(got.stdout, status) {
			t.Errorf("%s: exit %d, want status %s in %s", args, got.code, status, got.stdout)
		}
	}
	for args, want := range map[string]string{
		"--explain x":                        `error: --explain "x" is neither a path nor an http URL`,
		"--explain /x --remote-ip localhost": `error: --remote-ip "localhost" is not an address`,
		"--explain /x --header X":            `error: --header "X" has no colon; write --header "Name: value"`,
		"--explain /x --socket 127.0.0.1:82": "error: the server does not listen on 127.0.0.1:82, but on 0.0.0.0:80, 127.0.0.1:81",
	} {
		if got := run(args); got.code != 255 || got.stderr != want+"\n" {
			t.Errorf("%s: exit %d, %q, want %q", args, got.code, got.stderr, want)
		}
	}
}
