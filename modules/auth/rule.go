package auth

import (
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// rule is one entry of auth.require.
type rule struct {
	prefix     string
	method     *method
	realm      string
	anyUser    bool     // valid-user
	users      []string // otherwise
	algorithms []*algorithm
	secret     string // nonce-secret
	userhash   bool
}

// method is a way to authenticate, as a rule names it.
type method struct {
	name  string
	check func(*attempt) server.Result
}

// ruleFor returns the first rule for a path, or nil.
func ruleFor(rules []*rule, path string, fold bool) *rule {
	for _, ru := range rules {
		if hasPrefix(path, ru.prefix, fold) {
			return ru
		}
	}
	return nil
}

func hasPrefix(s, prefix string, fold bool) bool {
	if !fold {
		return strings.HasPrefix(s, prefix)
	}
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// admits reports whether a user whose name is proven satisfies the rule.
func (ru *rule) admits(user string) bool { return ru.anyUser || slices.Contains(ru.users, user) }

// admitsRemoteUser asks for a user whom another module has authenticated.
func (ru *rule) admitsRemoteUser(r *server.Request) bool {
	return r.Env.Has("REMOTE_USER") && ru.admits(r.Env.Get("REMOTE_USER"))
}

// offers returns the algorithm called name, if the rule offers it. The name
// may end in -sess.
func (ru *rule) offers(name string) (alg *algorithm, session bool) {
	base, session := cutSuffixFold(name, "-sess")
	for _, alg := range ru.algorithms {
		if strings.EqualFold(alg.name, base) {
			return alg, session
		}
	}
	return nil, false
}

func cutSuffixFold(s, suffix string) (string, bool) {
	if server.HasSuffixFold(s, suffix) {
		return s[:len(s)-len(suffix)], true
	}
	return s, false
}
