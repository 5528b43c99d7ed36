// Package servertest runs a server made of a configuration text, for tests of
// modules: no socket, no process, no waiting.
package servertest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Server is a loaded configuration that answers raw requests.
type Server struct {
	*server.Server
	// Root is what env.ROOT is in the configuration: an empty directory of
	// the test, unless New was told otherwise.
	Root string

	// TLS makes connections look like ones that arrived over TLS.
	TLS bool
	// Peer is the client's address and port; 127.0.0.1:40000 if empty.
	Peer string

	t   testing.TB
	log *lines
}

// New loads a configuration, which may use env.ROOT for Root, with the modules
// it may name. A mistake in the configuration fails the test. Modules are
// started, and closed when the test ends.
func New(t testing.TB, conf string, mods ...server.Module) *Server {
	t.Helper()
	return NewAt(t, t.TempDir(), conf, mods...)
}

// NewAt is New with a Root that exists already.
func NewAt(t testing.TB, root, conf string, mods ...server.Module) *Server {
	t.Helper()
	s, diags := Load(t, root, conf, mods...)
	if diags.HasErrors() {
		t.Fatalf("configuration refused: %v", diags)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Load is NewAt for configurations that may have mistakes: it returns the
// messages and starts nothing. With mistakes there is only the test's part of
// the server.
func Load(t testing.TB, root, conf string, mods ...server.Module) (*Server, parser.Diagnostics) {
	s := &Server{Root: root, t: t, log: &lines{}}
	cfg, diags := eval.Load("lighttpd.conf", env(root, conf))
	if diags.HasErrors() {
		return s, diags
	}
	srv, more := server.New(cfg, mods, server.Options{Log: server.NewLog(s.log)})
	s.Server = srv
	return s, append(diags, more...)
}

// env gives a configuration its file and env.ROOT, and other files below root.
func env(root, conf string) eval.Env {
	return eval.Env{
		ReadFile: func(name string) ([]byte, error) {
			if name == "lighttpd.conf" {
				return []byte(conf + "\n"), nil
			}
			return os.ReadFile(name)
		},
		Glob:  filepath.Glob,
		Shell: func(string, string) ([]byte, error) { return nil, errors.New("no shell in tests") },
		Getenv: func(name string) (string, bool) {
			if name == "ROOT" {
				return root, true
			}
			return "", false
		},
		Vars: map[string]eval.Value{"var.CWD": eval.StringValue(root), "var.PID": eval.IntegerValue(1)},
	}
}

// Epoch is the modification time of files made by Write: 2021-01-02 03:04:05
// UTC, as in the examples of the documentation.
var Epoch = time.Unix(1609556645, 0)

// Write makes files below Root, by name and content, with directories as
// needed. A name that ends in a slash is an empty directory. All get Epoch as
// their time.
func (s *Server) Write(files map[string]string) {
	s.t.Helper()
	for name, content := range files {
		if err := writeFile(filepath.Join(s.Root, name), content, strings.HasSuffix(name, "/")); err != nil {
			s.t.Fatal(err)
		}
	}
	err := filepath.WalkDir(s.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type() == fs.ModeSymlink {
			return err
		}
		return os.Chtimes(path, Epoch, Epoch)
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func writeFile(path, content string, dir bool) error {
	if dir {
		return os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o644)
}

// In is the same server for a part of the test: a subtest or a fuzz target.
func (s *Server) In(t testing.TB) *Server {
	part := *s
	part.t = t
	return &part
}

// Log returns the error log so far, without time and place of the lines, and
// forgets it.
func (s *Server) Log() string { return s.log.take() }

// lines is an error log in memory.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

// WriteLine implements server.LogSink.
func (l *lines) WriteLine(_ server.Priority, line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := string(line)
	if _, rest, ok := strings.Cut(text, ") "); ok {
		text = rest
	}
	l.text.WriteString(text)
}

// Reopen implements server.LogSink.
func (l *lines) Reopen() error { return nil }

// Close implements server.LogSink.
func (l *lines) Close() error { return nil }

// Stamped implements server.LogSink.
func (l *lines) Stamped() bool { return false }

func (l *lines) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.text.String()
	l.text.Reset()
	return s
}
