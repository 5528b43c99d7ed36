package gateway

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Pair is a name with a value, as in bin-environment.
type Pair = server.Pair

// Options are the options of one host as the admin wrote them. Times are in
// seconds.
type Options struct {
	Host               string // name, IPv4, IPv6 without brackets, or a socket path
	Port               uint16
	Socket             string
	ConnectTimeout     uint32 // 0 = no limit
	ReadTimeout        uint32 // 0 = no limit
	WriteTimeout       uint32 // 0 = no limit
	DisableTime        uint16
	BinPath            string
	BinEnvironment     []Pair
	BinCopyEnvironment []string
	MinProcs, MaxProcs uint16
	MaxLoadPerProc     uint16
	IdleTimeout        uint16
	ListenBacklog      uint32
	KillSignal         uint16
	CheckLocal         bool
	Mode               string
	DocRoot            string
	BrokenScriptName   bool // broken-scriptfilename
	StripRequestURI    string
	FixRootScriptName  bool
	XSendfile          bool // allow-x-send-file, x-sendfile
	XSendfileDocRoot   []string
	TCPFinPropagate    bool
	Upgrade            bool
}

// defaults are the options of a host that says nothing.
func defaults() Options {
	return Options{
		ConnectTimeout: 8, DisableTime: 1,
		MinProcs: 4, MaxProcs: 4, MaxLoadPerProc: 1, IdleTimeout: 60,
		ListenBacklog: 1024, KillSignal: 15, CheckLocal: true,
	}
}

// option is one row: a name an admin can write in a host definition.
type option struct {
	name string
	set  func(o *Options, v eval.Value) error
}

// options are all host options of the layer; which of them mean something
// depends on the module. Names not listed are ignored, as in lighttpd.
var options = []option{
	{"host", str(func(o *Options) *string { return &o.Host })},
	{"port", short(func(o *Options) *uint16 { return &o.Port })},
	{"socket", str(func(o *Options) *string { return &o.Socket })},
	{"listen-backlog", integer(func(o *Options) *uint32 { return &o.ListenBacklog })},
	{"bin-path", str(func(o *Options) *string { return &o.BinPath })},
	{"kill-signal", short(func(o *Options) *uint16 { return &o.KillSignal })},
	{"check-local", boolean(func(o *Options) *bool { return &o.CheckLocal })},
	{"mode", str(func(o *Options) *string { return &o.Mode })},
	{"docroot", str(func(o *Options) *string { return &o.DocRoot })},
	{"min-procs", short(func(o *Options) *uint16 { return &o.MinProcs })},
	{"max-procs", short(func(o *Options) *uint16 { return &o.MaxProcs })},
	{"max-load-per-proc", short(func(o *Options) *uint16 { return &o.MaxLoadPerProc })},
	{"idle-timeout", short(func(o *Options) *uint16 { return &o.IdleTimeout })},
	{"disable-time", short(func(o *Options) *uint16 { return &o.DisableTime })},
	{"connect-timeout", integer(func(o *Options) *uint32 { return &o.ConnectTimeout })},
	{"read-timeout", integer(func(o *Options) *uint32 { return &o.ReadTimeout })},
	{"write-timeout", integer(func(o *Options) *uint32 { return &o.WriteTimeout })},
	{"bin-environment", pairs(func(o *Options) *[]Pair { return &o.BinEnvironment })},
	{"bin-copy-environment", list(func(o *Options) *[]string { return &o.BinCopyEnvironment })},
	{"broken-scriptfilename", boolean(func(o *Options) *bool { return &o.BrokenScriptName })},
	{"strip-request-uri", str(func(o *Options) *string { return &o.StripRequestURI })},
	{"fix-root-scriptname", boolean(func(o *Options) *bool { return &o.FixRootScriptName })},
	{"allow-x-send-file", boolean(func(o *Options) *bool { return &o.XSendfile })},
	{"x-sendfile", boolean(func(o *Options) *bool { return &o.XSendfile })},
	{"x-sendfile-docroot", list(func(o *Options) *[]string { return &o.XSendfileDocRoot })},
	{"tcp-fin-propagate", boolean(func(o *Options) *bool { return &o.TCPFinPropagate })},
	{"upgrade", boolean(func(o *Options) *bool { return &o.Upgrade })},
}

// find returns the row of a name; case does not matter.
func find(name string) *option {
	i := slices.IndexFunc(options, func(o option) bool { return strings.EqualFold(o.name, name) })
	if i < 0 {
		return nil
	}
	return &options[i]
}

// errType is wrapped in messages about values of a wrong type.
var errType = errors.New("unexpected type for key")

func str(field func(*Options) *string) func(*Options, eval.Value) error {
	return func(o *Options, v eval.Value) error {
		if v.Kind != eval.String {
			return errors.New(`should have been a string like ... = "..."`)
		}
		*field(o) = v.Str
		return nil
	}
}

func boolean(field func(*Options) *bool) func(*Options, eval.Value) error {
	return func(o *Options, v eval.Value) error {
		switch v.Kind {
		case eval.Integer:
			*field(o) = v.Int != 0
			return nil
		case eval.String:
			b, ok := words[strings.ToLower(v.Str)]
			if ok {
				*field(o) = b
				return nil
			}
		}
		return fmt.Errorf(`%w (string) "(enable|disable)"`, errType)
	}
}

// words are the strings that a boolean may be written as.
var words = map[string]bool{
	"enable": true, "enabled": true, "true": true, "1": true,
	"disable": false, "disabled": false, "false": false, "0": false,
}

func short(field func(*Options) *uint16) func(*Options, eval.Value) error {
	return func(o *Options, v eval.Value) error {
		n, ok := number(v)
		if !ok || n > 65536 {
			return wrongNumber(v, "a short integer", "a short integer, range 0 ... 65535")
		}
		*field(o) = uint16(min(n, 65535))
		return nil
	}
}

func integer(field func(*Options) *uint32) func(*Options, eval.Value) error {
	return func(o *Options, v eval.Value) error {
		n, ok := number(v)
		if v.Kind == eval.Integer { // reinterpreted, as in lighttpd
			n, ok = uint64(uint32(v.Int)), true
		}
		if !ok || n > 1<<32-1 {
			return wrongNumber(v, "an integer", "an integer, range 0 ... 4294967295")
		}
		*field(o) = uint32(n)
		return nil
	}
}

// number reads an integer, or decimal digits in a string, that is not
// negative.
func number(v eval.Value) (uint64, bool) {
	if v.Kind == eval.Integer {
		return uint64(v.Int), v.Int >= 0
	}
	if v.Kind != eval.String {
		return 0, false
	}
	digits := strings.TrimPrefix(strings.TrimLeft(v.Str, " \t\n\v\f\r"), "+")
	if digits == "" || len(digits) > 12 {
		return 0, false
	}
	var n uint64
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

func wrongNumber(v eval.Value, article, wanted string) error {
	if v.Kind == eval.String {
		return fmt.Errorf("got a string but expected %s: %q", article, v.Str)
	}
	return fmt.Errorf("%w: expected %s", errType, wanted)
}

func list(field func(*Options) *[]string) func(*Options, eval.Value) error {
	return func(o *Options, v eval.Value) error {
		var all []string
		for _, e := range v.List {
			if e.Keyed || e.Value.Kind != eval.String {
				return errors.New(`should have been a list of string values like ( "...", "..." )`)
			}
			all = append(all, e.Value.Str)
		}
		if v.Kind != eval.Array {
			return errors.New(`should have been a list like ( "..." )`)
		}
		*field(o) = all
		return nil
	}
}

func pairs(field func(*Options) *[]Pair) func(*Options, eval.Value) error {
	return func(o *Options, v eval.Value) error {
		var all []Pair
		for _, e := range v.List {
			if !e.Keyed || e.Value.Kind != eval.String {
				return errors.New(`should have been a list of key => string values like ( "..." => "..." )`)
			}
			all = append(all, Pair{Key: e.Key, Value: e.Value.Str})
		}
		if v.Kind != eval.Array {
			return errors.New(`should have been a list of key => string values like ( "..." => "..." )`)
		}
		*field(o) = all
		return nil
	}
}
