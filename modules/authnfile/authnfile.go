// Package authnfile ports mod_authn_file: the directives that name files of
// users. mod_auth reads the files.
package authnfile

import (
	"github.com/lighttpd-go/lighttpd-go/modules/internal/userfile"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_authn_file. It has no hooks: with it, mod_auth has the
// backends plain, htpasswd and htdigest.
var Module = server.Define("mod_authn_file", userfile.Directives, load)

func load(*server.Loader, *server.Settings[userfile.Config]) (server.Hooks, error) {
	return server.Hooks{}, nil
}
