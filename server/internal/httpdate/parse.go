package httpdate

import (
	"strings"
	"time"
)

// Parse reads a date by lighttpd's rules: 29 characters are an IMF-fixdate,
// more an RFC 850 date, fewer an asctime one. Names are case-sensitive and the
// weekday need not fit; numbers are not range-checked, so that the 32nd is the
// 1st of the next month, and text behind the two older forms is ignored. A
// two-digit year more than 50 years ahead belongs to the last century (RFC
// 9110 section 5.6.7).
func Parse(s string) (time.Time, bool) { return parseAt(s, time.Now()) }

// parseAt is Parse with a fixed idea of the current century.
func parseAt(s string, now time.Time) (time.Time, bool) {
	p := scanner{s: s, ok: true}
	var t time.Time
	switch n := len(s); {
	case n == len(Layout):
		t = p.fixdate()
	case n > len(Layout):
		t = p.rfc850(now)
	default:
		t = p.asctime()
	}
	return t, p.ok
}

var (
	days     = [...]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	longDays = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	months   = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
)

// scanner takes a date apart from the left; ok turns false at the first part
// that is not there.
type scanner struct {
	s  string
	ok bool
}

// fixdate reads "Sat, 02 Jan 2021 03:04:05 GMT".
func (p *scanner) fixdate() time.Time {
	p.name(days[:])
	p.text(", ")
	day := p.number(2)
	p.text(" ")
	month := p.name(months[:])
	p.text(" ")
	year := p.number(4)
	p.text(" ")
	h, m, s := p.clock()
	p.text(" GMT")
	return time.Date(year, time.Month(month+1), day, h, m, s, 0, time.UTC)
}

// rfc850 reads "Saturday, 02-Jan-21 03:04:05 GMT".
func (p *scanner) rfc850(now time.Time) time.Time {
	p.name(longDays[:])
	p.text(", ")
	day := p.number(2)
	p.text("-")
	month := p.name(months[:])
	p.text("-")
	year := p.number(2)
	p.text(" ")
	h, m, s := p.clock()
	p.text(" GMT")
	this := now.UTC().Year()
	if year += this - this%100; year > this+50 {
		year -= 100
	}
	return time.Date(year, time.Month(month+1), day, h, m, s, 0, time.UTC)
}

// asctime reads "Sat Jan  2 03:04:05 2021".
func (p *scanner) asctime() time.Time {
	p.name(days[:])
	p.text(" ")
	month := p.name(months[:])
	p.text(" ")
	width := 2
	if strings.HasPrefix(p.s, " ") {
		p.text(" ")
		width = 1
	}
	day := p.number(width)
	p.text(" ")
	h, m, s := p.clock()
	p.text(" ")
	year := p.number(4)
	return time.Date(year, time.Month(month+1), day, h, m, s, 0, time.UTC)
}

func (p *scanner) clock() (h, m, s int) {
	h = p.number(2)
	p.text(":")
	m = p.number(2)
	p.text(":")
	return h, m, p.number(2)
}

func (p *scanner) text(want string) {
	rest, ok := strings.CutPrefix(p.s, want)
	p.s, p.ok = rest, p.ok && ok
}

// name reads one of names and returns its place.
func (p *scanner) name(names []string) int {
	for i, n := range names {
		if rest, ok := strings.CutPrefix(p.s, n); ok {
			p.s = rest
			return i
		}
	}
	p.ok = false
	return 0
}

// number reads exactly width digits.
func (p *scanner) number(width int) int {
	if len(p.s) < width {
		p.ok = false
		return 0
	}
	n := 0
	for i := range width {
		c := p.s[i]
		if c < '0' || c > '9' {
			p.ok = false
			return 0
		}
		n = 10*n + int(c-'0')
	}
	p.s = p.s[width:]
	return n
}
