package server

import (
	"time"
)

// Result is what a hook decides (handler_t).
type Result uint8

const (
	// GoOn tries the next hook (HANDLER_GO_ON).
	GoOn Result = iota
	// Finished says that the response is decided (HANDLER_FINISHED).
	Finished
	// Comeback starts over, the target having changed (HANDLER_COMEBACK).
	Comeback
	// Failed gives up on the connection (HANDLER_ERROR).
	Failed
)

// Hooks are a loaded module's entry points, named and ordered as in struct
// plugin. A nil hook is skipped. A module with both URIRaw and URIClean set
// is called at URIRaw only, as in lighttpd.
type Hooks struct {
	ConnAccept func(*Conn) Result // handle_connection_accept

	URIRaw          func(*Request) Result // handle_uri_raw
	URIClean        func(*Request) Result // handle_uri_clean
	DocRoot         func(*Request) Result // handle_docroot
	Physical        func(*Request) Result // handle_physical
	SubrequestStart func(*Request) Result // handle_subrequest_start
	RequestEnv      func(*Request)        // handle_request_env
	ResponseStart   func(*Request) Result // handle_response_start
	RequestDone     func(*Request)        // handle_request_done
	RequestReset    func(*Request)        // handle_request_reset, reverse order

	ConnClose func(*Conn)     // handle_connection_close, reverse order
	Start     func() error    // worker_init
	Trigger   func(time.Time) // handle_trigger, once a second
	Hangup    func()          // handle_sighup
	Close     func() error    // cleanup
}

// Module describes the port of one lighttpd module. Make it with Define.
type Module struct {
	name string
	rows []Row
	load func(*Loader) (Hooks, error)
}

// Name is lighttpd's name, such as "mod_indexfile".
func (m Module) Name() string { return m.name }

// Rows are the module's directives, for the reference and for messages.
func (m Module) Rows() []Row { return m.rows }

// Define makes a module of its directive table and its load function, which
// gets the decoded settings and returns the hooks.
func Define[C any](name string, t Table[C], load func(*Loader, *Settings[C]) (Hooks, error)) Module {
	return Module{
		name: name,
		rows: t.rows(),
		load: func(l *Loader) (Hooks, error) {
			s := resolve(l, t)
			if l.failed() {
				return Hooks{}, nil
			}
			return load(l, s)
		},
	}
}
