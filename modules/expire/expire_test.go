package expire

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func TestParseSpan(t *testing.T) {
	const hour = 60 * 60
	for _, test := range []struct {
		text         string
		offset       int64
		modification bool
	}{
		{"access plus 1 days", day, false},
		{"access 1 days", day, false},
		{"now plus 1 day", day, false},
		{"modification plus 2 weeks", 14 * day, true},
		{"modification 1 months", 30 * day, true},
		{"access plus 1 years 1 months", 395 * day, false},
		{"access plus 1 hours 2 minutes 3 seconds", hour + 123, false},
		{"access plus 1 hour 2 min 3 sec", hour + 123, false},
		{"access plus 2 mins 3 secs", 123, false},
		{"access plus 1day", day, false},
		{"access plus 1day 2hours", day + 2*hour, false},
		{"access plus 1  days", day, false},
		{"access plus  1 days", day, false},
		{"access plus 1 days  ", day, false},
		{"access plus 0 seconds", 0, false},
		{"access plus days", 0, false},
		{"access plus hours 5 seconds", 5, false},
		{"access plus +1 days", day, false},
		{"access plus -5 seconds", -5, false},
		{"access plus 1 hours -1 minutes", hour - 60, false},
		{"access plus 007 seconds", 7, false},
		{"access plus 100 years", 36500 * day, false},
		{"access plus 99999999999999999999999 years", maxOffset, false},
		{"access plus -99999999999999999999999 years", -maxOffset, false},
		{"access plus 9000 years 9000 years 9000 years", maxOffset, false},
	} {
		got, err := parseSpan(test.text)
		if err != nil || got.offset != test.offset || got.modification != test.modification {
			t.Errorf("%q: %+v, %v; want %d seconds", test.text, got, err, test.offset)
		}
	}
}

func TestParseSpanRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "access", "access ", "access plus", "access plus ", "now", "modification", "1 days",
		"access plus 1", "access plus 1 days 2", "access plus 1.5 days", "access plus 0x10 days", "access plus - days",
		"Access plus 1 days", "access plus 1 Days", "access plus 1 dayss", "access plus 1 fortnights", "access plus s",
		"access minus 1 days", "access Plus 1 days", "accessplus 1 days", " access plus 1 days", "access plus 1 days, 2 hours",
		"access plus\t1 days", "access plus 1 days2 hours", "access plus 1 yearly", "plus 1 days",
	} {
		if got, err := parseSpan(text); err == nil {
			t.Errorf("%q was taken as %+v", text, got)
		}
	}
}

func FuzzParseSpan(f *testing.F) {
	for _, text := range []string{"access plus 1 days 2 hours", "now plus -5sec", "modification years", "access plus 9999999999999999999 years"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseSpan(text)
		if s.offset > maxOffset || s.offset < -maxOffset {
			t.Errorf("%q: %d seconds", text, s.offset)
		}
		if err == nil && !strings.HasPrefix(text, "access ") && !strings.HasPrefix(text, "now ") && s.modification != strings.HasPrefix(text, "modification ") {
			t.Errorf("%q: %+v", text, s)
		}
	})
}

func newServer(t *testing.T, conf string) *servertest.Server {
	t.Helper()
	s := servertest.New(t, `
server.document-root = env.ROOT
server.modules = ( "mod_expire" )
mimetype.assign = ( ".html" => "text/html", ".js" => "text/javascript" )
`+conf, Module, static.Module)
	s.Write(map[string]string{"a.html": "a", "a.js": "js", "a": "none"})
	return s
}

// maxAge is the age in Cache-Control, -1 without one.
func maxAge(r *servertest.Response) int64 {
	n, err := strconv.ParseInt(strings.TrimPrefix(r.Get("Cache-Control"), "max-age="), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func TestModification(t *testing.T) {
	s := newServer(t, `
expire.url = ( "/a.html" => "modification plus 100 years", "/a.js" => "modification plus 1 hours" )
`)
	before := time.Now().Unix()
	got := maxAge(s.Get("/a.html"))
	after := time.Now().Unix()
	end := servertest.Epoch.Unix() + 100*365*day
	if got > end-before || got < end-after {
		t.Errorf("100 years after the modification: %d seconds", got)
	}
	if got := maxAge(s.Get("/a.js")); got != 0 {
		t.Errorf("an hour after the modification, which is past: %d seconds", got)
	}
}

// TestHTTP10 gets Expires and no Cache-Control.
func TestHTTP10(t *testing.T) {
	s := newServer(t, `expire.url = ( "/a.js" => "access plus 9000 years", "/" => "access plus 1 hours" )`)
	for target, offset := range map[string]int64{"/a.html": 60 * 60, "/a.js": maxOffset} {
		before := time.Now().Unix() + offset
		r := s.Do("GET " + target + " HTTP/1.0\n\n")
		after := time.Now().Unix() + offset
		when, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", r.Get("Expires"))
		if err != nil || r.Has("Cache-Control") || when.Unix() < before || when.Unix() > after {
			t.Errorf("%s: Expires %q, want %d to %d", target, r.Get("Expires"), before, after)
		}
	}
	if r := s.Get("/a.html"); r.Has("Expires") || maxAge(r) != 60*60 {
		t.Errorf("HTTP/1.1: %s", r.Raw)
	}
}

// TestTypes: a type is looked for by prefix in the order written, "" also
// stands for no type at all.
func TestTypes(t *testing.T) {
	for _, test := range []struct {
		types           string
		html, js, other int64
	}{
		{`( "text/html" => "access plus 1 sec", "text/" => "access plus 2 sec" )`, 1, 2, -1},
		{`( "text/*" => "access plus 1 sec" )`, 1, 1, -1},
		{`( "*" => "access plus 1 sec" )`, 1, 1, 1},
		{`( "" => "access plus 3 sec", "text/html" => "access plus 1 sec" )`, 3, 3, 3},
		{`( "application/javascript" => "access plus 4 sec" )`, -1, 4, -1},
		{`( "application/javascript" => "access plus 4 sec", "text/javascript" => "access plus 5 sec" )`, -1, 5, -1},
		{`( "application/javascript" => "access plus 4 sec", "text/" => "access plus 6 sec" )`, 6, 6, -1},
		{`( "text/htm" => "access plus 1 sec", "TEXT/" => "access plus 2 sec" )`, 1, -1, -1},
	} {
		s := newServer(t, `expire.mimetypes = `+test.types)
		for target, want := range map[string]int64{"/a.html": test.html, "/a.js": test.js, "/a": test.other} {
			if got := maxAge(s.Get(target)); got != want {
				t.Errorf("%s for %s: %d, want %d", test.types, target, got, want)
			}
		}
	}
}
