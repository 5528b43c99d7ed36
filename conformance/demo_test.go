//go:build full

package conformance

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var updateScreenshot = flag.Bool("update-screenshot", false, "write docs/novnc.png")

// output collects what a program writes while it runs.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// TestDemo runs scripts/demo as a newcomer would: its address shows the desktop,
// and Ctrl-C stops everything it started.
func TestDemo(t *testing.T) {
	var out output
	cmd := exec.Command("../scripts/demo")
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C goes to a group
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/\S+`)
	waitFor(t, "the demo's address", func() bool {
		select {
		case err := <-ended:
			t.Fatalf("the demo ended: %v\n%s", err, out.String())
		default:
		}
		return address.MatchString(out.String())
	})

	ctx := browser(t, 1100, 760)
	err := chromedp.Do(ctx, chromedp.Navigate(address.FindString(out.String())), connected,
		chromedp.Poll[chromedp.Void](showsDemo, chromedp.WithPollingTimeout(time.Minute)))
	if err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if *updateScreenshot && err == nil {
		screenshot(t, func() ([]byte, error) { return chromedp.Run(ctx, chromedp.CaptureScreenshot()) })
	}

	syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) // fails only when it has ended: seen below
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the demo ended with %v\n%s", err, out.String())
		}
	case <-time.After(4 * patience):
		t.Error("the demo did not stop")
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
	}
	if err := syscall.Kill(-cmd.Process.Pid, 0); err != syscall.ESRCH {
		t.Errorf("the demo left a process behind (%v)\n%s", err, out.String())
	}
}

// showsDemo is true when the demo's wallpaper and its terminal are on the canvas.
const showsDemo = `(() => {
	const c = document.querySelector('canvas');
	if (!c || c.width < 200) return false;
	const at = (x, y) => c.getContext('2d').getImageData(x, y, 1, 1).data;
	const near = (p, r, g, b) => Math.abs(p[0] - r) < 24 && Math.abs(p[1] - g) < 24 && Math.abs(p[2] - b) < 24;
	return near(at(10, 10), 0x2f, 0x5d, 0x7c) && near(at(400, 400), 0x10, 0x18, 0x28);
})()`

// screenshot waits until the desktop has painted itself and keeps the picture
// for the README.
func screenshot(t *testing.T, take func() ([]byte, error)) {
	t.Helper()
	time.Sleep(4 * time.Second) // noVNC's own messages fade away
	shot, err := take()
	if err == nil {
		err = os.WriteFile("../docs/novnc.png", shot, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
