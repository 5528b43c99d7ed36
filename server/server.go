package server

import (
	"os"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// Server is one loaded configuration, ready to serve. A reload builds a new
// Server and swaps one pointer; connections keep the one they began with.
type Server struct {
	Config    *eval.Config
	Opts      ServerConfig
	Log       *Log
	Listeners []Listener // what to listen on, as written

	core    *Settings[Core]
	modules []Loaded   // in the order of server.modules
	catalog catalog    // directives of the modules in this binary
	pipe    pipeline   // the hooks of all modules
	files   *statCache // what is known of files
	slots   int        // per-request slots of all modules
	memos   int        // Settings that need a memo
	engine  engine     // what the connections share
	figures *Figures   // what modules may tell about them
}

// Loaded is a module of server.modules with its hooks.
type Loaded struct {
	Name  string
	Hooks Hooks
}

// Options are what New needs to know beside the configuration. The zero value
// is for a start.
type Options struct {
	// Preflight is -tt: check everything, open nothing.
	Preflight bool
	Log       *Log
	// Getenv looks up TMPDIR; nil is the process's environment.
	Getenv func(string) (string, bool)
}

func (o Options) getenv() func(string) (string, bool) {
	if o.Getenv != nil {
		return o.Getenv
	}
	return os.LookupEnv
}

// New loads the modules of a configuration and decodes their directives
// (phases 2 and 4 to 7 of lighttpd's start). It opens nothing. With errors
// there is no server; every mistake it could find is in the diagnostics, and
// the last one is lighttpd's closing sentence. A configuration can be used
// for one server only.
func New(cfg *eval.Config, mods []Module, o Options) (*Server, parser.Diagnostics) {
	l := newLoader(cfg, o)
	core := loadCore(l)
	if l.diags.HasErrors() {
		return nil, l.diags
	}
	core.global.complete()
	s := &Server{Config: cfg, Log: o.Log, core: core, catalog: newCatalog(mods)}
	if l.checkDefaults(core.Global()); l.closed("setting default values failed") {
		return nil, l.diags
	}
	chosen := l.chooseModules(s.catalog)
	if l.closed("loading plugins finally failed") {
		return nil, l.diags
	}
	l.begin()
	s.Listeners = listeners(l, resolve(l, socketTable))
	l.checkNetwork(s.Listeners)
	s.modules = l.loadModules(chosen)
	if l.closed("Configuration of plugins failed. Going down.") {
		return nil, l.diags
	}
	l.reportUnknown(s.catalog)
	s.finish(l)
	return s, l.diags
}

// finish takes over what the load has gathered.
func (s *Server) finish(l *Loader) {
	s.Opts = *l.Server
	s.slots, s.memos = l.slots, l.settings
	s.figures = l.figures
	s.figures.server = s
	s.files = newStatCache(s.Opts.StatCacheEngine)
	if s.Log != nil {
		s.Config.OnMatchLimit = func(err error) { s.Log.Errorf("%v", err) }
	}
	s.pipe = newPipeline(s, s.modules)
}

// CheckCore checks what -t and -p check: types and values of the core's own
// directives and the regular expressions of all conditions (phase 2).
func CheckCore(cfg *eval.Config) parser.Diagnostics {
	l := newLoader(cfg, Options{Preflight: true})
	if loadCore(l) != nil {
		rewriteShown(cfg)
	}
	return l.diags
}

// coreFor is what the core's directives say for r. Of a rejected head only
// the global values count.
func (s *Server) coreFor(r *Request) *Core {
	if r.rejected {
		return s.core.Global()
	}
	return s.core.For(r)
}
