package server

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// explainModules are a module that renames, one that rewrites, and one that
// answers.
func explainModules() []Module {
	var unused *Settings[everything]
	rename := Define("mod_rename", Table[noDirectives]{}, func(*Loader, *Settings[noDirectives]) (Hooks, error) {
		return Hooks{Physical: func(r *Request) Result {
			if r.URI.Path == "/" {
				r.URI.Path = "/index.html"
			}
			return GoOn
		}}, nil
	})
	rewrite := Define("mod_move", Table[noDirectives]{}, func(*Loader, *Settings[noDirectives]) (Hooks, error) {
		return Hooks{URIRaw: func(r *Request) Result {
			if r.Target != "/old" {
				return GoOn
			}
			r.Target = "/new"
			return Comeback
		}}, nil
	})
	answer := Define("mod_answer", Table[noDirectives]{}, func(*Loader, *Settings[noDirectives]) (Hooks, error) {
		return Hooks{Physical: func(r *Request) Result {
			if r.URI.Path == "/new" || r.URI.Path == "/index.html" {
				r.Handler, r.HandlerName = func(*Request) Result { panic("the handler runs") }, "mod_answer"
			}
			return GoOn
		}}, nil
	})
	return []Module{everythingModule(&unused), rename, rewrite, answer}
}

// TestExplain has one question a row; the outcome is shown as text.
func TestExplain(t *testing.T) {
	const conf = `
		server.modules = ( "mod_everything", "mod_move", "mod_rename", "mod_answer" )
		server.compat-module-load = "disable"
		$HTTP["url"] == "/index.html" { t.string = "late" }
		$HTTP["url"] == "/" { server.name = "early" }
		$HTTP["host"] == "a" { $REQUEST_HEADER["X-Y"] == "z" { t.short = 1 } }
		else $HTTP["host"] == "b" { t.short = 2 }
		else { t.short = 3 }
		$HTTP["url"] == "/err" { server.error-handler = "/new" }
		$HTTP["remote-ip"] == "10.0.0.0/8" { server.tag = "ten" }`
	tests := []struct {
		name string
		q    Question
		want string
	}{
		{"a late question sees the path as it is by then",
			Question{Method: "GET", Target: "/", Header: []Field{{Name: "Host", Value: "a"}, {Name: "x-y", Value: "z"}}},
			`mod_answer 0 /index.html
1 applies: url is "/index.html"
2 applies: url is "/"
3 applies: host is "a"
4 applies: X-Y is "z"
5 ruled out: block 3 before it applies
6 ruled out: block 3 before it applies
7 does not apply: url is "/"
8 does not apply: remote-ip is "127.0.0.1"
server.name = "early" in 2
t.string = "late" in 1
t.short = 1 in 4
`},
		{"a rewrite",
			Question{Method: "GET", Target: "/old", Header: []Field{{Name: "Host", Value: "c"}}},
			`mod_answer 0 /new
then /new by mod_move
1 does not apply: url is "/new"
2 does not apply: url is "/new"
3 does not apply: host is "c"
4 ruled out: block 3 around it does not apply
5 does not apply: host is "c"
6 applies: no branch before it applies
7 does not apply: url is "/new"
8 does not apply: remote-ip is "127.0.0.1"
t.short = 3 in 6
`},
		{"an error handler, and another client",
			Question{Method: "GET", Target: "/err", Header: []Field{{Name: "Host", Value: "b"}}, RemoteAddr: netip.MustParseAddr("10.1.2.3")},
			`mod_answer 0 /new
then /new by error handler
1 does not apply: url is "/new"
2 does not apply: url is "/new"
3 does not apply: host is "b"
4 ruled out: block 3 around it does not apply
5 applies: host is "b"
6 ruled out: block 5 before it applies
7 does not apply: url is "/new"
8 applies: remote-ip is "10.1.2.3"
server.tag = "ten" in 8
t.short = 2 in 5
`},
		{"a refused head",
			Question{Method: "GET", Target: "/%00", Header: []Field{{Name: "Host", Value: "a"}}, RemoteAddr: netip.MustParseAddr("10.1.2.3")},
			`core 400 
1 undecided: not known of a refused request
2 undecided: not known of a refused request
3 undecided: not known of a refused request
4 undecided: not known of a refused request
5 undecided: not known of a refused request
6 undecided: not known of a refused request
7 undecided: not known of a refused request
8 applies: remote-ip is "10.1.2.3"
`},
	}
	for _, tt := range tests {
		s, diags := loadText(t, conf, explainModules()...)
		if s == nil {
			t.Fatal(show(diags))
		}
		if !tt.q.RemoteAddr.IsValid() {
			tt.q.RemoteAddr = netip.MustParseAddr("127.0.0.1")
		}
		tt.q.Socket = "127.0.0.1:80"
		e, err := s.Explain(tt.q)
		if err != nil {
			t.Fatal(err)
		}
		if got := explained(e); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.name, got, tt.want)
		}
		if (e.Refused != "") != (e.Module == "core") {
			t.Errorf("%s: refused %q", tt.name, e.Refused)
		}
	}
}

// explained shows an explanation without what all rows share.
func explained(e *Explanation) string {
	var b strings.Builder
	path := e.Path
	if e.Refused != "" {
		path = ""
	}
	fmt.Fprintf(&b, "%s %d %s\n", e.Module, e.Status, path)
	for _, r := range e.Restarts {
		fmt.Fprintf(&b, "then %s by %s\n", r.Target, r.By)
	}
	for _, block := range e.Blocks {
		fmt.Fprintf(&b, "%d %s: %s\n", block.ID, block.Result, block.Reason)
	}
	for _, s := range e.Settings {
		if s.Block != 0 {
			fmt.Fprintf(&b, "%s = %s in %d\n", s.Name, s.Value, s.Block)
		}
	}
	return b.String()
}

// TestExplainLineEnds: a question cannot smuggle a second header in.
func TestExplainLineEnds(t *testing.T) {
	s := loadBare(t, "")
	for _, q := range []Question{
		{Method: "GET", Target: "/a\r\nX: y"},
		{Method: "GET\n", Target: "/"},
		{Method: "GET", Target: "/", Header: []Field{{Name: "A", Value: "b\nC: d"}}},
	} {
		if _, err := s.Explain(q); err == nil || !strings.Contains(err.Error(), "line end") {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
