//go:build full

package conformance

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestBrowser opens noVNC in Chromium: the page comes from this server, the
// desktop through its tunnel, and what is typed reaches the X program.
func TestBrowser(t *testing.T) {
	b, err := Ours()
	if err != nil {
		t.Fatal(err)
	}
	pages := []struct{ name, root, page string }{
		{"debian", "/usr/share/novnc", "vnc.html?autoconnect=1&path=websockify"},
		{"npm", npmNoVNC(t), "novnc.html"},
	}
	for _, p := range pages {
		t.Run(p.name, func(t *testing.T) {
			d := startDesktop(t)
			srv := serveNoVNC(t, b, p.root, d)
			useNoVNC(t, "http://"+srv.Addr+"/"+p.page, d)
			if err := srv.Stop(); err != nil {
				t.Errorf("%v\n%s", err, srv.Log())
			}
		})
	}
}

// serveNoVNC starts the server with the example configuration, unchanged but
// for the document root when noVNC is elsewhere. The port of the VNC server is
// set by a later block, and only when 5900 was taken.
func serveNoVNC(t *testing.T, b Binary, root string, d desktop) *Server {
	t.Helper()
	text, err := os.ReadFile("../examples/novnc.conf")
	if err != nil {
		t.Fatal(err)
	}
	conf := strings.Replace(string(text), "/usr/share/novnc", root, 1)
	if d.vncPort != 5900 {
		conf += fmt.Sprintf(`$HTTP["url"] =~ "^/websockify.*" {
			wstunnel.server = ( "" => ( ( "host" => "127.0.0.1", "port" => %d ) ) )
		}
		`, d.vncPort)
	}
	srv, err := Start(b, t.TempDir(), conf, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		select {
		case <-srv.exited:
		default:
			srv.Kill()
		}
	})
	return srv
}

// npmNoVNC puts the newest @novnc/novnc of npm, and a page that uses it, into
// the cache directory of the repository.
func npmNoVNC(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../.cache/npm")
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(dir, "node_modules", "@novnc", "novnc")
	if _, err := os.Stat(root); err != nil {
		npmInstall(t, dir, "@novnc/novnc")
	}
	page, err := os.ReadFile("testdata/novnc.html")
	if err == nil {
		err = os.WriteFile(filepath.Join(root, "novnc.html"), page, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func npmInstall(t *testing.T, dir, pkg string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", dir, pkg)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm install %s: %v\n%s", pkg, err, out)
	}
}

// browser starts a fresh headless Chromium that lives as long as the test.
func browser(t *testing.T, width, height int) context.Context {
	t.Helper()
	profile, err := os.MkdirTemp("", "chromium")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(profile) })
	opts := []chromedp.ExecAllocatorOption{chromedp.UserDataDir(profile), chromedp.WindowSize(width, height)}
	for _, name := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
		"disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		opts = append(opts, chromedp.Flag(name, true))
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// connected waits for noVNC to say that it is connected.
var connected = chromedp.Poll[chromedp.Void](
	`document.documentElement.classList.contains('noVNC_connected')`, chromedp.WithPollingTimeout(time.Minute))

// useNoVNC is what a person does: open the page, see the desktop, type.
func useNoVNC(t *testing.T, url string, d desktop) {
	t.Helper()
	const text = "typed through the tunnel"
	ctx := browser(t, 960, 720)
	err := chromedp.Do(ctx,
		chromedp.Navigate(url),
		connected,
		chromedp.Poll[chromedp.Void](showsColour, chromedp.WithPollingTimeout(time.Minute)),
		chromedp.Click("canvas"),
		chromedp.KeyEvent(text+"\r"),
	)
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	waitFor(t, "the typed text", func() bool {
		got, _ := os.ReadFile(d.typed)
		return string(got) == text+"\n"
	})
}

// showsColour is true when the middle of the canvas has the X program's
// background; a little tolerance for lossy encodings.
const showsColour = `(() => {
	const c = document.querySelector('canvas');
	if (!c || c.width < 200) return false;
	const p = c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data;
	return Math.abs(p[0] - 0x1e) < 24 && Math.abs(p[1] - 0x6f) < 24 && Math.abs(p[2] - 0xd9) < 24;
})()`
