package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// site is the document root that every server serves.
type site struct{ dir, root string }

// newSite writes the files of the static cases.
func newSite(dir string) (*site, error) {
	s := &site{dir: dir, root: filepath.Join(dir, "htdocs")}
	if err := os.MkdirAll(filepath.Join(s.root, "dir"), 0o755); err != nil {
		return nil, err
	}
	for name, size := range map[string]int{"1k.html": 1 << 10, "4k.html": 4 << 10, "100k.bin": 100 << 10, "10m.bin": 10 << 20} {
		path := filepath.Join(s.root, name)
		if err := os.WriteFile(path, bytes.Repeat([]byte("lighttpd"), size/8), 0o644); err != nil {
			return nil, err
		}
		old := time.Date(2021, 1, 2, 3, 4, 5, 0, time.UTC)
		if err := os.Chtimes(path, old, old); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// idleModules loads modules that have nothing to do.
const idleModules = `server.modules += ( "mod_access", "mod_accesslog", "mod_alias", "mod_auth", "mod_authn_file", "mod_cgi",
  "mod_evhost", "mod_expire", "mod_extforward", "mod_redirect", "mod_rewrite", "mod_setenv", "mod_simple_vhost",
  "mod_ssi", "mod_status", "mod_userdir" )
`

// conditions is a configuration with n host blocks and n URL blocks, none of
// which the requests match, each with a setting of the core and of a module.
func conditions(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "$HTTP[\"host\"] == \"www%d.example.org\" { server.tag = \"h%d\" static-file.etags = \"disable\" }\n", i, i)
		fmt.Fprintf(&b, "$HTTP[\"url\"] =~ \"^/section%d/\" { server.name = \"u%d\" static-file.etags = \"enable\" }\n", i, i)
	}
	return b.String()
}
