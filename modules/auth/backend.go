package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
)

// backend is a source of users (http_auth_backend_t). A nil function is a
// method it cannot serve.
type backend struct {
	// basic reports whether the password is the user's.
	basic func(a *attempt, user, password string) bool
	// digest finds the hash of "user:realm:password" and the user's name.
	digest func(a *attempt, c *claim) (user string, sum []byte, ok bool)
	file   bool // belongs to mod_authn_file
}

// backends are the values of auth.backend.
var backends = map[string]*backend{
	"plain":    {basic: plainBasic, digest: plainDigest, file: true},
	"htpasswd": {basic: htpasswdBasic, file: true},
	"htdigest": {basic: htdigestBasic, digest: htdigestDigest, file: true},
}

// findBackend looks a value of auth.backend up; files tells whether
// mod_authn_file is loaded.
func findBackend(name string, files bool) (*backend, error) {
	b, ok := backends[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("auth.backend not supported: %s", name)
	case b.file && !files:
		return nil, fmt.Errorf("auth.backend not supported: %s (mod_authn_file is not in server.modules)", name)
	}
	return b, nil
}

// complain logs why a file is of no use, or not all of it.
func (a *attempt) complain(err error) {
	if err != nil {
		a.r.Errorf("%v", err)
	}
}

// plainSecret is the password of a user in the plain file.
func plainSecret(a *attempt, user string) (string, bool) {
	file := a.m.files.For(a.r).Plain
	if file == nil {
		return "", false
	}
	secret, ok, err := file.Secret(user)
	a.complain(err)
	return secret, ok
}

func plainBasic(a *attempt, user, password string) bool {
	secret, ok := plainSecret(a, user)
	return ok && samePassword(secret, password)
}

// samePassword compares in a time that says nothing about either.
func samePassword(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func plainDigest(a *attempt, c *claim) (string, []byte, bool) {
	secret, ok := plainSecret(a, c.user)
	if !ok {
		return "", nil, false
	}
	return c.user, c.alg.sum(c.user, a.rule.realm, secret), true
}

func htpasswdBasic(a *attempt, user, password string) bool {
	file := a.m.files.For(a.r).Htpasswd
	if file == nil {
		return false
	}
	hash, ok, err := file.Secret(user)
	a.complain(err)
	return ok && a.matches(user, hash, password)
}

// htdigestBasic uses the first algorithm of the rule, which is the only one
// with this method.
func htdigestBasic(a *attempt, user, password string) bool {
	c := &claim{user: user, alg: a.rule.algorithms[0]}
	_, sum, ok := htdigestDigest(a, c)
	return ok && subtle.ConstantTimeCompare(sum, c.alg.sum(user, a.rule.realm, password)) == 1
}

func htdigestDigest(a *attempt, c *claim) (string, []byte, bool) {
	file := a.m.files.For(a.r).Htdigest
	if file == nil {
		return "", nil, false
	}
	line, ok, err := file.Lookup(c.user, a.rule.realm, c.userhash, c.alg.size)
	a.complain(err)
	return line.User, line.Sum, ok
}
