package auth_test

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

// proof is what a client computes. The zero value with a password is ann's
// right answer for /x.
type proof struct {
	user, password, realm, method, uri, nonce, alg, qop string
	hash                                                func() hash.Hash
	session                                             bool
}

func (p proof) sum(parts ...string) string {
	h := p.hash()
	h.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(h.Sum(nil))
}

func orElse(s *string, preset string) {
	if *s == "" {
		*s = preset
	}
}

// nonceOf makes a nonce as a server without nonce-secret would.
func nonceOf(age int64) string {
	return fmt.Sprintf("%x:%s", time.Now().Unix()-age, strings.Repeat("0", 32))
}

// line is the Authorization line; qop "-" leaves it out, as RFC 2069 clients
// do.
func (p proof) line() string {
	orElse(&p.user, "ann")
	orElse(&p.password, "secret")
	orElse(&p.realm, "R")
	orElse(&p.method, "GET")
	orElse(&p.uri, "/x")
	orElse(&p.nonce, nonceOf(5))
	orElse(&p.qop, "auth")
	if p.hash == nil {
		p.hash = md5.New
	}
	secret := p.sum(p.user, p.realm, p.password)
	if p.session {
		secret = p.sum(secret, p.nonce, "abc")
	}
	middle := ":00000001:abc:" + p.qop
	line := fmt.Sprintf(`Authorization: Digest username="%s", realm="%s", nonce="%s", uri="%s"`, p.user, p.realm, p.nonce, p.uri)
	if p.qop == "-" {
		middle = ""
	} else {
		line += `, nc=00000001, cnonce="abc", qop=` + p.qop
	}
	if p.alg != "" {
		line += ", algorithm=" + p.alg
	}
	return line + `, response="` + p.sum(secret, p.nonce+middle, p.sum(p.method, p.uri)) + `"`
}

const ruleD = `"method" => "digest", "realm" => "R", "require" => "valid-user"`

func TestDigest(t *testing.T) {
	s := serve(t, `auth.require = ( "/" => ( `+ruleD+` ) )`)
	right := proof{}.line()
	without := func(name string) string {
		return regexp.MustCompile(`(, |Digest )`+regexp.QuoteMeta(name)+`=("[^"]*"|[^",]*)`).ReplaceAllString(right, "$1")
	}
	ext := func(value string) string { return without("username") + ", username*=" + value }
	for _, c := range []struct {
		name, line string
		status     int
		closes     bool
	}{
		{"right", right, 200, false},
		{"RFC 2069", proof{qop: "-"}.line(), 200, false},
		{"other qop", proof{qop: "foo"}.line(), 200, false},
		{"auth-int", proof{qop: "auth-int"}.line(), 400, false},
		{"empty qop", proof{qop: "-"}.line() + `, qop=""`, 400, false},
		{"quoted qop", strings.Replace(right, "qop=auth", `qop="auth"`, 1), 200, false},
		{"algorithm", proof{alg: "MD5"}.line(), 200, false},
		{"algorithm in lower case", proof{alg: `"md5"`}.line(), 200, false},
		{"session", proof{alg: "MD5-SESS", session: true}.line(), 200, false},
		{"session without cnonce", proof{alg: "MD5-sess", session: true, qop: "-"}.line(), 400, false},
		{"algorithm not offered", proof{alg: "SHA-256", hash: sha256.New}.line(), 401, false},
		{"unknown algorithm", proof{alg: "foo"}.line(), 401, false},
		{"wrong password", proof{password: "no"}.line(), 401, true},
		{"unknown user", proof{user: "zed"}.line(), 401, true},
		{"no user", proof{user: "\x01"}.line(), 400, false}, // refused by the head's parser
		{"wrong realm", proof{realm: "S"}.line(), 401, false},
		{"other method", proof{method: "HEAD"}.line(), 401, true},
		{"other URI", proof{uri: "/y"}.line(), 400, false},
		{"absolute URI", proof{uri: "http://h/x"}.line(), 400, false},
		{"nc is part of the proof", strings.ReplaceAll(proof{}.line(), "nc=00000001", "nc=zzz"), 401, true},
		{"old", proof{nonce: nonceOf(605)}.line(), 401, false},
		{"future", proof{nonce: nonceOf(-60)}.line(), 401, false},
		{"no time", proof{nonce: "zz:0"}.line(), 401, false},
		{"no colon", proof{nonce: "5f000000"}.line(), 401, false},
		{"huge time", proof{nonce: strings.Repeat("f", 40) + ":0"}.line(), 401, false},
		{"short nonce", proof{nonce: strings.TrimRight(nonceOf(5), "0") + "ab"}.line(), 200, false},
		{"upper case response", upperResponse(right), 200, false},
		{"short response", without("response") + `, response="abc"`, 400, false},
		{"response is no hex", without("response") + `, response="` + strings.Repeat("z", 32) + `"`, 400, false},
		{"wrong response", without("response") + `, response="` + strings.Repeat("0", 32) + `"`, 401, true},
		{"no username", without("username"), 400, false},
		{"no realm", without("realm"), 400, false},
		{"no nonce", without("nonce"), 400, false},
		{"no uri", without("uri"), 400, false},
		{"no response", without("response"), 400, false},
		{"no nc", without("nc"), 400, false},
		{"no cnonce", without("cnonce"), 400, false},
		{"no qop", without("qop"), 401, true},
		{"ext", ext("UTF-8''ann"), 200, false},
		{"ext in lower case", ext("utf-8'en'a%6en"), 200, false},
		{"ext quoted", ext(`"UTF-8''ann"`), 200, false},
		{"ext latin1", ext("ISO-8859-1''ann"), 200, false},
		{"ext and name", right + ", username*=UTF-8''ann", 400, false},
		{"ext other charset", ext("US-ASCII''ann"), 400, false},
		{"ext one quote", ext("UTF-8'ann"), 400, false},
		{"ext bad percent", ext("UTF-8''a%zn"), 400, false},
		{"ext bad UTF-8", ext("UTF-8''ann%ff"), 400, false},
		{"ext control", ext("UTF-8''ann%0a"), 400, false},
		{"ext with userhash", ext("UTF-8''ann, userhash=true"), 400, false},
		{"ext with userhash false", ext("UTF-8''ann, userhash=false"), 200, false},
		{"unknown keys", right + `, foo=bar, baz="q,u", opaque`, 200, false},
		{"last one counts", right + `, realm="S"`, 401, false},
		{"commas", right + ",,, ", 200, false},
		{"unterminated", right + `, foo="bar`, 200, false},
		{"no commas", strings.ReplaceAll(right, ",", " "), 400, false},
		{"blanks around =", strings.ReplaceAll(right, `="`, ` = "`), 200, false},
		{"tabs", strings.ReplaceAll(right, ", ", ",\t"), 200, false},
		{"no quotes", strings.ReplaceAll(right, `"`, ""), 200, false},
		{"junk behind quotes", strings.Replace(right, `"R"`, `"R"junk`, 1), 200, false},
		{"key in other case", strings.Replace(right, "username", "UserName", 1), 400, false},
		{"scheme in other case", strings.Replace(right, "Digest", "dIGEST", 1), 200, false},
		{"nothing", "Authorization: Digest", 401, false},
		{"a comma", "Authorization: Digest ,", 400, false},
		{"a word", "Authorization: Digest foo", 400, false},
		{"other scheme", basic("ann:secret"), 401, false},
	} {
		r := s.Get("/x", c.line)
		if r.Status != c.status || c.status == 401 && (r.Get("Connection") == "close") != c.closes {
			t.Errorf("%s: %d, Connection %q\n%s", c.name, r.Status, r.Get("Connection"), c.line)
		}
	}
}

func upperResponse(line string) string {
	i := strings.LastIndex(line, `response="`) + len(`response="`)
	return line[:i] + strings.ToUpper(line[i:])
}

var challenge = regexp.MustCompile(`^Digest realm="R", charset="UTF-8", algorithm=([A-Z0-9-]+), nonce="([0-9a-f:]+)", qop="auth"(.*)$`)

// challenges are algorithm, nonce and the rest of each challenge.
func challenges(t *testing.T, line string, s *servertest.Server) [][]string {
	t.Helper()
	var all [][]string
	for _, f := range s.Get("/x", line).Fields {
		if f.Name != "WWW-Authenticate" {
			continue
		}
		m := challenge.FindStringSubmatch(f.Value)
		if m == nil {
			t.Fatalf("challenge %q", f.Value)
		}
		all = append(all, m[1:])
	}
	return all
}

func TestChallenges(t *testing.T) {
	for options, want := range map[string]string{
		"":                                    "MD5",
		`, "algorithm" => "MD5|sha-256-sess"`: "SHA-256 MD5",
		`, "algorithm" => "MD5|SHA-512-256|SHA-256"`:    "SHA-512-256 SHA-256 MD5",
		`, "algorithm" => "SHA-256"`:                    "SHA-256",
		`, "userhash" => "enable"`:                      "MD5, userhash=true",
		`, "nonce-secret" => "s", "algorithm" => "MD5"`: "MD5",
	} {
		s := serve(t, `auth.require = ( "/" => ( `+ruleD+options+` ) )`)
		var got []string
		for _, c := range challenges(t, "X: y", s) {
			got = append(got, c[0]+c[2])
			size := map[string]int{"MD5": 32, "SHA-256": 64, "SHA-512-256": 64}[c[0]]
			parts := strings.Split(c[1], ":")
			if last := parts[len(parts)-1]; len(last) != size || (len(parts) == 3) != strings.Contains(options, "secret") {
				t.Errorf("%s: nonce %q", options, c[1])
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", options, got, want)
		}
	}
}

func TestStaleNamesOneAlgorithm(t *testing.T) {
	s := serve(t, `auth.require = ( "/" => ( `+ruleD+`, "algorithm" => "MD5|SHA-256" ) )`)
	all := challenges(t, proof{nonce: "1:2"}.line(), s)
	if len(all) != 1 || all[0][0] != "MD5" || all[0][2] != ", stale=true" {
		t.Errorf("%q", all)
	}
}

func TestNextNonce(t *testing.T) {
	s := serve(t, `auth.require = ( "/" => ( `+ruleD+` ) )`)
	for age, want := range map[int64]bool{5: false, 530: false, 550: true, 590: true} {
		r := s.Get("/x", proof{nonce: nonceOf(age)}.line())
		if r.Status != 200 || strings.HasPrefix(r.Get("Authentication-Info"), `nextnonce="`) != want {
			t.Errorf("age %d: %d, %q", age, r.Status, r.Get("Authentication-Info"))
		}
	}
	if r := s.Get("/x", proof{nonce: nonceOf(590), password: "no"}.line()); r.Has("Authentication-Info") {
		t.Error("a wrong password is told the next nonce")
	}
}

func TestNonceSecret(t *testing.T) {
	s := serve(t, `auth.require = ( "/" => ( `+ruleD+`, "nonce-secret" => "s" ) )`)
	own := challenges(t, "X: y", s)[0][1]
	other := serve(t, `auth.require = ( "/" => ( `+ruleD+`, "nonce-secret" => "t" ) )`)
	stamp, rest, _ := strings.Cut(own, ":")
	for _, c := range []struct {
		nonce  string
		status int
	}{
		{own, 200},
		{own, 200}, // replays are not detected, as in lighttpd
		{own[:len(own)-1] + "x", 401},
		{own + "0", 401},
		{stamp + ":0" + rest, 401},
		{stamp + "0:" + rest, 401},
		{nonceOf(5), 400},
		{challenges(t, "X: y", other)[0][1], 401},
		{"1:2:3", 401},
	} {
		if r := s.Get("/x", proof{nonce: c.nonce}.line()); r.Status != c.status {
			t.Errorf("%q: %d, want %d", c.nonce, r.Status, c.status)
		}
	}
}

func TestHtdigest(t *testing.T) {
	s := serve(t, `auth.backend := "htdigest"
auth.require = ( "/" => ( `+ruleD+`, "algorithm" => "MD5|SHA-256", "userhash" => "enable" ) )`)
	md5Sum := proof{hash: md5.New}.sum("ann", "R", "secret")
	shaSum := proof{hash: sha256.New}.sum("ann", "R", "secret")
	hashed := proof{hash: md5.New}.sum("ann", "R")
	s.Write(map[string]string{"htdigest": "ann:S:" + md5Sum + "\nann:R:" + shaSum + "\nann:R:" + md5Sum + ":" + hashed + "\n"})
	byHash := strings.Replace(proof{}.line(), `"ann"`, `"`+hashed+`"`, 1)
	for name, c := range map[string]struct {
		line   string
		status int
	}{
		"MD5":                     {proof{}.line(), 200},
		"SHA-256":                 {proof{alg: "SHA-256", hash: sha256.New}.line(), 200},
		"SHA-256 session":         {proof{alg: "SHA-256-sess", hash: sha256.New, session: true}.line(), 200},
		"wrong password":          {proof{password: "no"}.line(), 401},
		"hash of the name":        {byHash + ", userhash=true", 200},
		"in upper case":           {strings.ReplaceAll(byHash, hashed, strings.ToUpper(hashed)) + ", userhash=true", 200},
		"hash without saying so":  {byHash, 401},
		"name said to be a hash":  {proof{}.line() + ", userhash=true", 401},
		"hash with an empty name": {strings.Replace(byHash, hashed, "", 1) + ", userhash=true", 401},
	} {
		if r := s.Get("/x", c.line); r.Status != c.status {
			t.Errorf("%s: %d, want %d", name, r.Status, c.status)
		}
	}
}

func TestDigestOfTheTargetAsSent(t *testing.T) {
	s := serve(t, `auth.require = ( "/" => ( `+ruleD+` ) )`)
	for target, want := range map[string]int{"/x?a=%2f": 200, "/%78": 200, "/./x": 200} {
		if r := s.Get(target, proof{uri: target}.line()); r.Status != want {
			t.Errorf("%s: %d", target, r.Status)
		}
	}
	if r := s.Get("/x?a=%2f", proof{uri: "/x?a=%2F"}.line()); r.Status != 400 {
		t.Errorf("the normalised target: %d", r.Status)
	}
}

func TestDigestRequire(t *testing.T) {
	s := serve(t, `auth.require = ( "/" => ( "method" => "digest", "realm" => "R", "require" => "user=bob" ) )`)
	r := s.Get("/x", proof{}.line())
	if r.Status != 401 || r.Get("Connection") == "close" {
		t.Errorf("a user who is not required: %d, %s", r.Status, r.Get("Connection"))
	}
	if r := s.Get("/x", proof{user: "bob", password: "b:c"}.line()); r.Status != 200 {
		t.Errorf("bob: %d", r.Status)
	}
}

func TestDigestCache(t *testing.T) {
	s := serve(t, `auth.cache = ( "max-age" => 600 ) auth.require = ( "/" => ( `+ruleD+` ) )`)
	ask := func(p proof, want int) {
		t.Helper()
		if r := s.Get("/x", p.line()); r.Status != want {
			t.Errorf("%d, want %d", r.Status, want)
		}
	}
	ask(proof{password: "no"}, 401)
	ask(proof{}, 200)
	s.Write(map[string]string{"plain": "ann:newone\nbob:b:c\n"})
	ask(proof{}, 200)
	ask(proof{password: "newone"}, 401)
	ask(proof{user: "bob", password: "b:c"}, 200)
}

func TestDigestLog(t *testing.T) {
	s := serve(t, `auth.require = ( "/" => ( `+ruleD+` ) )`)
	for line, want := range map[string]string{
		"Authorization: Digest x":        "digest: missing field\n",
		proof{password: "no"}.line():     "digest: auth failed for ann: wrong password, IP: 127.0.0.1\n",
		proof{user: "zed"}.line():        "digest: auth failed for zed: wrong password, IP: 127.0.0.1\n",
		proof{realm: "S"}.line():         "digest: realm mismatch\n",
		proof{alg: "foo"}.line():         "digest: (foo): invalid\n",
		proof{uri: "/y"}.line():          "digest: auth failed: uri mismatch (/x != /y), IP: 127.0.0.1\n",
		proof{qop: "auth-int"}.line():    "digest: qop=auth-int not supported\n",
		proof{nonce: nonceOf(5)}.line():  "",
		proof{nonce: nonceOf(-9)}.line(): "",
	} {
		s.Get("/x", line)
		if log := s.Log(); log != want {
			t.Errorf("%s: %s", line, log)
		}
	}
}
