package server

import (
	"strconv"
	"strings"
)

// Bounds of section 10.7: what one request may ask for, and the gap that
// costs less than a part of its own.
const (
	maxRanges         = 128 // in ascending order
	maxRangesUnsorted = 10
	rangeGap          = 80 // bytes from the end of one to the start of the next
)

// rangeBoundary separates the parts of multipart/byteranges. lighttpd's is
// constant, too.
const rangeBoundary = "fkj49sn38dcn3"

// span is a range of bytes, both ends included.
type span struct{ first, last int64 }

// answerRange turns a complete 200 into the part the client asked for: 206,
// or 416 (http_range_rfc7233).
func (r *Request) answerRange() {
	if !r.rangeable() {
		return
	}
	if r.Resp.Get("Accept-Ranges") == "" {
		r.Resp.Set("Accept-Ranges", "bytes")
	} else if strings.EqualFold(r.Resp.Get("Accept-Ranges"), "none") {
		return
	}
	spec := r.Header.Get("Range")
	size := r.Queue.Len()
	if spec == "" || r.Method != "GET" || size == 0 || !r.ifRange() {
		return
	}
	const unit = "bytes="
	if len(spec) < len(unit) || !strings.EqualFold(spec[:len(unit)], unit) {
		return
	}
	spans := parseRanges(spec[len(unit):], size)
	switch len(spans) {
	case 0:
		r.Fail(416)
		r.errorPage()
		return
	case 1:
		r.Resp.Set("Content-Range", contentRange(spans[0], size))
		r.Queue.keep(spans[0])
	default:
		r.multipart(spans, size)
	}
	r.Status = 206
	if r.Resp.Has("Content-Length") {
		r.Resp.Set("Content-Length", strconv.FormatInt(r.Queue.Len(), 10))
	}
}

// rangeable reports whether ranges apply to this response at all.
func (r *Request) rangeable() bool {
	return r.Status == 200 &&
		(r.Method == "GET" || r.Method == "HEAD") &&
		(r.Version != HTTP10 || r.server.Opts.Features.HTTP10Range) &&
		r.Tunnel == nil && r.Queue.Len() >= 0 &&
		!r.Resp.Has("Transfer-Encoding") && !r.Resp.Has("Content-Encoding")
}

// ifRange reports whether If-Range, if there is one, names exactly what would
// be sent.
func (r *Request) ifRange() bool {
	v := r.Header.Get("If-Range")
	switch {
	case v == "":
		return true
	case v[0] == '"':
		return v == r.Resp.Get("ETag")
	}
	return v == r.Resp.Get("Last-Modified")
}

// parseRanges reads the list behind "bytes=" for a body of size bytes and
// merges what lies close together. Invalid members are left out.
func parseRanges(list string, size int64) []span {
	var spans []span
	limit, sorted := maxRanges, true
	for more := true; more && len(spans) < limit; {
		var item string
		item, list, more = strings.Cut(list, ",")
		s, ok := parseRange(item, size)
		if !ok {
			continue
		}
		if n := len(spans); sorted && n > 0 && s.first < spans[n-1].first {
			if n >= maxRangesUnsorted {
				break
			}
			sorted, limit = false, maxRangesUnsorted
		}
		spans = append(spans, s)
	}
	if sorted {
		return mergeNeighbours(spans)
	}
	return mergePairs(spans)
}

// parseRange reads one of "a-b", "a-" and "-n".
func parseRange(item string, size int64) (span, bool) {
	item = strings.Trim(item, " \t")
	if rest, ok := strings.CutPrefix(item, "-"); ok {
		n, ok := rangeNumber(rest)
		if !ok || n == 0 || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '+' {
			return span{}, false
		}
		return span{max(size-n, 0), size - 1}, true
	}
	from, to, ok := strings.Cut(item, "-")
	if !ok {
		return span{}, false
	}
	first, ok := rangeNumber(from)
	if !ok || first >= size {
		return span{}, false
	}
	if strings.Trim(to, " \t") == "" {
		return span{first, size - 1}, true
	}
	last, ok := rangeNumber(to)
	if !ok || last < first {
		return span{}, false
	}
	return span{first, min(last, size-1)}, true
}

// rangeNumber reads digits, which may have a plus sign and blanks around
// them. 2^63-1 and above are not numbers.
func rangeNumber(s string) (int64, bool) {
	s = strings.TrimPrefix(strings.Trim(s, " \t"), "+")
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err == nil && n != 1<<63-1
}

// mergeNeighbours merges spans that are in order of their starts.
func mergeNeighbours(spans []span) []span {
	if len(spans) == 0 {
		return nil
	}
	kept := spans[:1]
	for _, s := range spans[1:] {
		last := &kept[len(kept)-1]
		if s.first-rangeGap > last.last {
			kept = append(kept, s)
			continue
		}
		last.last = max(last.last, s.last)
	}
	return kept
}

// mergePairs merges whatever two spans are close, into the earlier place,
// until no two are.
func mergePairs(spans []span) []span {
	for i := 0; i < len(spans); i++ {
		for j := i + 1; j < len(spans); j++ {
			a, b := &spans[i], spans[j]
			if b.first-rangeGap > a.last || a.first-rangeGap > b.last {
				continue
			}
			a.first, a.last = min(a.first, b.first), max(a.last, b.last)
			spans = append(spans[:j], spans[j+1:]...)
			i = -1
			break
		}
	}
	return spans
}

func contentRange(s span, size int64) string {
	b := append(make([]byte, 0, 72), "bytes "...)
	b = strconv.AppendInt(b, s.first, 10)
	b = append(b, '-')
	b = strconv.AppendInt(b, s.last, 10)
	b = append(b, '/')
	return string(strconv.AppendInt(b, size, 10))
}

// multipart makes the body one part a span, each with a head of its own.
func (r *Request) multipart(spans []span, size int64) {
	partType := ""
	if t := r.Resp.Get("Content-Type"); t != "" {
		partType = "\r\nContent-Type: " + t
	}
	var body Queue
	delimiter := "--" + rangeBoundary
	for _, s := range spans {
		body.AppendBytes([]byte(delimiter + partType + "\r\nContent-Range: " + contentRange(s, size) + "\r\n\r\n"))
		r.Queue.copyTo(&body, s)
		delimiter = "\r\n--" + rangeBoundary
	}
	body.AppendBytes([]byte(delimiter + "--\r\n"))
	r.Queue.handOver(&body)
	r.Queue = body
	r.Resp.Set("Content-Type", "multipart/byteranges; boundary="+rangeBoundary)
}
