// Package httpdate writes and reads the dates of HTTP header fields.
package httpdate

import (
	"sync/atomic"
	"time"
)

// Layout is the IMF-fixdate of RFC 9110 section 5.6.7, the only form that is
// written.
const Layout = "Mon, 02 Jan 2006 15:04:05 GMT"

// stamp is one second and its text.
type stamp struct {
	unix int64
	text [len(Layout)]byte
}

var last atomic.Pointer[stamp]

// Append adds t as "Sat, 02 Jan 2021 03:04:05 GMT". The text of the latest
// second is kept, since nearly every response of a busy server asks for it.
func Append(dst []byte, t time.Time) []byte {
	unix := t.Unix()
	if s := last.Load(); s != nil && s.unix == unix {
		return append(dst, s.text[:]...)
	}
	dst = t.UTC().AppendFormat(dst, Layout)
	if len(dst) >= len(Layout) && time.Since(t).Abs() < time.Minute {
		s := &stamp{unix: unix}
		copy(s.text[:], dst[len(dst)-len(Layout):])
		last.Store(s)
	}
	return dst
}

// Format is [Append] as a string.
func Format(t time.Time) string { return string(Append(make([]byte, 0, len(Layout)), t)) }
