package server

import "os"

// keep reduces the body to a span of its bytes. The body must be complete.
func (q *Queue) keep(s span) {
	var part Queue
	q.copyTo(&part, s)
	q.handOver(&part)
	*q = part
}

// copyTo appends a span of q's bytes to another queue. What has to be released
// stays with q until handOver.
func (q *Queue) copyTo(to *Queue, s span) {
	for i, start := 0, int64(0); i < len(q.chunks) && start <= s.last; i++ {
		k := q.chunks[i]
		from, end := max(s.first-start, 0), min(s.last-start+1, k.n)
		start += k.n
		if from >= end {
			continue
		}
		if k.file == nil {
			k.bytes = k.bytes[from:end]
		}
		k.off, k.n, k.release = k.off+from, end-from, nil
		to.chunks = append(to.chunks, k)
	}
}

// handOver empties q after copyTo: each file is released with the last chunk
// that sends a section of it, or now if none does.
func (q *Queue) handOver(to *Queue) {
	for i := range q.chunks {
		k := &q.chunks[i]
		if k.release == nil {
			continue
		}
		if last := to.lastOf(k.file); last != nil && last.release == nil {
			last.release, k.release = k.release, nil
		}
	}
	q.Reset()
}

// lastOf finds the last section of a file.
func (q *Queue) lastOf(f *os.File) *chunk {
	for i := len(q.chunks) - 1; i >= 0; i-- {
		if q.chunks[i].file == f && f != nil {
			return &q.chunks[i]
		}
	}
	return nil
}
