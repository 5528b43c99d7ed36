package userdir

import (
	"errors"
	"os/user"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// serve starts a server with homes of joe, ann and bad.
func serve(t *testing.T, conf string) *servertest.Server {
	t.Helper()
	s := servertest.New(t, `
server.document-root = env.ROOT + "/www"
server.modules = ( "mod_userdir" )
`+conf, Module, static.Module)
	s.Write(map[string]string{
		"www/x": "www", "www/~file/x": "tilde", "www/~/x": "nobody", "home/joe/pub/x": "joe", "home/joe/x": "home of joe",
		"home/j/joe/pub/x": "letter", "home/ann/pub/x": "ann", "home/bad/pub/x": "bad", "home/.x/pub/x": "hidden",
		"home/a/b/pub/x": "climbed", "home/pub/x": "no user", "pub/x": "above",
	})
	return s
}

func TestUserdir(t *testing.T) {
	const base = `userdir.basepath = env.ROOT + "/home" userdir.path = "pub" `
	for _, c := range []struct {
		conf string
		want map[string]string // body, or status and Location
	}{
		{base + `userdir.exclude-user = ( "bad" )`, map[string]string{
			"/~joe/x": "joe", "/%7Ejoe/x": "joe", "/~joe/../~ann/x": "ann", "/x": "www", "/~joe//x": "joe",
			"/~joe": "301 /~joe/", "/~joe?a=%2f": "301 /~joe/?a=%2F", "/~bad": "301 /~bad/", "/~nobody": "301 /~nobody/",
			"/~%c3%a9": "301 /~%C3%A9/",
			"/~bad/x":  "404", "/~zed/x": "404", "/~JOE/x": "404", "/x/~joe/x": "403", "/~": "301 /~/", "/~/x": "nobody",
			"/~a%2fb/x": "404", "/~../x": "404", "/~./x": "404", "/~jo%20e/x": "404", "/~file/x": "404",
			"/~.x/x": "hidden",
		}},
		{base + `userdir.letterhomes = "enable"`, map[string]string{"/~joe/x": "letter", "/~.x/x": "404", "/~ann/x": "404"}},
		{base + `userdir.include-user = ( "joe", "bad" ) userdir.exclude-user = ( "bad" )`, map[string]string{
			"/~joe/x": "joe", "/~ann/x": "404", "/~bad/x": "404",
		}},
		{base + `userdir.include-user = ()`, map[string]string{"/~joe/x": "404"}},
		{base + `$HTTP["url"] =^ "/~joe" { userdir.active = "disable" }`, map[string]string{
			"/~joe/x": "404", "/~joe": "404", "/~ann/x": "ann", "/~ann": "301 /~ann/",
		}},
		{base + `server.force-lowercase-filenames = "enable" userdir.exclude-user = ( "BAD" )`, map[string]string{
			"/~JOE/X": "joe", "/~bad/x": "404", "/~Bad/x": "404",
		}},
		{`userdir.basepath = env.ROOT + "/home/" userdir.path = ""`, map[string]string{"/~joe/x": "home of joe"}},
		{`userdir.basepath = env.ROOT + "/home/" userdir.path = "/pub/"`, map[string]string{"/~joe/x": "joe"}},
		{`userdir.basepath = env.ROOT + "/home"`, map[string]string{"/~joe/x": "404", "/~joe": "404", "/~file/x": "tilde"}},
	} {
		s := serve(t, c.conf)
		for target, want := range c.want {
			r := s.Get(target)
			got := r.Body
			switch r.Status {
			case 301:
				got = "301 " + r.Get("Location")
			case 403, 404:
				got = map[int]string{403: "403", 404: "404"}[r.Status]
			}
			if got != want {
				t.Errorf("%s: %s is %d %q, want %q", c.conf, target, r.Status, got, want)
			}
		}
	}
}

func TestUnknownUsersFallThrough(t *testing.T) {
	s := serve(t, `userdir.path = "no such directory of anybody"`)
	for target, want := range map[string]int{"/~root/x": 404, "/~no-such-user-here/x": 404, "/~file/x": 200} {
		if r := s.Get(target); r.Status != want {
			t.Errorf("%s: %d", target, r.Status)
		}
	}
}

func TestHomesAreRemembered(t *testing.T) {
	asked := 0
	h := newHomes()
	h.lookup = func(name string) (*user.User, error) {
		if asked++; name == "ann" {
			return &user.User{HomeDir: "/home/ann"}, nil
		}
		return nil, errors.New("unknown")
	}
	for range 3 {
		if dir, ok := h.of("ann"); dir != "/home/ann" || !ok {
			t.Errorf("%q %v", dir, ok)
		}
		if _, ok := h.of("zed"); ok {
			t.Error("zed has a home")
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
	h.expire(time.Now().Add(2 * homeLife))
	h.of("ann")
	if asked != 3 || len(h.known) != 1 {
		t.Errorf("asked %d times, %d known", asked, len(h.known))
	}
	for i := range 10 * maxHomes {
		h.of(string(rune('a'+i%26)) + string(rune('a'+i/26)))
	}
	if len(h.known) > maxHomes {
		t.Errorf("%d answers are kept", len(h.known))
	}
}
