package server

import "testing"

// The first two values are lighttpd's own, as documented.
func TestETag(t *testing.T) {
	for _, c := range []struct {
		parts     etagParts
		inode     uint64
		size, sec int64
		want      string
	}{
		{etagSize | etagMtime, 0, 6, 1609556645, `"3895791963"`},
		{etagSize, 0, 10, 0, `"2128"`},
		{0, 1, 2, 3, ""},
	} {
		if got := etag(c.parts, c.inode, c.size, c.sec, 0); got != c.want {
			t.Errorf("etag(%d, %d, %d, %d) = %s, want %s", c.parts, c.inode, c.size, c.sec, got, c.want)
		}
	}
}

func TestETagPartsMatter(t *testing.T) {
	seen := map[string]etagParts{}
	for p := etagParts(1); p < 8; p++ {
		tag := etag(p, 77, 1000, 1609556645, 5)
		if other, ok := seen[tag]; ok {
			t.Errorf("parts %d and %d give the same tag %s", p, other, tag)
		}
		seen[tag] = p
	}
}
