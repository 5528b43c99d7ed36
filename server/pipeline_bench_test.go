package server

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// smallFile is a server with one small file, and a request for it.
func smallFile(tb testing.TB) (*Server, *Request, *h1.Head) {
	tb.Helper()
	root := tb.TempDir()
	path := filepath.Join(root, "a.txt")
	if err := os.WriteFile(path, []byte(strings.Repeat("x", 1000)), 0o600); err != nil {
		tb.Fatal(err)
	}
	if err := os.Chtimes(path, old, old); err != nil {
		tb.Fatal(err)
	}
	send := Define("mod_staticfile", Table[struct{}]{}, func(*Loader, *Settings[struct{}]) (Hooks, error) {
		return Hooks{SubrequestStart: func(r *Request) Result { return r.SendFile(r.Physical.Path, true) }}, nil
	})
	cfg, diags := eval.Load("c", eval.Env{ReadFile: func(string) ([]byte, error) {
		return []byte("server.document-root = \"" + root + "\"\n"), nil
	}})
	s, more := New(cfg, []Module{send}, Options{Log: &Log{}})
	if s == nil || diags.HasErrors() {
		tb.Fatal(diags, more)
	}
	h := &h1.Head{Method: "GET", Target: "/a.txt", TargetOrig: "/a.txt", HTTP11: true, Authority: "h", KeepAlive: true,
		Fields: []Field{{Name: "Host", Value: "h"}}, ContentLength: h1.NoLength}
	return s, s.newRequest(&Conn{Socket: &Socket{}, server: s}), h
}

// decide takes a request from its head to the response that is to be sent.
func decide(tb testing.TB, s *Server, r *Request, h *h1.Head) {
	r.begin(h)
	s.process(r)
	s.prepare(r)
	if r.Status != 200 || r.Queue.Len() != 1000 {
		tb.Fatal(r.Status, r.Queue.Len())
	}
	s.done(r)
}

// BenchmarkStatic is what a small cached file costs between head and send.
func BenchmarkStatic(b *testing.B) {
	s, r, h := smallFile(b)
	b.ReportAllocs()
	for b.Loop() {
		decide(b, s, r, h)
	}
}
