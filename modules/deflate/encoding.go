package deflate

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// coder is a way to compress.
type coder uint8

const (
	zstdCoder coder = iota
	brCoder
	gzipCoder
	zlibCoder // what HTTP calls deflate
)

// labels are the tokens of Accept-Encoding that ask for a coder; lighttpd
// prefers gzip over its old name.
var labels = map[coder][]string{
	zstdCoder: {"zstd"},
	brCoder:   {"br"},
	gzipCoder: {"gzip", "x-gzip"},
	zlibCoder: {"deflate"},
}

// everyCoder is the default order.
var everyCoder = []coder{zstdCoder, brCoder, gzipCoder, zlibCoder}

// parseAllowed reads deflate.allowed-encodings. As in lighttpd an entry need
// only contain a name, so "brotli" is br, and unknown entries mean nothing.
func parseAllowed(at server.At, v eval.Value) ([]coder, error) {
	noteOld(at)
	if len(v.List) == 0 {
		return everyCoder, nil
	}
	allowed := []coder{}
	for _, e := range v.List {
		for _, word := range []struct {
			text string
			c    coder
		}{{"gzip", gzipCoder}, {"deflate", zlibCoder}, {"br", brCoder}, {"zstd", zstdCoder}} {
			if strings.Contains(e.Value.Str, word.text) {
				allowed = append(allowed, word.c)
			}
		}
	}
	return allowed, nil
}

// choose returns the first allowed coder that the client names, with the
// client's name for it; "" if there is none. Quality values do not count.
func (c *config) choose(accepted string) (coder, string) {
	for _, allowed := range c.allowed {
		for _, label := range labels[allowed] {
			if names(accepted, label) {
				return allowed, label
			}
		}
	}
	return 0, ""
}

// names reports whether a token stands in the list, whatever its parameters.
func names(list, token string) bool {
	for _, item := range strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == ',' }) {
		name, _, _ := strings.Cut(item, ";")
		if name == token {
			return true
		}
	}
	return false
}
