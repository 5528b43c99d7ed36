package server

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// evalText evaluates a configuration that is a text.
func evalText(t testing.TB, conf string) *eval.Config {
	t.Helper()
	env := eval.Env{
		ReadFile: func(string) ([]byte, error) { return []byte(conf + "\n"), nil },
		Glob:     func(string) ([]string, error) { return nil, nil },
		Shell:    func(string, string) ([]byte, error) { return nil, fs.ErrPermission },
		Getenv:   func(string) (string, bool) { return "", false },
	}
	cfg, diags := eval.Load("lighttpd.conf", env)
	if diags.HasErrors() {
		t.Fatalf("configuration refused: %v", diags)
	}
	return cfg
}

// loadText makes a server of a configuration text, with a document root.
func loadText(t testing.TB, conf string, mods ...Module) (*Server, parser.Diagnostics) {
	t.Helper()
	cfg := evalText(t, conf+"\nserver.document-root = \"/nonexistent\"\n")
	return New(cfg, mods, Options{Preflight: true, Getenv: func(string) (string, bool) { return "/tmp", true }})
}

// show writes diagnostics as lines: severity, line number, summary | detail.
func show(diags parser.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		kind := "error"
		if d.Severity == parser.Warning {
			kind = "warning"
		}
		b.WriteString(kind + ": " + d.Summary)
		if d.Detail != "" {
			b.WriteString(" | " + d.Detail)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// everything is a module with a directive of each type.
type everything struct {
	text   string
	on     bool
	short  uint16
	number uint32
	list   []string
	pairs  []Pair
	lists  int
	any    int
	array  int
	socket string
	server string
}

func countElements(_ At, v eval.Value) (int, error) { return len(v.List), nil }

var everythingTable = Table[everything]{
	{Name: "t.string", Bind: String(func(c *everything) *string { return &c.text }), Default: `"preset"`},
	{Name: "t.bool", Bind: Bool(func(c *everything) *bool { return &c.on }), Default: `"enable"`},
	{Name: "t.short", Bind: Short(func(c *everything) *uint16 { return &c.short }), Default: `7`},
	{Name: "t.int", Bind: Int(func(c *everything) *uint32 { return &c.number })},
	{Name: "t.list", Bind: StringList(func(c *everything) *[]string { return &c.list }), Default: `( "a", "b" )`},
	{Name: "t.map", Bind: StringMap(func(c *everything) *[]Pair { return &c.pairs })},
	{Name: "t.arrays", Bind: Parsed(TypeArrayMap, countElements, func(c *everything) *int { return &c.lists })},
	{Name: "t.any", Bind: Parsed(TypeMap, countElements, func(c *everything) *int { return &c.any })},
	{Name: "t.array", Bind: Parsed(TypeArray, countElements, func(c *everything) *int { return &c.array })},
	{Name: "t.socket", Scope: PerSocket, Bind: String(func(c *everything) *string { return &c.socket })},
	{Name: "t.server", Scope: PerServer, Bind: String(func(c *everything) *string { return &c.server })},
}

// everythingModule hands its settings to the test.
func everythingModule(got **Settings[everything]) Module {
	return Define("mod_everything", everythingTable,
		func(_ *Loader, s *Settings[everything]) (Hooks, error) {
			*got = s
			return Hooks{}, nil
		})
}

// loadEverything loads a configuration for mod_everything.
func loadEverything(t testing.TB, conf string) (*Server, *Settings[everything], parser.Diagnostics) {
	t.Helper()
	var got *Settings[everything]
	s, diags := loadText(t, "server.modules = ( \"mod_everything\" ) server.compat-module-load = \"disable\"\n"+conf, everythingModule(&got))
	return s, got, diags
}
