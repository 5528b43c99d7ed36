package gateway

import "strings"

// Role is what a host is asked for.
type Role uint8

// The roles, "mode" in a host definition.
const (
	Responder Role = iota
	Authorizer
)

// Backends is the value of a *.server directive: match keys in configuration
// order (gw_exts).
type Backends struct {
	roles [2][]*Backend
}

// Backend is a match key with its hosts (gw_extension).
type Backend struct {
	Key   string
	Hosts []*Host

	last  int  // index used last by round-robin; guarded by Layer.mu
	quiet bool // "all handlers are down" was logged; guarded by Layer.mu
}

// Match returns the first key, in configuration order, that fits: a key with
// a leading slash is a prefix of path, any other a suffix of file, so "" fits
// everything. In the URL phase file is path; in the subrequest phase it is
// the file's name without PATH_INFO. extensions (*.map-extensions) come
// first: the first whose key is a suffix of file selects the key equal to
// its value, if there is one.
func (b *Backends) Match(role Role, path, file string, extensions []Pair) *Backend {
	if b == nil {
		return nil
	}
	for _, x := range extensions {
		if strings.HasSuffix(file, x.Key) {
			if k := b.find(role, x.Value); k != nil {
				return k
			}
			break
		}
	}
	for _, k := range b.roles[role] {
		if k.fits(path, file) {
			return k
		}
	}
	return nil
}

func (k *Backend) fits(path, file string) bool {
	if strings.HasPrefix(k.Key, "/") {
		return strings.HasPrefix(path, k.Key)
	}
	return strings.HasSuffix(file, k.Key)
}

// find returns the backend with exactly this key.
func (b *Backends) find(role Role, key string) *Backend {
	for _, k := range b.roles[role] {
		if k.Key == key {
			return k
		}
	}
	return nil
}

// Split takes a path matched in the URL phase apart into SCRIPT_NAME and
// PATH_INFO: the latter begins at the first slash at or behind the end of the
// prefix key. fixRoot is the host's fix-root-scriptname.
func (k *Backend) Split(path string, fixRoot bool) (script, info string) {
	if k.Key == "/" && fixRoot {
		return "", path
	}
	if !strings.HasPrefix(k.Key, "/") {
		return path, ""
	}
	if i := strings.IndexByte(path[len(k.Key):], '/'); i >= 0 {
		return path[:len(k.Key)+i], path[len(k.Key)+i:]
	}
	return path, ""
}
