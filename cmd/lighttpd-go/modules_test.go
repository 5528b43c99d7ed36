package main

import (
	"testing"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// TestModuleDirectives: a module takes every directive of lighttpd's module,
// with the same type.
func TestModuleDirectives(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range modules {
		if seen[m.Name()] {
			t.Errorf("%s is listed twice", m.Name())
		}
		seen[m.Name()] = true
		rows := map[string]server.Row{}
		for _, row := range m.Rows() {
			if row.Doc == "" {
				t.Errorf("%s: %s has no documentation", m.Name(), row.Name)
			}
			rows[row.Name] = row
		}
		for _, want := range server.Lighttpd(m.Name()) {
			if row, ok := rows[want.Name]; !ok {
				t.Errorf("%s: %s is missing", m.Name(), want.Name)
			} else if row.Type != want.Type {
				t.Errorf("%s: %s has type %d, lighttpd %d", m.Name(), row.Name, row.Type, want.Type)
			}
		}
	}
}

// TestModulesLoad: every module loads with its defaults.
func TestModulesLoad(t *testing.T) {
	for _, m := range modules {
		files := map[string]string{"conf": `
server.document-root = "/nonexistent"
server.upload-dirs = ( "/" )
server.compat-module-load = "disable"
server.modules = ( "` + m.Name() + `" )
`}
		got := runWith(files, "-f", "conf", "--explain", "/")
		if got.code != 0 || got.stderr != "" {
			t.Errorf("%s: exit %d, %s", m.Name(), got.code, got.stderr)
		}
	}
}
