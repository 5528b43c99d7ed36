package cgi_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/modules/cgi"
	"github.com/lighttpd-go/lighttpd-go/modules/index"
	"github.com/lighttpd-go/lighttpd-go/modules/setenv"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

const base = `
server.document-root = env.ROOT
server.tag = "t"
mimetype.assign = ( ".txt" => "text/plain" )
etag.use-inode = "disable"
server.modules = ( "mod_setenv", "mod_cgi" )
cgi.assign = ( ".cgi" => "", ".sh" => "/bin/sh" )
`

var modules = []server.Module{setenv.Module, cgi.Module, index.Module, static.Module}

// serve starts a server whose files are programs if their names end in .cgi.
// Their lines are commands of sh.
func serve(t *testing.T, conf string, files map[string]string) *servertest.Server {
	t.Helper()
	s := servertest.New(t, base+conf, modules...)
	for name, text := range files {
		if strings.HasSuffix(name, ".cgi") {
			files[name] = "#!/bin/sh\n" + text
		}
	}
	s.Write(files)
	for name := range files {
		if strings.HasSuffix(name, ".cgi") {
			if err := os.Chmod(filepath.Join(s.Root, name), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// children lists the processes below this one, with their states.
func children() string {
	var all []string
	dirs, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range dirs {
		b, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		text := string(b)
		var state string
		var ppid int
		if _, err := fmt.Sscanf(text[strings.LastIndexByte(text, ')')+1:], "%s %d", &state, &ppid); err == nil && ppid == os.Getpid() {
			all = append(all, text[:strings.LastIndexByte(text, ')')+3])
		}
	}
	return strings.Join(all, "\n")
}

// TestMain fails if the tests leave processes, descriptors or goroutines
// behind.
func TestMain(m *testing.M) {
	files, _ := os.ReadDir("/proc/self/fd")
	code := m.Run()
	if code == 0 {
		if left := leaks(len(files)); left != "" {
			fmt.Println(left)
			code = 1
		}
	}
	os.Exit(code)
}

func leaks(files int) string {
	var left string
	for range 100 {
		now, _ := os.ReadDir("/proc/self/fd")
		// The poller of the runtime needs two or three descriptors for good.
		procs, routines, fds := children(), runtime.NumGoroutine(), len(now)-files
		if procs == "" && routines <= 2 && fds <= 3 {
			return ""
		}
		left = fmt.Sprintf("left behind: processes %q, %d goroutines, %d descriptors", procs, routines, fds)
		time.Sleep(50 * time.Millisecond)
	}
	stacks := make([]byte, 64<<10)
	return left + "\n" + string(stacks[:runtime.Stack(stacks, true)])
}
