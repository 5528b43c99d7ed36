package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// Binary is a server program that stories can run: ours, or lighttpd.
type Binary struct {
	Path      string
	Modules   string // lighttpd's module directory (-m)
	Reference bool   // the installed lighttpd
	Version   string // of a reference, such as 1.4.69
}

// Reference finds the installed lighttpd: LIGHTTPD and LIGHTTPD_MODDIR, or
// the lighttpd in PATH or /usr/sbin with the module directory it was built for.
func Reference() (Binary, error) {
	path := os.Getenv("LIGHTTPD")
	if path == "" {
		var err error
		if path, err = exec.LookPath("lighttpd"); err != nil {
			path = "/usr/sbin/lighttpd" // not in the PATH of ordinary users on Debian
		}
	}
	out, err := exec.Command(path, "-v").Output()
	if err != nil {
		return Binary{}, fmt.Errorf("no lighttpd to compare with (install it, or set LIGHTTPD): %w", err)
	}
	m := regexp.MustCompile(`lighttpd/(\S+)`).FindSubmatch(out)
	if m == nil {
		return Binary{}, fmt.Errorf("%s -v does not tell a version: %q", path, out)
	}
	return Binary{Path: path, Modules: os.Getenv("LIGHTTPD_MODDIR"), Reference: true, Version: string(m[1])}, nil
}

// buildOurs builds the server once for all tests of a run. The file stays in
// the build directory that CleanUp removes.
var buildOurs = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("LIGHTTPD_GO"); path != "" {
		return filepath.Abs(path)
	}
	dir, err := os.MkdirTemp("", "lighttpd-go-build")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "lighttpd-go")
	args := []string{"build", "-o", path}
	if raceEnabled {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, "github.com/lighttpd-go/lighttpd-go/cmd/lighttpd-go")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

var builtIn string

// CleanUp removes what Ours has built.
func CleanUp() {
	if builtIn != "" {
		os.RemoveAll(builtIn)
	}
}

// Ours is the server of this repository, built with the race detector when
// the tests are, or the one that LIGHTTPD_GO names.
func Ours() (Binary, error) {
	path, err := buildOurs()
	return Binary{Path: path}, err
}

func (b Binary) command(work string, env []string, args ...string) *exec.Cmd {
	if b.Modules != "" {
		args = append([]string{"-m", b.Modules}, args...)
	}
	cmd := exec.Command(b.Path, args...)
	cmd.Dir = work
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TZ=UTC", "WORK=" + work, "TMPDIR=" + work,
		"GORACE=atexit_sleep_ms=10"}, env...) // a server built with the race detector need not linger
	return cmd
}

// Check runs the server with -t, -tt or -p on a configuration file and returns
// "exit N" and what it wrote, normalised.
func (b Binary) Check(work, option, conf string, env []string) (string, error) {
	cmd := b.command(work, env, option, "-f", conf)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return "", err
	}
	text := stdout.String() + logLines(stderr.String())
	if option == "-p" {
		text = normaliseDump(text)
	}
	text = strings.ReplaceAll(text, work, "[work]")
	return fmt.Sprintf("exit %d\n%s", cmd.ProcessState.ExitCode(), text), nil
}
