package server

import (
	"fmt"
	"slices"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// The names that directives of the server take.
var (
	// eventHandlers are those of lighttpd on Linux.
	eventHandlers = []string{"linux-sysepoll", "epoll", "poll", "select", "libev"}
	// networkBackends are accepted on every system.
	networkBackends = []string{"sendfile", "linux-sendfile", "freebsd-sendfile", "solaris-sendfilev", "writev", "write"}
	// statCacheEngines are those of lighttpd on Linux.
	statCacheEngines = []string{"simple", "disable", "none", "inotify", "fam"}
)

func parseStatCache(at At, v eval.Value) (string, error) {
	if v.Str == "" {
		return "simple", nil
	}
	if slices.Contains(statCacheEngines, v.Str) {
		return v.Str, nil
	}
	return "", &valueError{
		summary: `server.stat-cache-engine can be one of "disable", "simple", "inotify", "fam", but not: ` + v.Str,
		detail:  adviseName(at.Name, v.Str, statCacheEngines),
	}
}

func parseMaxHead(at At, v eval.Value) (int, error) {
	n, err := decodeShort(at.Name, v)
	if n == 0 {
		return h1.DefaultMaxHead, err
	}
	return int(n), err
}

// adviseName says what to write instead of a name that is not known: the
// nearest one, or leave the directive out.
func adviseName(directive, name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("write %s = %s", directive, configQuote(near))
	}
	return fmt.Sprintf("known values are %s; or leave out %s", wordList(known), directive)
}
