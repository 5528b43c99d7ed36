package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// Stories are recorded for modules of lighttpd that are not in this server, too.
// They wait: one is run as soon as all modules it names are built in.

var moduleName = regexp.MustCompile(`"(mod_\w+)"`)

// lacking remembers the answers of Lacks, by program and module.
var lacking sync.Map

// Waits returns the modules a story or a table of probes needs and the server
// has not.
func (b Binary) Waits(text string) ([]string, error) {
	var missing []string
	if b.Reference {
		return nil, nil
	}
	for _, m := range moduleName.FindAllStringSubmatch(text, -1) {
		lacks, err := b.lacks(m[1])
		if err != nil {
			return nil, err
		}
		if lacks {
			missing = append(missing, m[1])
		}
	}
	return missing, nil
}

// lacks asks the server itself: it warns about a module of lighttpd that it has
// not. A module that lighttpd has not, either, is the story's own business.
func (b Binary) lacks(module string) (bool, error) {
	key := b.Path + " " + module
	if known, ok := lacking.Load(key); ok {
		return known.(bool), nil
	}
	dir, err := os.MkdirTemp("", "waiting")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	conf := fmt.Sprintf("server.document-root = \"/\"\nserver.compat-module-load = \"disable\"\nserver.modules = ( %q )\n", module)
	if err := os.WriteFile(filepath.Join(dir, "lighttpd.conf"), []byte(conf), 0o644); err != nil {
		return false, err
	}
	out, err := b.Check(dir, "-tt", "lighttpd.conf", nil)
	if err != nil {
		return false, err
	}
	answer := strings.Contains(out, "not built into this server")
	lacking.Store(key, answer)
	return answer, nil
}
