//go:build full

package conformance

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const clientsConf = `server.modules = ( "mod_wstunnel" )
mimetype.assign = ( ".txt" => "text/plain" )
$HTTP["url"] =^ "/ws/" {
    wstunnel.server = ( "" => ( ( "host" => "127.0.0.1", "port" => env.ECHO_PORT ) ) )
}
$HTTP["url"] == "/ws/binary" { wstunnel.frame-type = "binary" }
`

// serveClients starts the server with an echo behind /ws/text and /ws/binary.
func serveClients(t *testing.T) *Server {
	t.Helper()
	binary, err := Ours()
	if err != nil {
		t.Fatal(err)
	}
	echo, err := Listen("tcp", "127.0.0.1:0", "echo", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(echo.Close)
	work := t.TempDir()
	for name, text := range map[string]string{"htdocs/a.txt": "hello\n", "htdocs/dir/x": ""} {
		file := filepath.Join(work, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := setFileTimes(work); err != nil {
		t.Fatal(err)
	}
	port := echo.ln.Addr().(*net.TCPAddr).Port
	srv, err := Start(binary, work, clientsConf, []string{fmt.Sprintf("ECHO_PORT=%d", port)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Stop(); err != nil {
			t.Errorf("%v\n%s", err, srv.Log())
		}
	})
	return srv
}

// client runs a program and returns what it wrote.
func client(t *testing.T, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// debianPython is the Python that python3-websockets and python3-h11 belong to.
const debianPython = "/usr/bin/python3"

func TestClientPythonWebsockets(t *testing.T) {
	srv := serveClients(t)
	for _, kind := range []string{"text", "binary"} {
		client(t, debianPython, "testdata/clients/echo.py", "ws://"+srv.Addr+"/ws/"+kind, kind)
	}
}

func TestClientNode(t *testing.T) {
	dir, err := filepath.Abs("../.cache/npm")
	if err != nil {
		t.Fatal(err)
	}
	pkg := filepath.Join(dir, "node_modules", "ws")
	if _, err := os.Stat(pkg); err != nil {
		npmInstall(t, dir, "ws")
	}
	srv := serveClients(t)
	for _, kind := range []string{"text", "binary"} {
		client(t, "node", "testdata/clients/echo.mjs", pkg, "ws://"+srv.Addr+"/ws/"+kind, kind)
	}
}

func TestClientPythonH11(t *testing.T) {
	srv := serveClients(t)
	host, port, _ := net.SplitHostPort(srv.Addr)
	client(t, debianPython, "testdata/clients/strict.py", host, port)
}

func TestClientCurl(t *testing.T) {
	srv := serveClients(t)
	url := "http://" + srv.Addr
	base := []string{"-sS", "--max-time", "20"}
	tests := []struct {
		want string
		args []string
	}{
		{"hello\n", []string{url + "/a.txt"}},
		{"el", []string{"-r", "1-2", url + "/a.txt"}},
		{"403 1", []string{"-L", "-o", "/dev/null", "-w", "%{http_code} %{num_redirects}", url + "/dir"}},
		{"1 0 0 ", []string{"-o", "/dev/null", "-o", "/dev/null", "-o", "/dev/null", "-w", "%{num_connects} ", url + "/a.txt", url + "/missing", url + "/dir"}},
		{"304", []string{"-z", "Sat, 02 Jan 2021 03:04:05 GMT", "-w", "%{http_code}", url + "/a.txt"}},
		{"200 ", []string{"-I", "-o", "/dev/null", "-w", "%{http_code} ", url + "/a.txt"}},
		{"404", []string{"-d", strings.Repeat("x", 3000), "-o", "/dev/null", "-w", "%{http_code}", url + "/missing"}},
	}
	for _, test := range tests {
		if got := client(t, "curl", append(base, test.args...)...); got != test.want {
			t.Errorf("curl %s: %q, want %q", strings.Join(test.args, " "), got, test.want)
		}
	}
}

// TestTunnelsLeaveNothing opens and ends many tunnels in different ways; the
// server's descriptors must be about as few as before.
func TestTunnelsLeaveNothing(t *testing.T) {
	srv := serveClients(t)
	descriptors := func() int {
		list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", srv.Pid()))
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	before := descriptors()
	const handshake = "GET /ws/text HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: upgrade\r\n" +
		"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n"
	ends := []string{"", "\x88\x80\x00\x00\x00\x00", "\x83\x80\x00\x00\x00\x00", "\x81\x85\x00\x00\x00\x00he"}
	for i := range 200 {
		conn, err := dial(srv.Addr)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte(handshake)); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 512)
		if n, err := conn.Read(buf); err != nil || !strings.HasPrefix(string(buf[:n]), "HTTP/1.1 101 ") {
			t.Fatalf("%q, %v", buf[:n], err)
		}
		if _, err := conn.Write([]byte(ends[i%len(ends)])); err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
	const own = 8                       // what the server opens for itself at the first tunnel
	end := time.Now().Add(2 * patience) // a connection lingers for up to 5 seconds
	for descriptors() > before+own && time.Now().Before(end) {
		time.Sleep(20 * time.Millisecond)
	}
	if left := descriptors(); left > before+own {
		out, _ := exec.Command("ls", "-l", fmt.Sprintf("/proc/%d/fd", srv.Pid())).Output()
		t.Errorf("%d descriptors, %d before:\n%s", left, before, out)
	}
}
