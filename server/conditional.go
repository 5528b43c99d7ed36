package server

import (
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server/internal/httpdate"
)

// Conditional compares the request's If-None-Match and If-Modified-Since with
// the ETag and Last-Modified set in the response (RFC 9110 section 13,
// http_response_handle_cachable). If the client has what it would get, it
// decides 304, or 412 for methods other than GET, HEAD and QUERY, and reports
// true; there must be no body then. modified is the time that Last-Modified
// stands for.
func (r *Request) Conditional(modified time.Time) bool {
	if list := r.Header.Get("If-None-Match"); list != "" {
		if tag := r.Resp.Get("ETag"); tag != "" {
			return r.noneMatch(list, tag)
		}
	}
	since := r.Header.Get("If-Modified-Since")
	if since == "" || r.Method != "GET" && r.Method != "HEAD" {
		return false
	}
	if since != r.Resp.Get("Last-Modified") {
		t, ok := httpdate.Parse(since)
		if !ok || t.Unix() < modified.Unix() {
			return false
		}
	}
	r.Status = 304
	return true
}

// noneMatch decides by If-None-Match alone: if it does not match, the date
// does not count.
func (r *Request) noneMatch(list, tag string) bool {
	weak := !r.Header.Has("Range")
	switch {
	case !etagListed(list, tag, weak):
		return false
	case r.Method == "GET" || r.Method == "HEAD" || r.Method == "QUERY":
		r.Status = 304
	default:
		r.Fail(412)
	}
	return true
}

// NoneMatch reports whether If-None-Match lists tag, quotes included, so that
// the client has the response already. A weak item counts unless the request
// asks for a range.
func (r *Request) NoneMatch(tag string) bool {
	return etagListed(r.Header.Get("If-None-Match"), tag, !r.Header.Has("Range"))
}

// etagListed reports whether tag, quotes included, is in a list of tags, or
// the list has a "*". A tag that matches ends at a comma or blank; one that
// does not is skipped up to the next comma. With weak, a W/ in front of an
// item is ignored; without, such an item matches nothing.
func etagListed(list, tag string, weak bool) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for {
		list = strings.TrimLeft(list, " \t,")
		if list == "" {
			return false
		}
		item := list
		if weak {
			item = strings.TrimPrefix(item, "W/")
		}
		rest, ok := strings.CutPrefix(item, tag)
		if !ok {
			rest, ok = strings.CutPrefix(item, "*")
		}
		if ok && (rest == "" || strings.IndexByte(", \t", rest[0]) >= 0) {
			return true
		}
		_, list, _ = strings.Cut(list, ",")
	}
}
