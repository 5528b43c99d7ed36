package auth

import (
	"time"

	"github.com/lighttpd-go/lighttpd-go/modules/internal/userfile"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// watched is the source that fail2ban's filter expects in lines about wrong
// passwords.
const watched = "mod_auth.c"

// attempt is one request that a rule keeps from going on.
type attempt struct {
	m    *module
	conf *config
	rule *rule
	r    *server.Request
}

// methods are the values of "method". The first two need a backend.
var methods = []method{
	{"basic", (*attempt).basic},
	{"digest", (*attempt).digest},
	{"extern", (*attempt).external},
}

// external asks nobody: somebody else must have set REMOTE_USER.
func (a *attempt) external() server.Result {
	if a.rule.admitsRemoteUser(a.r) {
		return server.GoOn
	}
	return a.r.Fail(401)
}

// noBackend answers a request that nobody could ever be let in with.
func (a *attempt) noBackend() server.Result {
	a.r.Errorf("auth.backend not configured for %s", a.r.URI.Path)
	return a.r.Fail(500)
}

// wrongMethod is noBackend for a backend that cannot serve the rule's method.
func (a *attempt) wrongMethod(other string) server.Result {
	a.r.Errorf(`auth.require "method" => "%s" invalid (try "%s"?) for %s`, a.rule.method.name, other, a.r.URI.Path)
	return a.r.Fail(500)
}

// badRequest answers credentials that no client should send.
func (a *attempt) badRequest(why string, v ...any) server.Result {
	a.r.Errorf(why, v...)
	return a.r.Fail(400)
}

// admit lets the request go on as a user's.
func (a *attempt) admit(user, authType string) server.Result {
	a.r.Env.Set("REMOTE_USER", user)
	a.r.Env.Set("AUTH_TYPE", authType)
	return server.GoOn
}

// reject makes whoever guesses wait: the connection ends with the answer,
// which comes with the next full second.
func (a *attempt) reject() {
	a.r.KeepAlive = false
	if a.m.delay {
		now := time.Now()
		time.Sleep(now.Truncate(time.Second).Add(time.Second).Sub(now))
	}
}

// matches checks a password against a line of an htpasswd file.
func (a *attempt) matches(user, hash, password string) bool {
	ok, err := userfile.Match(hash, password)
	if err != nil {
		a.r.Errorf("htpasswd entry of user %s: %v", user, err)
	}
	return ok
}
