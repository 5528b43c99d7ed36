package auth

import (
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// claim is what the client says in digest credentials.
type claim struct {
	params
	user     string
	userhash bool // user is the hash of the name
	alg      *algorithm
	session  bool   // an algorithm that ends in -sess
	response []byte // decoded
	aging    bool   // the nonce will soon be stale
}

// digest checks the proof of knowing the password that came with the request
// (RFC 7616), or asks for it.
func (a *attempt) digest() server.Result {
	switch {
	case a.conf.backend == nil:
		return a.noBackend()
	case a.conf.backend.digest == nil:
		return a.wrongMethod("basic")
	}
	text, ok := credentials(a.r, "Digest")
	if !ok {
		return a.challengeDigest(a.rule.algorithms, false)
	}
	c := &claim{params: parseParams(text)}
	for _, step := range digestSteps {
		if rc := step(a, c); rc != server.GoOn {
			return rc
		}
	}
	rc := a.prove(c)
	if rc == server.GoOn && c.aging {
		a.r.Resp.Set("Authentication-Info", `nextnonce="`+a.rule.newNonce(c.alg, time.Now())+`"`)
	}
	return rc
}

// digestSteps are the checks that need no password, in lighttpd's order.
var digestSteps = []func(*attempt, *claim) server.Result{
	(*attempt).checkFields,
	(*attempt).checkUser,
	(*attempt).checkRealm,
	(*attempt).checkAlgorithm,
	(*attempt).checkResponse,
	(*attempt).checkURI,
	(*attempt).checkNonce,
}

func (a *attempt) checkFields(c *claim) server.Result {
	_, session := cutSuffixFold(c.params["algorithm"], "-sess")
	if !c.complete(session) {
		return a.badRequest("digest: missing field")
	}
	return server.GoOn
}

func (a *attempt) checkUser(c *claim) server.Result {
	c.userhash = strings.EqualFold(c.params["userhash"], "true")
	c.user = c.params["username"]
	if !c.has("username*") {
		return server.GoOn
	}
	if c.userhash {
		return a.badRequest(`digest: invalid "username*" with "userhash" = true`)
	}
	user, ok := extValue(c.params["username*"])
	if !ok {
		return a.badRequest(`digest: invalid "username*" ext-value`)
	}
	c.user = user
	return server.GoOn
}

func (a *attempt) checkRealm(c *claim) server.Result {
	if c.params["realm"] != a.rule.realm {
		a.r.Errorf("digest: realm mismatch")
		return a.challengeDigest(a.rule.algorithms, false)
	}
	return server.GoOn
}

func (a *attempt) checkAlgorithm(c *claim) server.Result {
	name, ok := c.params["algorithm"]
	if !ok {
		name = "MD5"
	}
	if c.alg, c.session = a.rule.offers(name); c.alg == nil {
		a.r.Errorf("digest: (%s): invalid", name)
		return a.challengeDigest(a.rule.algorithms, false)
	}
	return server.GoOn
}

func (a *attempt) checkResponse(c *claim) server.Result {
	response, err := hex.DecodeString(c.params["response"])
	if err != nil || len(response) != c.alg.size {
		return a.badRequest("digest: (%s): invalid format", c.params["response"])
	}
	c.response = response
	if strings.EqualFold(c.params["qop"], "auth-int") {
		return a.badRequest("digest: qop=auth-int not supported")
	}
	return server.GoOn
}

// checkURI demands that the proof is for this very request.
func (a *attempt) checkURI(c *claim) server.Result {
	if uri := c.params["uri"]; uri != a.r.TargetOrig {
		return a.badRequest("digest: auth failed: uri mismatch (%s != %s), IP: %s", a.r.TargetOrig, uri, a.r.PeerText)
	}
	return server.GoOn
}

func (a *attempt) checkNonce(c *claim) server.Result {
	switch a.rule.judge(c.params["nonce"], c.alg, time.Now()) {
	case nonceStale:
		return a.challengeDigest([]*algorithm{c.alg}, true)
	case nonceMalformed:
		return a.badRequest("digest: nonce missing field")
	case nonceForged:
		a.r.Errorf("digest: nonce mismatch")
		return a.challengeDigest(a.rule.algorithms, false)
	case nonceOld:
		c.aging = true
	}
	return server.GoOn
}

// prove compares the response with the one that the password yields.
func (a *attempt) prove(c *claim) server.Result {
	key := cacheKey{rule: a.rule, user: c.user, hashed: c.userhash, alg: c.alg}
	known, hit := a.conf.cache.get(key, time.Now())
	if !hit {
		var ok bool
		if known.user, known.sum, ok = a.conf.backend.digest(a, c); !ok {
			return a.rejectDigest(c)
		}
	}
	if subtle.ConstantTimeCompare(c.expected(known.sum, a.r.Method), c.response) != 1 {
		return a.rejectDigest(c)
	}
	if !a.rule.admits(known.user) {
		return a.challengeDigest(a.rule.algorithms, false)
	}
	if !hit {
		a.conf.cache.put(key, known, time.Now())
	}
	return a.admit(known.user, "Digest")
}

// expected is the right response (RFC 7616, section 3.4.1; without qop, RFC
// 2069).
func (c *claim) expected(sum []byte, method string) []byte {
	secret := hex.EncodeToString(sum)
	p := c.params
	if c.session {
		secret = c.alg.text(secret, p["nonce"], p["cnonce"])
	}
	request := c.alg.text(method, p["uri"])
	if c.has("qop") {
		return c.alg.sum(secret, p["nonce"], p["nc"], p["cnonce"], p["qop"], request)
	}
	return c.alg.sum(secret, p["nonce"], request)
}

// rejectDigest answers a wrong password and an unknown user alike.
func (a *attempt) rejectDigest(c *claim) server.Result {
	a.r.ErrorfAs(watched, "digest: auth failed for %s: wrong password, IP: %s", c.user, a.r.PeerText)
	a.reject()
	return a.challengeDigest(a.rule.algorithms, false)
}

// challengeDigest asks for a proof, by one line for each algorithm.
func (a *attempt) challengeDigest(algs []*algorithm, stale bool) server.Result {
	a.r.Resp.Del("WWW-Authenticate")
	now := time.Now()
	for _, alg := range algs {
		line := `Digest realm="` + a.rule.realm + `", charset="UTF-8", algorithm=` + alg.name +
			`, nonce="` + a.rule.newNonce(alg, now) + `", qop="auth"`
		if a.rule.userhash {
			line += ", userhash=true"
		}
		if stale {
			line += ", stale=true"
		}
		a.r.Resp.Add("WWW-Authenticate", line)
	}
	return a.r.Fail(401)
}
