package server

import (
	"testing"
)

// TestDecisionAllocations bounds what answers cost between head and send. A missing
// file pays for the path and the system call that finds nothing.
func TestDecisionAllocations(t *testing.T) {
	s, r, file := smallFile(t)
	etag := ""
	for _, c := range []struct {
		what, target string
		status       int
		field        func() Field
		most         float64
	}{
		{"file", "/a.txt", 200, func() Field { return Field{Name: "Accept", Value: "*/*"} }, 0},
		{"not modified", "/a.txt", 304, func() Field { return Field{Name: "If-None-Match", Value: etag} }, 0},
		{"missing", "/none", 404, func() Field { return Field{Name: "Accept", Value: "*/*"} }, 4},
		{"range", "/a.txt", 206, func() Field { return Field{Name: "Range", Value: "bytes=1-2"} }, 5},
	} {
		h := *file
		h.Target, h.TargetOrig = c.target, c.target
		h.Fields = []Field{{Name: "Host", Value: "h"}, c.field()}
		answer := func() {
			r.begin(&h)
			s.process(r)
			s.prepare(r)
			if r.Status != c.status {
				t.Fatalf("%s: status %d", c.what, r.Status)
			}
			if c.what == "file" {
				etag = r.Resp.Get("ETag")
			}
			s.done(r)
		}
		answer()
		if n := testing.AllocsPerRun(200, answer); n > c.most {
			t.Errorf("%s: %v allocations", c.what, n)
		}
	}
}
