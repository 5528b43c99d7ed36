package auth

import (
	"maps"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestParams(t *testing.T) {
	for text, want := range map[string]params{
		``:                                     {},
		`realm=R`:                              {"realm": "R"},
		`realm="R"`:                            {"realm": "R"},
		`realm="a\"b" , nonce=1`:               {"realm": `a\"b`, "nonce": "1"},
		`realm="a\\", nonce=1`:                 {"realm": `a\\`, "nonce": "1"},
		`realm="a\`:                            {"realm": `a\`},
		`realm="`:                              {"realm": ""},
		`realm=`:                               {"realm": ""},
		`realm=,nonce=`:                        {"realm": "", "nonce": ""},
		`realm , nonce=1`:                      {"nonce": "1"},
		`realm x=y, nonce=1`:                   {"nonce": "1"},
		`=, =x, realm=R`:                       {"realm": "R"},
		`realm=a b , nonce=1`:                  {"realm": "a b", "nonce": "1"},
		`realm=a, realm=b`:                     {"realm": "b"},
		`Realm=a, opaque="realm=c, realm=d"`:   {},
		`username*=UTF-8''a, username="b"`:     {"username*": "UTF-8''a", "username": "b"},
		",,, \t,realm\t=\t\"R\"\t,\tnonce=1\t": {"realm": "R", "nonce": "1"},
	} {
		if got := parseParams(text); !maps.Equal(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func FuzzParams(f *testing.F) {
	f.Add(`username="ann", realm="R", nonce="5f:0", uri="/x", response="00", qop=auth, nc=1, cnonce="a"`)
	f.Add(`username*=UTF-8''J%C3%B6rg, userhash=true, realm="a\"b`)
	f.Add(strings.Repeat(`a="\\`, 50))
	f.Fuzz(func(t *testing.T, text string) {
		for name, value := range parseParams(text) {
			if !paramNames[name] || !strings.Contains(text, value) {
				t.Errorf("%q: %q", name, value)
			}
		}
	})
}

func FuzzExtValue(f *testing.F) {
	f.Add("UTF-8''J%C3%B6rg")
	f.Add("iso-8859-1'de'J%f6rg")
	f.Fuzz(func(t *testing.T, text string) {
		if user, ok := extValue(text); ok && (!utf8.ValidString(user) || strings.ContainsAny(user, "\x00\r\n\x7f")) {
			t.Errorf("%q", user)
		}
	})
}

func FuzzNonce(f *testing.F) {
	now := time.Unix(1_700_000_000, 0)
	ru := &rule{secret: "s"}
	f.Add(ru.newNonce(algorithms[2], now))
	f.Add("6553f100:0:0")
	f.Fuzz(func(t *testing.T, nonce string) {
		if v := ru.judge(nonce, algorithms[2], now); (v == nonceGood || v == nonceOld) && strings.Count(nonce, ":") != 2 {
			t.Errorf("%q passed", nonce)
		}
	})
}

func TestExtValueLatin1(t *testing.T) {
	if user, ok := extValue("ISO-8859-1''J%f6rg"); !ok || user != "Jörg" {
		t.Errorf("%q %v", user, ok)
	}
}

func TestCacheExpires(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	c := &cache{maxAge: 10 * time.Second, entries: map[cacheKey]cached{}}
	ann, bob := cacheKey{user: "ann"}, cacheKey{user: "bob"}
	c.put(ann, cached{user: "ann"}, now)
	c.put(bob, cached{user: "bob"}, now.Add(5*time.Second))
	if _, ok := c.get(ann, now.Add(10*time.Second)); !ok {
		t.Error("forgotten too early")
	}
	if _, ok := c.get(ann, now.Add(11*time.Second)); ok {
		t.Error("still known")
	}
	c.expire(now.Add(11 * time.Second))
	if len(c.entries) != 1 {
		t.Errorf("%d entries", len(c.entries))
	}
}
