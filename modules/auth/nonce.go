package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

const (
	nonceLife  = 600 // seconds that a nonce is good for
	nonceAging = 540 // seconds after which a success names the next one
)

// verdict is what a nonce is found to be.
type verdict uint8

const (
	nonceGood verdict = iota
	nonceOld          // good, but not much longer
	nonceStale
	nonceMalformed // not of the form that a rule with a secret makes
	nonceForged
)

// newNonce makes the nonce of a challenge: the time, and what nobody can
// guess. With nonce-secret it proves that whoever knows the secret made it.
func (ru *rule) newNonce(alg *algorithm, now time.Time) string {
	stamp := strconv.FormatInt(now.Unix(), 16)
	random := make([]byte, alg.size)
	rand.Read(random)
	if ru.secret == "" {
		return stamp + ":" + hex.EncodeToString(random)
	}
	salted := stamp + ":" + hex.EncodeToString(random[:8])
	return salted + ":" + ru.sign(alg, salted)
}

func (ru *rule) sign(alg *algorithm, text string) string {
	mac := hmac.New(alg.make, []byte(ru.secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// judge checks a nonce that a client sent back. Without nonce-secret any nonce
// with a plausible time is good.
func (ru *rule) judge(nonce string, alg *algorithm, now time.Time) verdict {
	stamp, rest, ok := strings.Cut(nonce, ":")
	made, err := strconv.ParseUint(stamp, 16, 62)
	age := now.Unix() - int64(made)
	if !ok || err != nil || age < 0 || age > nonceLife {
		return nonceStale
	}
	if ru.secret != "" {
		random, signature, ok := strings.Cut(rest, ":")
		if !ok {
			return nonceMalformed
		}
		if !hmac.Equal([]byte(ru.sign(alg, stamp+":"+random)), []byte(signature)) {
			return nonceForged
		}
	}
	if age > nonceAging {
		return nonceOld
	}
	return nonceGood
}
