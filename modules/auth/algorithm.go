package auth

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
)

// algorithm is a hash function of digest authentication (RFC 7616, section
// 3.2).
type algorithm struct {
	name string
	size int // bytes of a digest
	make func() hash.Hash
}

// algorithms are listed in the order in which they are offered.
var algorithms = []*algorithm{
	{"SHA-512-256", sha512.Size256, sha512.New512_256},
	{"SHA-256", sha256.Size, sha256.New},
	{"MD5", md5.Size, md5.New},
}

// defaultAlgorithms is what a rule without "algorithm" offers, and a client
// that names none means.
var defaultAlgorithms = algorithms[2:]

// sum hashes parts joined by colons.
func (a *algorithm) sum(parts ...string) []byte {
	h := a.make()
	for i, part := range parts {
		if i > 0 {
			h.Write([]byte{':'})
		}
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

// text is sum in hexadecimal.
func (a *algorithm) text(parts ...string) string { return hex.EncodeToString(a.sum(parts...)) }

// parseAlgorithms reads names joined by bars. The suffix -sess is taken and
// means nothing: clients may use it anyway.
func parseAlgorithms(names string) (list []*algorithm, ok bool) {
	wanted := map[*algorithm]bool{}
	for name := range strings.SplitSeq(strings.TrimSuffix(names, "|"), "|") {
		base, _ := cutSuffixFold(name, "-sess")
		i := slices.IndexFunc(algorithms, func(a *algorithm) bool { return strings.EqualFold(a.name, base) })
		if i < 0 {
			return nil, false
		}
		wanted[algorithms[i]] = true
	}
	for _, a := range algorithms {
		if wanted[a] {
			list = append(list, a)
		}
	}
	return list, true
}
