package server

import (
	"fmt"
	"strings"
	"testing"
)

const closing = "\nerror: Configuration of plugins failed. Going down.\n"

// TestBadValues has each sentence of lighttpd for a value of the wrong type,
// and what we say beside it.
func TestBadValues(t *testing.T) {
	tests := []struct{ conf, want string }{
		{`t.string = 5`, `error: t.string should have been a string like ... = "..." | write t.string = "5"`},
		{`t.string = ( "x" )`, `error: t.string should have been a string like ... = "..." | write t.string = "x", without parentheses`},
		{`t.string = ( "x", "y" )`, `error: t.string should have been a string like ... = "..." | write t.string = "..."`},
		{`t.bool = "on"`, `error: ERROR: unexpected type for key: t.bool (string) "(enable|disable)" | write t.bool = "enable"`},
		{`t.bool = "No"`, `error: ERROR: unexpected type for key: t.bool (string) "(enable|disable)" | write t.bool = "disable"`},
		{`t.bool = "(enable|disable)"`, `error: ERROR: unexpected type for key: t.bool (string) "(enable|disable)" | write t.bool = "enable" or t.bool = "disable"`},
		{`t.bool = ( "enable" )`, `error: ERROR: unexpected type for key: t.bool (string) "(enable|disable)" | write t.bool = "enable" or t.bool = "disable"`},
		{`t.short = "30s"`, `error: got a string but expected a short integer: t.short 30s | write t.short = 30`},
		{`t.short = "x"`, `error: got a string but expected a short integer: t.short x | write a number, such as t.short = 10`},
		{`t.short = "-1"`, `error: got a string but expected a short integer: t.short -1 | write a number, such as t.short = 10`},
		{`t.short = "70000"`, `error: got a string but expected a short integer: t.short 70000 | the largest value is 65535`},
		{`t.short = 70000`, `error: unexpected type for key: t.short 2 expected a short integer, range 0 ... 65535 | the largest value is 65535`},
		{`t.short = ( 1 )`, `error: unexpected type for key: t.short 1 expected a short integer, range 0 ... 65535 | write a number, such as t.short = 10`},
		{`t.int = "12k"`, `error: got a string but expected an integer: t.int 12k | write t.int = 12`},
		{`t.int = "4294967296"`, `error: got a string but expected an integer: t.int 4294967296 | the largest value is 4294967295`},
		{`t.int = ( 1 )`, `error: unexpected type for key: t.int 1 expected an integer, range 0 ... 4294967295 | write a number, such as t.int = 10`},
		{`t.list = "/tmp"`, `error: t.list should have been a list like t.list = ( "..." ) | write t.list = ( "/tmp" )`},
		{`t.list = ( "a", 5 )`, `error: t.list should have been a list of string values like t.list = ( "...", "..." ) | element 2 is the number 5 without a key; it must be a string, such as "..."`},
		{`t.list = ( "k" => "v" )`, `error: t.list should have been a list of string values like t.list = ( "...", "..." ) | element 1 is the string "v" with the key "k"; it must be a string, such as "..."`},
		{`t.map = "x"`, `error: t.map should have been a list like t.map = ( "..." ) | write t.map = ( "..." => "x" )`},
		{`t.map = ( "k" => 1 )`, `error: t.map should have been a list of key => string values like t.map = ( "..." => "...", "..." => "..." ) | element 1 is the number 1 with the key "k"; it must be a key and a string, such as "..." => "..."`},
		{`t.map = ( "v" )`, `error: t.map should have been a list of key => string values like t.map = ( "..." => "...", "..." => "..." ) | element 1 is the string "v" without a key; it must be a key and a string, such as "..." => "..."`},
		{`t.arrays = 3`, `error: t.arrays should have been a list like t.arrays = ( "..." ) | write t.arrays = ( "..." => ( "..." => "..." ) )`},
		{`t.arrays = ( "k" => "v" )`, `error: t.arrays should have been a list of key => list like t.arrays = ( "..." => ( "..." => "..." ) ) | element 1 is the string "v" with the key "k"; it must be a key and a list, such as "..." => ( "..." => "..." )`},
		{`t.arrays = ( ( "a" ) )`, `error: t.arrays should have been a list of key => list like t.arrays = ( "..." => ( "..." => "..." ) ) | element 1 is a list without a key; it must be a key and a list, such as "..." => ( "..." => "..." )`},
		{`t.any = ( "v" )`, `error: t.any should have been a list of key => values like t.any = ( "..." => "...", "..." => "..." ) | element 1 is the string "v" without a key; it must be a key and a value, such as "..." => "..."`},
		{`t.array = 8`, `error: t.array should have been a list like t.array = ( "..." ) | write t.array = ( 8 )`},
	}
	for _, tt := range tests {
		_, _, diags := loadEverything(t, tt.conf)
		if got := show(diags); got != tt.want+closing {
			t.Errorf("%s\n got %s\nwant %s", tt.conf, got, tt.want+closing)
		}
	}
}

// TestGoodValues has the spellings that lighttpd takes.
func TestGoodValues(t *testing.T) {
	tests := []struct{ conf, want string }{
		{``, `{preset true 7 0 [a b] [] 0 0 0  }`},
		{`t.string = ""`, `{ true 7 0 [a b] [] 0 0 0  }`},
		{`t.bool = "DisableD"`, `{preset false 7 0 [a b] [] 0 0 0  }`},
		{`t.bool = 0`, `{preset false 7 0 [a b] [] 0 0 0  }`},
		{`t.bool = "0"`, `{preset false 7 0 [a b] [] 0 0 0  }`},
		{`t.bool = 2`, `{preset true 7 0 [a b] [] 0 0 0  }`},
		{`t.short = " +30"`, `{preset true 30 0 [a b] [] 0 0 0  }`},
		{`t.short = 65536`, `{preset true 65535 0 [a b] [] 0 0 0  }`},
		{`t.int = 4294967295`, `{preset true 7 4294967295 [a b] [] 0 0 0  }`},
		{`t.int = "4294967295"`, `{preset true 7 4294967295 [a b] [] 0 0 0  }`},
		{`t.list = ()`, `{preset true 7 0 [] [] 0 0 0  }`},
		{`t.map = ( "b" => "1", "a" => "2" )`, `{preset true 7 0 [a b] [{b 1} {a 2}] 0 0 0  }`},
		{`t.arrays = ( "" => ( 1 ) )`, `{preset true 7 0 [a b] [] 1 0 0  }`},
		{`t.any = ( "a" => 1, "b" => ( 2 ) )`, `{preset true 7 0 [a b] [] 0 2 0  }`},
		{`t.array = ( 1, "x" => 2 )`, `{preset true 7 0 [a b] [] 0 0 2  }`},
		{`T.Server = "x"`, `{preset true 7 0 [a b] [] 0 0 0  x}`},
	}
	for _, tt := range tests {
		_, s, diags := loadEverything(t, tt.conf)
		if len(diags) > 0 {
			t.Errorf("%s: %s", tt.conf, show(diags))
			continue
		}
		if got := fmt.Sprint(*s.Global()); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.conf, got, tt.want)
		}
	}
}

// TestAllBadValues: every bad value of an owner is reported, wherever it
// stands.
func TestAllBadValues(t *testing.T) {
	_, _, diags := loadEverything(t, `
		t.string = 1
		$HTTP["host"] == "a" { t.short = "x"  t.server = 5 }
		t.list = "y"`)
	var got []string
	for _, d := range diags {
		got = append(got, fmt.Sprintf("%d:%d", d.Range.Start.Line, d.Range.Start.Column))
	}
	const want = "3:3 5:3 4:26 4:41 4:41 0:0"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("places %s, want %s\n%s", s, want, show(diags))
	}
}

// TestScopes has the warnings for directives that stand where they do not
// count, which are checked and ignored.
func TestScopes(t *testing.T) {
	const (
		socket = "warning: WARNING: t.socket must be in global scope or $SERVER[\"socket\"] with '==', or else is ignored\n"
		global = "warning: DEPRECATED: do not set global server options within conditions: t.server | it is ignored here; move it out of the condition\n"
	)
	tests := []struct{ conf, want string }{
		{`t.server = "x" t.socket = "y"`, ""},
		{`$SERVER["socket"] == "127.0.0.1:81" { t.socket = "y" }`, ""},
		{`$SERVER["socket"] != "127.0.0.1:81" { t.socket = "y" }`, socket},
		{`$SERVER["socket"] =~ "x" { t.socket = "y" }`, socket},
		{`$SERVER["socket"] == "127.0.0.1:81" { } else { t.socket = "y" }`, socket},
		{`$SERVER["socket"] == "127.0.0.1:81" { $HTTP["host"] == "a" { t.socket = "y" } }`, socket},
		{`$HTTP["host"] == "a" { t.socket = "y" }`, socket},
		{`$SERVER["socket"] == "127.0.0.1:81" { t.server = "y" }`, global},
		{`$HTTP["host"] == "a" { t.server = "y" }`, global},
	}
	for _, tt := range tests {
		s, settings, diags := loadEverything(t, tt.conf)
		if got := show(diags); got != tt.want || s == nil {
			t.Errorf("%s\n got %swant %s", tt.conf, got, tt.want)
		}
		if tt.want == global && len(settings.patches) != 0 {
			t.Errorf("%s: the value counts", tt.conf)
		}
	}
}

// TestUnknownKeys has what is said of keys that nobody asks for.
func TestUnknownKeys(t *testing.T) {
	_, _, diags := loadEverything(t, `
		server.prot = 80
		T.Strnig = "x"
		expire.url = ( "" => "access 1 days" )
		foo.bar = 1
		var.x = 1
		y = 2
		dir-listing.encoding = "utf-8"
		$HTTP["host"] == "a" { status.status-url = "/s" server.max-read-idel = 1 }`)
	const want = `warning: WARNING: unknown config-key: server.prot (ignored) | did you mean server.port?
warning: WARNING: unknown config-key: T.Strnig (ignored) | did you mean t.string?
warning: WARNING: unknown config-key: expire.url (ignored) | it belongs to mod_expire, which is not in server.modules, and not built into this server yet
warning: WARNING: unknown config-key: foo.bar (ignored)
warning: WARNING: unknown config-key: status.status-url (ignored) | it belongs to mod_status, which is not in server.modules, and not built into this server yet
warning: WARNING: unknown config-key: server.max-read-idel (ignored) | did you mean server.max-read-idle?
`
	if got := show(diags); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestUnlistedModule: a directive of a module that is built and not listed.
func TestUnlistedModule(t *testing.T) {
	var got *Settings[everything]
	_, diags := loadText(t, `server.compat-module-load = "disable" t.string = "x"`, everythingModule(&got))
	const want = "warning: WARNING: unknown config-key: t.string (ignored) | mod_everything is not in server.modules\n"
	if s := show(diags); s != want {
		t.Errorf("got %s want %s", s, want)
	}
}

// TestUnusedModule: a value that lighttpd takes for "no index files" is
// explained by what to write.
func TestUnusedModule(t *testing.T) {
	table := Table[everything]{{Name: "index-file.names", Bind: StringList(func(c *everything) *[]string { return &c.list })}}
	index := Define("mod_indexfile", table, func(*Loader, *Settings[everything]) (Hooks, error) { return Hooks{}, nil })
	static := Define("mod_staticfile", Table[noDirectives]{}, func(*Loader, *Settings[noDirectives]) (Hooks, error) { return Hooks{}, nil })
	for conf, want := range map[string]string{
		`index-file.names = "a.html"`: `warning: WARNING: unknown config-key: index-file.names (ignored) | write index-file.names = ( "a.html" )` + "\n",
		`index-file.names = ( "a" )`:  "",
		`index-file.names = ()`:       "warning: WARNING: unknown config-key: index-file.names (ignored) | mod_indexfile is not in server.modules\n",
	} {
		if _, diags := loadText(t, conf, index, static); show(diags) != want {
			t.Errorf("%s: got %s want %s", conf, show(diags), want)
		}
	}
}
