package userfile

import (
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Config is what the directives of mod_authn_file say for one request. A file
// that is not set is nil.
type Config struct {
	Plain, Htpasswd *Passwords
	Htdigest        *Digests
	groups          string
}

// Directives are those of mod_authn_file. mod_auth looks into them, too.
var Directives = server.Table[Config]{
	{
		Name: "auth.backend.plain.groupfile",
		Bind: server.String(func(c *Config) *string { return &c.groups }),
		Doc:  "Accepted and without effect, as in lighttpd: no backend of this module knows groups.",
	},
	{
		Name: "auth.backend.plain.userfile",
		Bind: server.Parsed(server.TypeString, named(NewPasswords), func(c *Config) **Passwords { return &c.Plain }),
		Doc: "File with lines `user:password` for the backend `plain`. It is read again when it has changed. " +
			"Everybody who can read it knows all passwords.",
	},
	{
		Name: "auth.backend.htpasswd.userfile",
		Bind: server.Parsed(server.TypeString, named(NewPasswords), func(c *Config) **Passwords { return &c.Htpasswd }),
		Doc: "File with lines `user:hash` for the backend `htpasswd`, as the program of that name makes them: " +
			"bcrypt, SHA-512, SHA-256, MD5 (`$apr1$`, `$1$`) and `{SHA}`. DES and yescrypt hashes are not supported: " +
			"such users are refused, and the error log says so.",
	},
	{
		Name: "auth.backend.htdigest.userfile",
		Bind: server.Parsed(server.TypeString, named(NewDigests), func(c *Config) **Digests { return &c.Htdigest }),
		Doc: "File with lines `user:realm:digest` for the backend `htdigest`. A user may have one line for each " +
			"length of digest: MD5 has 32 characters, SHA-256 has 64. A fourth field is the hash of `user:realm` for `userhash`.",
	},
}

// named makes a file of its name; an empty one is none.
func named[T any](open func(string) *T) func(server.At, eval.Value) (*T, error) {
	return func(_ server.At, v eval.Value) (*T, error) {
		if v.Str == "" {
			return nil, nil
		}
		return open(v.Str), nil
	}
}
