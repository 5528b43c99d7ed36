package daemon

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestTerm(t *testing.T) {
	t.Parallel()
	t.Run("no connection", func(t *testing.T) {
		c := begin(t, "")
		c.signal(syscall.SIGTERM)
		c.wantExit(0)
		if !strings.Contains(c.output(), "server stopped by UID = ") {
			t.Error("no line about the end")
		}
	})
	t.Run("idle connection", func(t *testing.T) {
		c := begin(t, "")
		k := c.dial().send("/")
		k.answer()
		c.signal(syscall.SIGTERM)
		k.wantEnd()
		c.wantExit(1)
	})
}

func TestInt(t *testing.T) {
	t.Parallel()
	c := begin(t, `server.pid-file = "DIR/pid"`)
	pid, _ := os.ReadFile(filepath.Join(c.dir, "pid"))
	if string(pid) != strconv.Itoa(c.cmd.Process.Pid)+"\n" {
		t.Errorf("pid file has %q", pid)
	}
	idle, slow := c.dial().send("/"), c.dial().send("/slow/1000")
	fresh := c.dial()
	idle.answer()
	time.Sleep(100 * time.Millisecond) // the slow request has arrived
	c.signal(syscall.SIGINT)
	idle.wantEnd()
	c.waitLog("[note] graceful shutdown started")
	if _, err := os.Stat(filepath.Join(c.dir, "pid")); err == nil {
		t.Error("pid file is still there")
	}
	if nc, err := net.Dial("tcp4", "127.0.0.1:"+strconv.Itoa(c.port)); err == nil {
		nc.Close()
		t.Error("new connections are still accepted")
	}
	for _, k := range []*conn{fresh.send("/"), slow} {
		if head := k.answer(); !strings.Contains(head, "Connection: close\r\n") {
			t.Errorf("head %q", head)
		}
		k.wantEnd()
		k.Close()
	}
	c.wantExit(0)
}

func TestSecondInt(t *testing.T) {
	t.Parallel()
	c := begin(t, "")
	k := c.dial().send("/slow/60000")
	time.Sleep(100 * time.Millisecond)
	c.signal(syscall.SIGINT)
	c.waitLog("graceful shutdown started")
	if !c.running() {
		t.Fatal("the first signal ended it")
	}
	c.signal(syscall.SIGINT)
	k.wantEnd()
	c.wantExit(1)
}

func TestGraceTimeout(t *testing.T) {
	t.Parallel()
	c := begin(t, `server.feature-flags = ( "server.graceful-shutdown-timeout" => 1 )`)
	k := c.dial()
	k.Write([]byte("GET / HT"))
	time.Sleep(100 * time.Millisecond)
	c.signal(syscall.SIGINT)
	k.wantEnd()
	c.wantExit(0)
}

func TestReload(t *testing.T) {
	t.Parallel()
	const conf = "server.errorlog = \"DIR/error.log\"\nserver.tag = \"one\"\n"
	c := begin(t, conf)
	slow, idle := c.dial().send("/slow/1500"), c.dial().send("/")
	idle.answer()
	time.Sleep(100 * time.Millisecond)

	c.configure("server.tag = \"two\"\nserver.errorlog = \"DIR/error.log\"\n$SERVER[\"socket\"] == \"/nonexistent/socket\" { }\n")
	c.signal(syscall.SIGUSR1)
	c.waitLog("graceful restart failed")
	c.configure("server.tag = \n")
	c.signal(syscall.SIGUSR1)
	c.waitFor("second failure", func() bool { return strings.Count(c.logs(), "graceful restart failed") == 2 })
	c.configure(`server.errorlog = "DIR/missing/log"`)
	c.signal(syscall.SIGUSR1)
	c.waitFor("third failure", func() bool { return strings.Count(c.logs(), "graceful restart failed") == 3 })
	for _, misleading := range []string{"Going down", "graceful shutdown started"} {
		if strings.Contains(c.logs(), misleading) {
			t.Errorf("a failed reload logs %q", misleading)
		}
	}
	if head := c.dial().send("/").answer(); !strings.Contains(head, "Server: one\r\n") {
		t.Errorf("after a failed reload: %q", head)
	}
	if head := idle.send("/").answer(); !strings.Contains(head, "Server: one\r\n") {
		t.Errorf("idle connection after a failed reload: %q", head)
	}

	c.configure(strings.Replace(conf, "one", "two", 1))
	c.signal(syscall.SIGUSR1)
	idle.wantEnd()
	if head := c.dial().send("/").answer(); !strings.Contains(head, "Server: two\r\n") {
		t.Errorf("after a reload: %q", head)
	}
	if head := slow.answer(); !strings.Contains(head, "Server: one\r\n") || !strings.Contains(head, "Connection: close") {
		t.Errorf("old request: %q", head)
	}
	c.signal(syscall.SIGTERM)
	<-c.done
}

func TestReloadSockets(t *testing.T) {
	t.Parallel()
	c := begin(t, `server.errorlog = "DIR/error.log"`)
	c.configure("server.errorlog = \"DIR/error.log\"\n$SERVER[\"socket\"] == \"DIR/s\" { server.tag = \"unix\" }\n")
	c.signal(syscall.SIGUSR1)
	path := filepath.Join(c.dir, "s")
	c.waitFor("new socket", func() bool { _, err := os.Stat(path); return err == nil })
	dial := func() *conn {
		nc, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		return newConn(t, nc)
	}
	if head := dial().send("/").answer(); !strings.Contains(head, "Server: unix\r\n") {
		t.Errorf("new socket: %q", head)
	}
	// A socket that is no longer configured serves the global settings …
	c.configure(`server.errorlog = "DIR/error.log"`)
	c.signal(syscall.SIGUSR1)
	c.waitFor("reload", func() bool { return strings.Count(c.logs(), "server started") == 3 })
	if head := dial().send("/").answer(); !strings.Contains(head, "Server: lighttpd/") {
		t.Errorf("old socket: %q", head)
	}
	// … unless it is to be closed.
	c.configure("server.errorlog = \"DIR/error.log\"\nserver.feature-flags = ( \"server.graceful-unconfig-sock\" => \"enable\" )")
	c.signal(syscall.SIGUSR1)
	c.waitFor("closed socket", func() bool {
		nc, err := net.Dial("unix", path)
		if err == nil {
			nc.Close()
		}
		return err != nil
	})
	c.signal(syscall.SIGTERM)
	<-c.done
}

// A client of a unix socket has the socket's path for its address.
func TestUnixPeer(t *testing.T) {
	t.Parallel()
	c := begin(t, "$SERVER[\"socket\"] == \"DIR/s\" { }\n$HTTP[\"remoteip\"] == \"DIR/s\" { server.tag = \"peer\" }")
	nc, err := net.Dial("unix", filepath.Join(c.dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	if head := newConn(t, nc).send("/").answer(); !strings.Contains(head, "Server: peer\r\n") {
		t.Errorf("unix socket: %q", head)
	}
	if head := c.dial().send("/").answer(); strings.Contains(head, "Server: peer\r\n") {
		t.Errorf("TCP: %q", head)
	}
}

func TestHangup(t *testing.T) {
	t.Parallel()
	c := begin(t, `server.errorlog = "DIR/error.log"`)
	log := filepath.Join(c.dir, "error.log")
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	c.signal(syscall.SIGHUP)
	c.waitLog("logfiles cycled UID = ")
	old, _ := os.ReadFile(log + ".1")
	if !strings.Contains(string(old), "server started") {
		t.Errorf("old log %q", old)
	}
	c.signal(syscall.SIGTERM)
	c.wantExit(0)
}

func TestStartFailures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, conf, want string }{
		{"pid file", `server.pid-file = "DIR/missing/pid"`, "opening pid-file failed: "},
		{"pid file is a directory", `server.pid-file = "DIR"`, "opening pid-file failed: "},
		{"errorlog", `server.errorlog = "DIR/missing/log"`, "Opening errorlog failed. Going down."},
		{"errorlog in a condition", `$HTTP["host"] == "x" { server.errorlog = "DIR/missing/log" }`, "opening errorlog '"},
		{"address", `$SERVER["socket"] == "192.0.2.1:80" { }`, "bind() 192.0.2.1:80: Cannot assign requested address"},
		{"chroot", `server.chroot = "DIR/missing"`, "server.chroot"},
		{"name", `$SERVER["socket"] == "no..such..host:80" { }`, "could not resolve hostname no..such..host"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := prepare(t, "foreground", tt.conf).start()
			c.wantExit(255)
			if !strings.Contains(c.output(), tt.want) || strings.Contains(c.output(), `\n`) {
				t.Errorf("output %q, want %q in it, lines apart", c.output(), tt.want)
			}
		})
	}
}

func TestUnknownUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // lighttpd ignores the directive then, and so does this server
	}
	c := prepare(t, "foreground", `server.username = "no-such-user"`).start()
	c.wantExit(255)
	if !strings.Contains(c.output(), "can't find username no-such-user") {
		t.Errorf("output %q", c.output())
	}
}

// A second start on the same port fails and leaves the first server's pid file
// alone.
func TestPortInUse(t *testing.T) {
	t.Parallel()
	c := begin(t, `server.pid-file = "DIR/pid"`)
	second := prepare(t, "foreground", "")
	second.port = c.port
	second.dir = c.dir
	second.configure(`server.pid-file = "DIR/pid"`)
	second.start()
	second.wantExit(255)
	if line := "bind() 127.0.0.1:" + strconv.Itoa(c.port) + ": Address already in use\n"; !strings.HasSuffix(second.output(), line) {
		t.Errorf("output %q", second.output())
	}
	if pid, _ := os.ReadFile(filepath.Join(c.dir, "pid")); string(pid) != strconv.Itoa(c.cmd.Process.Pid)+"\n" {
		t.Errorf("pid file has %q", pid)
	}
	c.signal(syscall.SIGTERM)
	c.wantExit(0)
	if _, err := os.Stat(filepath.Join(c.dir, "pid")); err == nil {
		t.Error("pid file is left behind")
	}
}

func TestUnixSocket(t *testing.T) {
	t.Parallel()
	const conf = "$SERVER[\"socket\"] == \"DIR/s\" { server.socket-perms = \"0600\" }\n"
	c := begin(t, conf)
	path := filepath.Join(c.dir, "s")
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st, err)
	}
	second := prepare(t, "foreground", "")
	second.dir = c.dir
	second.configure(conf)
	second.start()
	second.wantExit(255)
	if !strings.Contains(second.output(), "server socket is still in use: "+path) {
		t.Errorf("output %q", second.output())
	}
	c.signal(syscall.SIGKILL)
	<-c.done
	third := prepare(t, "foreground", "")
	third.dir = c.dir
	third.configure(conf)
	third.start().waitLog("server started")
	nc, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	newConn(t, nc).send("/").answer()
	third.signal(syscall.SIGTERM)
	<-third.done
}

func TestMaxConnections(t *testing.T) {
	t.Parallel()
	c := begin(t, "server.max-connections = 2\nserver.max-keep-alive-idle = 30")
	first, second := c.dial().send("/"), c.dial().send("/")
	first.answer()
	second.answer()
	c.waitLog("[note] sockets disabled, connection limit reached")
	third := c.dial().send("/")
	third.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if b, err := third.br.ReadByte(); err == nil {
		t.Fatalf("the third client got %q", b)
	}
	third.br.Reset(third)
	third.SetReadDeadline(time.Now().Add(10 * time.Second))
	first.Close()
	third.answer()
	c.waitLog("[note] sockets enabled again")
	c.signal(syscall.SIGTERM)
	c.wantExit(1)
}

func TestOutOfDescriptors(t *testing.T) {
	t.Parallel()
	c := prepare(t, "foreground", "server.max-fds = 128\nserver.max-keep-alive-idle = 30\nserver.errorlog = \"DIR/error.log\"")
	c.cmd.Env = append(c.cmd.Env, childFDs+"=3")
	c.start().waitLog("server started")
	var all []*conn
	for range 6 {
		all = append(all, c.dial().send("/"))
	}
	c.waitLog("[note] sockets disabled, out-of-fds")
	for _, k := range all[:3] {
		k.answer()
		k.Close()
	}
	for _, k := range all[3:] {
		k.answer()
	}
	c.waitLog("[note] sockets enabled again")
	c.signal(syscall.SIGTERM)
	c.wantExit(1)
}

func TestOneShot(t *testing.T) {
	t.Parallel()
	t.Run("socket", func(t *testing.T) {
		pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		theirs, ours := os.NewFile(uintptr(pair[0]), "theirs"), os.NewFile(uintptr(pair[1]), "ours")
		c := prepare(t, "one-shot", `server.pid-file = "DIR/pid"`)
		c.cmd.Stdin = theirs
		c.start()
		theirs.Close()
		nc, err := net.FileConn(ours)
		if err != nil {
			t.Fatal(err)
		}
		ours.Close()
		k := newConn(t, nc).send("/")
		k.answer()
		if _, err := os.Stat(filepath.Join(c.dir, "pid")); err == nil {
			t.Error("a pid file was written")
		}
		k.Close()
		c.wantExit(0)
		if out := c.output(); out != "" { // which is the client's connection, to inetd
			t.Errorf("standard error got %q", out)
		}
	})
	t.Run("pipes", func(t *testing.T) {
		c := prepare(t, "one-shot", "")
		c.cmd.Stdin = strings.NewReader("GET / HTTP/1.0\r\n\r\n")
		out, err := c.cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 4096)
		n, _ := out.Read(b)
		if got := string(b[:n]); !strings.HasPrefix(got, "HTTP/1.0 200 OK\r\n") || !strings.HasSuffix(got, "\r\n\r\nok") {
			t.Errorf("answer %q", got)
		}
		if err := c.cmd.Wait(); err != nil {
			t.Errorf("%v; output %q", err, c.output())
		}
	})
	t.Run("file", func(t *testing.T) {
		c := prepare(t, "one-shot", "").start()
		c.wantExit(255)
		if !strings.Contains(c.output(), "lighttpd -1 stdin is not a socket") {
			t.Errorf("output %q", c.output())
		}
	})
}

func TestBackground(t *testing.T) {
	t.Parallel()
	c := prepare(t, "background", "server.pid-file = \"DIR/pid\"\nserver.errorlog = \"DIR/error.log\"").start()
	c.wantExit(0)
	c.dial().send("/").answer()
	text, err := os.ReadFile(filepath.Join(c.dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	if pid == c.cmd.Process.Pid || pid <= 1 {
		t.Fatalf("pid file has %q", text)
	}
	if cwd, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/cwd"); err != nil || cwd != "/" {
		t.Errorf("working directory %q, %v", cwd, err)
	}
	if sid, err := unix.Getsid(pid); err != nil || sid != pid {
		t.Errorf("session %d, %v", sid, err)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.waitLog("server stopped by UID = ")
}

func TestBackgroundFailure(t *testing.T) {
	t.Parallel()
	c := prepare(t, "background", `server.errorlog = "DIR/missing/log"`).start()
	c.wantExit(255)
	if !strings.HasSuffix(c.output(), "daemonized server failed to start; check error log for details\n") {
		t.Errorf("output %q", c.output())
	}
}

func TestIdleStop(t *testing.T) {
	t.Parallel()
	c := prepare(t, "idle", "").start()
	c.wantExit(0)
	if !strings.Contains(c.output(), "server stopped after idle timeout") {
		t.Errorf("output %q", c.output())
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	c := prepare(t, "preflight", `server.pid-file = "DIR/pid"`).start()
	c.wantExit(0)
	if c.output() != "" {
		t.Errorf("output %q", c.output())
	}
	c = prepare(t, "preflight", `$SERVER["socket"] == "no..such..host:80" { }`).start()
	c.wantExit(255)
}

func TestSocketActivation(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f, err := ln.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	c := prepare(t, "foreground", "server.bind := \"\"\nserver.systemd-socket-activation = \"enable\"\n"+
		"$SERVER[\"socket\"] == \""+ln.Addr().String()+"\" { server.tag = \"passed\" }")
	c.cmd.ExtraFiles = []*os.File{f}
	c.cmd.Env = append(c.cmd.Env, "LISTEN_FDS=1", "LISTEN_PID=parent:"+strconv.Itoa(os.Getpid()))
	c.start().waitLog("server started")
	f.Close()
	nc, err := net.Dial("tcp4", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if head := newConn(t, nc).send("/").answer(); !strings.Contains(head, "Server: passed\r\n") {
		t.Errorf("head %q", head)
	}
	env, _ := exec.Command("cat", "/proc/"+strconv.Itoa(c.cmd.Process.Pid)+"/limits").Output()
	if !strings.Contains(string(env), "Max open files            4096") {
		t.Errorf("limits:\n%s", env)
	}
	// With server.bind unset there is no default socket, after a reload as
	// little as before.
	c.signal(syscall.SIGUSR1)
	c.waitFor("restart", func() bool { return strings.Count(c.logs(), "server started") == 2 })
	nc, err = net.Dial("tcp4", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if head := newConn(t, nc).send("/").answer(); !strings.Contains(head, "Server: passed\r\n") {
		t.Errorf("after the reload: head %q", head)
	}
	if nc, err := net.Dial("tcp4", "127.0.0.1:"+strconv.Itoa(c.port)); err == nil {
		nc.Close()
		t.Error("a default socket was opened")
	}
	c.signal(syscall.SIGTERM)
	<-c.done
}

// IPv6 sockets are for IPv6 only unless the configuration says otherwise.
func TestIPv6(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, conf string
		v4         bool
	}{
		{"default", "", false},
		{"set-v6only", `server.set-v6only = "disable"`, true},
		{"v4mapped", `server.v4mapped = "enable"`, true},
		{"both", "server.set-v6only = \"disable\"\nserver.v4mapped = \"disable\"", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			port := strconv.Itoa(freePort(t))
			c := begin(t, "$SERVER[\"socket\"] == \"[::]:"+port+"\" { "+tt.conf+" }")
			nc, err := net.Dial("tcp6", "[::1]:"+port)
			if err != nil {
				t.Fatal(err)
			}
			newConn(t, nc).send("/").answer()
			nc4, err := net.Dial("tcp4", "127.0.0.1:"+port)
			if (err == nil) != tt.v4 {
				t.Errorf("IPv4: %v", err)
			}
			if err == nil {
				nc4.Close()
			}
			c.signal(syscall.SIGTERM)
			<-c.done
		})
	}
}

// Standard error of a server with a breakage log goes there.
func TestBreakageLog(t *testing.T) {
	t.Parallel()
	c := begin(t, "server.breakagelog = \"DIR/breakage\"\nserver.errorlog = \"DIR/error.log\"")
	target, err := os.Readlink("/proc/" + strconv.Itoa(c.cmd.Process.Pid) + "/fd/2")
	if err != nil || target != filepath.Join(c.dir, "breakage") {
		t.Errorf("standard error is %q, %v", target, err)
	}
	for _, fd := range []string{"0", "1"} {
		if target, err := os.Readlink("/proc/" + strconv.Itoa(c.cmd.Process.Pid) + "/fd/" + fd); target != "/dev/null" {
			t.Errorf("descriptor %s is %q, %v", fd, target, err)
		}
	}
	c.signal(syscall.SIGTERM)
	c.wantExit(0)
}

// Under chroot a graceful restart is a graceful stop. The pid file is seen from
// outside and only emptied.
func TestChroot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // lighttpd ignores the directives then, and so does this server
	}
	c := prepare(t, "background", "server.chroot = \"DIR\"\nserver.username = \"nobody\"\n"+
		"server.pid-file = \"DIR/pid\"\nserver.errorlog = \"/error.log\"")
	if err := os.Chmod(c.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	c.start().wantExit(0)
	c.dial().send("/").answer()
	text, err := os.ReadFile(filepath.Join(c.dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	proc := "/proc/" + strconv.Itoa(pid)
	if root, err := os.Readlink(proc + "/root"); err != nil || root != c.dir {
		t.Errorf("root directory %q, %v", root, err)
	}
	if target, err := os.Readlink(proc + "/fd/2"); err != nil || target != "/dev/null" {
		t.Errorf("standard error is %q, %v", target, err)
	}
	st, err := os.Stat(filepath.Join(c.dir, "error.log"))
	if err != nil || st.Sys().(*syscall.Stat_t).Uid == 0 {
		t.Errorf("error log: %v, %v", st, err)
	}
	if err := syscall.Kill(pid, syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	c.waitLog("server stopped by UID = ")
	if text, err := os.ReadFile(filepath.Join(c.dir, "pid")); err != nil || len(text) > 0 {
		t.Errorf("pid file has %q, %v", text, err)
	}
}
