package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// maxBasic is the largest number of base64 characters that are looked at.
const maxBasic = 1363

// basic checks the name and the password that came with the request (RFC
// 7617), or asks for them.
func (a *attempt) basic() server.Result {
	switch {
	case a.conf.backend == nil:
		return a.noBackend()
	case a.conf.backend.basic == nil:
		return a.wrongMethod("digest")
	}
	token, ok := credentials(a.r, "Basic")
	if !ok || len(token) > maxBasic {
		return a.challengeBasic()
	}
	text, ok := decodeBase64(token)
	if !ok {
		return a.badRequest("decoding base64-string failed %s", token)
	}
	user, password, ok := strings.Cut(text, ":")
	if !ok {
		return a.badRequest("missing ':' in %s", text)
	}
	password, _, _ = strings.Cut(password, "\x00")
	if a.knows(user, password) {
		return a.admit(user, "Basic")
	}
	a.r.ErrorfAs(watched, "password doesn't match for %s username: %s IP: %s", a.r.URI.Path, user, a.r.PeerText)
	a.reject()
	return a.challengeBasic()
}

func (a *attempt) challengeBasic() server.Result {
	a.r.Resp.Set("WWW-Authenticate", `Basic realm="`+a.rule.realm+`", charset="UTF-8"`)
	return a.r.Fail(401)
}

// knows reports whether user and password are right and the rule admits the
// user.
func (a *attempt) knows(user, password string) bool {
	key := cacheKey{rule: a.rule, user: user}
	sum := sha256.Sum256([]byte(password))
	if known, ok := a.conf.cache.get(key, time.Now()); ok {
		return known.proves(sum[:])
	}
	if !a.conf.backend.basic(a, user, password) || !a.rule.admits(user) {
		return false
	}
	a.conf.cache.put(key, cached{user: user, sum: sum[:]}, time.Now())
	return true
}

// credentials returns what follows the name of a scheme in Authorization.
func credentials(r *server.Request, scheme string) (string, bool) {
	value := r.Header.Get("Authorization")
	if len(value) <= len(scheme) || value[len(scheme)] != ' ' || !strings.EqualFold(value[:len(scheme)], scheme) {
		return "", false
	}
	return strings.Trim(value[len(scheme):], " \t"), true
}

// decodeBase64 reads base64 as leniently as lighttpd: blanks are skipped, and
// the text ends with padding, complete or not, or where a second value of a
// repeated field begins.
func decodeBase64(s string) (string, bool) {
	if end := strings.IndexAny(s, "=,;"); end >= 0 {
		s = s[:end]
	}
	s = strings.NewReplacer(" ", "", "\t", "").Replace(s)
	text, err := base64.RawStdEncoding.DecodeString(s)
	return string(text), err == nil && len(text) > 0
}
