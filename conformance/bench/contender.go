package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// contender is a server program that can take part.
type contender struct {
	name   string
	static bool // serves the site
	tunnel bool // tunnels WebSocket to TCP
	start  func(dir string, s setup) (*exec.Cmd, error)
}

// setup is what a case asks of a server.
type setup struct {
	port    int
	root    string // document root
	extra   string // lines of lighttpd.conf, for those who read it
	backend int    // port of the tunnel's backend, 0 for none
}

// running is a started server.
type running struct {
	cmd  *exec.Cmd
	addr string
}

// findContenders builds ours and looks for the others.
func findContenders(dir, binary string) ([]contender, error) {
	if binary == "" {
		binary = filepath.Join(dir, "lighttpd-go")
		build := exec.Command("go", "build", "-o", binary, "github.com/lighttpd-go/lighttpd-go/cmd/lighttpd-go")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return nil, fmt.Errorf("building lighttpd-go: %w", err)
		}
	}
	found := []contender{lighttpdLike("lighttpd-go", binary, "")}
	if path := envOr("LIGHTTPD", "lighttpd"); lookable(path) {
		found = append(found, lighttpdLike("lighttpd", path, os.Getenv("LIGHTTPD_MODDIR")))
	}
	if lookable("nginx") {
		found = append(found, contender{name: "nginx", static: true, start: startNginx})
	}
	if lookable("websockify") {
		found = append(found, contender{name: "websockify", tunnel: true, start: startWebsockify})
	}
	return found, nil
}

func envOr(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func lookable(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// lighttpdLike is a server that reads lighttpd.conf.
func lighttpdLike(name, path, moddir string) contender {
	start := func(dir string, s setup) (*exec.Cmd, error) {
		conf := filepath.Join(dir, name+".conf")
		if err := os.WriteFile(conf, []byte(lighttpdConf(dir, s)), 0o644); err != nil {
			return nil, err
		}
		args := []string{"-D", "-f", conf}
		if moddir != "" {
			args = append(args, "-m", moddir)
		}
		return exec.Command(path, args...), nil
	}
	return contender{name: name, static: true, tunnel: true, start: start}
}

// lighttpdConf is the configuration both servers get.
func lighttpdConf(dir string, s setup) string {
	var b strings.Builder
	fmt.Fprintf(&b, "server.document-root = %q\nserver.bind = \"127.0.0.1\"\nserver.port = %d\n", s.root, s.port)
	fmt.Fprintf(&b, "server.errorlog = %q\n", filepath.Join(dir, "error.log"))
	fds := maxDescriptors()
	fmt.Fprintf(&b, "server.max-keep-alive-requests = 65535\nserver.max-fds = %d\nserver.max-connections = %d\n", fds, fds/2)
	b.WriteString("server.feature-flags = ( \"server.h2proto\" => \"disable\" )\n")
	b.WriteString("server.max-keep-alive-idle = 600\nserver.max-read-idle = 600\n")
	b.WriteString("mimetype.assign = ( \".html\" => \"text/html\", \".bin\" => \"application/x-bin\" )\n")
	b.WriteString("index-file.names = ( \"index.html\" )\n")
	if s.backend != 0 {
		fmt.Fprintf(&b, "server.modules += ( \"mod_wstunnel\" )\nwstunnel.frame-type = \"binary\"\n"+
			"wstunnel.server = ( \"/ws\" => ( ( \"host\" => \"127.0.0.1\", \"port\" => %d ) ) )\n", s.backend)
	}
	b.WriteString(s.extra)
	return b.String()
}

// maxDescriptors is what a process here may open, up to what lighttpd counts.
func maxDescriptors() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return min(limit.Max, 65536)
}

// startNginx prepares nginx with one worker and its file cache on, which is
// how its admins run it.
func startNginx(dir string, s setup) (*exec.Cmd, error) {
	conf := filepath.Join(dir, "nginx.conf")
	text := fmt.Sprintf(`user root; daemon off; worker_processes 1; pid %[1]s/nginx.pid; error_log %[1]s/nginx.log crit;
events { worker_connections 40000; }
http { access_log off; sendfile on; open_file_cache max=1000; keepalive_requests 100000000; keepalive_timeout 600;
  types { text/html html; application/x-bin bin; }
  server { listen 127.0.0.1:%[2]d; root %[3]s; index index.html; } }
`, dir, s.port, s.root)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return nil, err
	}
	return exec.Command("nginx", "-c", conf, "-e", filepath.Join(dir, "nginx.log")), nil
}

func startWebsockify(_ string, s setup) (*exec.Cmd, error) {
	return exec.Command("websockify", fmt.Sprintf("127.0.0.1:%d", s.port), fmt.Sprintf("127.0.0.1:%d", s.backend)), nil
}

// launch starts c and waits until it accepts connections.
func (c contender) launch(dir string, s setup) (*running, error) {
	s.port = freePort()
	cmd, err := c.start(dir, s)
	if err != nil {
		return nil, err
	}
	logs, err := os.OpenFile(filepath.Join(dir, c.name+".err"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer logs.Close()
	cmd.Stdout, cmd.Stderr = logs, logs
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	r := &running{cmd: cmd, addr: fmt.Sprintf("127.0.0.1:%d", s.port)}
	for range 500 {
		conn, err := net.Dial("tcp", r.addr)
		if err == nil {
			conn.Close()
			return r, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	r.stop()
	return nil, fmt.Errorf("%s does not answer on %s", c.name, r.addr)
}

// stop ends the server, by pid, and waits for it.
func (r *running) stop() {
	r.cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { r.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		r.cmd.Process.Kill()
		<-done
	}
}

// freePort asks the kernel for a port nobody listens on.
func freePort() int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
