package main

//go:generate sh -c "go run . --reference >../../modules/REFERENCE.md.new && mv ../../modules/REFERENCE.md.new ../../modules/REFERENCE.md"

import (
	"github.com/lighttpd-go/lighttpd-go/modules/access"
	"github.com/lighttpd-go/lighttpd-go/modules/accesslog"
	"github.com/lighttpd-go/lighttpd-go/modules/alias"
	"github.com/lighttpd-go/lighttpd-go/modules/auth"
	"github.com/lighttpd-go/lighttpd-go/modules/authnfile"
	"github.com/lighttpd-go/lighttpd-go/modules/cgi"
	"github.com/lighttpd-go/lighttpd-go/modules/deflate"
	"github.com/lighttpd-go/lighttpd-go/modules/dirlisting"
	"github.com/lighttpd-go/lighttpd-go/modules/evhost"
	"github.com/lighttpd-go/lighttpd-go/modules/expire"
	"github.com/lighttpd-go/lighttpd-go/modules/extforward"
	"github.com/lighttpd-go/lighttpd-go/modules/index"
	"github.com/lighttpd-go/lighttpd-go/modules/redirect"
	"github.com/lighttpd-go/lighttpd-go/modules/rewrite"
	"github.com/lighttpd-go/lighttpd-go/modules/setenv"
	"github.com/lighttpd-go/lighttpd-go/modules/simplevhost"
	"github.com/lighttpd-go/lighttpd-go/modules/ssi"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/modules/status"
	"github.com/lighttpd-go/lighttpd-go/modules/userdir"
	"github.com/lighttpd-go/lighttpd-go/modules/wstunnel"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// modules are the modules in this binary. server.modules chooses among them.
var modules = []server.Module{
	access.Module,
	accesslog.Module,
	alias.Module,
	auth.Module,
	authnfile.Module,
	cgi.Module,
	deflate.Module,
	dirlisting.Module,
	evhost.Module,
	expire.Module,
	extforward.Module,
	index.Module,
	redirect.Module,
	rewrite.Module,
	setenv.Module,
	simplevhost.Module,
	ssi.Module,
	static.Module,
	status.Module,
	userdir.Module,
	wstunnel.Module,
}
