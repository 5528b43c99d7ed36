package server

import (
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// Server is one loaded configuration, ready to serve. A reload builds a new
// Server and swaps one pointer; connections keep the one they began with.
type Server struct {
	Config *eval.Config
	Opts   ServerConfig
	Log    *Log

	core    *Settings[Core]
	modules []Loaded
	slots   int // per-request slots of all modules
	memos   int // Settings that need a memo
}

// Loaded is a module of server.modules with its hooks.
type Loaded struct {
	Name  string
	Hooks Hooks
}
