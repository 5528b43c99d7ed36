package server

import (
	"encoding/binary"
	"strconv"
)

// etagParts says what an entity tag is made of (etag.use-inode, use-size,
// use-mtime).
type etagParts uint8

const (
	etagInode etagParts = 1 << iota
	etagSize
	etagMtime
)

// etagParts are the parts that the settings ask for.
func (c *Core) etagParts() etagParts {
	var p etagParts
	if c.ETagInode {
		p |= etagInode
	}
	if c.ETagSize {
		p |= etagSize
	}
	if c.ETagMtime {
		p |= etagMtime
	}
	return p
}

// etag is lighttpd's entity tag of a file, quotes included: a hash of the
// wanted parts, each a 64-bit integer in little-endian order, which is the
// host's on the machines lighttpd runs on. Without parts there is none.
func etag(p etagParts, inode uint64, size, sec, nsec int64) string {
	if p == 0 {
		return ""
	}
	var b []byte
	le := binary.LittleEndian
	if p&etagInode != 0 {
		b = le.AppendUint64(b, inode)
	}
	if p&etagSize != 0 {
		b = le.AppendUint64(b, uint64(size))
	}
	if p&etagMtime != 0 {
		b = le.AppendUint64(le.AppendUint64(b, uint64(sec)), uint64(nsec))
	}
	return ETag(b)
}

// ETag is the entity tag, quotes included, that lighttpd makes of some bytes
// (http_etag_create).
func ETag(data []byte) string {
	h := uint32(len(data))
	for _, c := range data {
		h = h<<5 ^ h>>27 ^ uint32(c)
	}
	b := append(make([]byte, 0, 12), '"')
	return string(append(strconv.AppendUint(b, uint64(h), 10), '"'))
}
