package ssi_test

import (
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/modules/alias"
	"github.com/lighttpd-go/lighttpd-go/modules/ssi"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

const base = `
server.document-root = env.ROOT
server.modules = ( "mod_alias", "mod_ssi" )
ssi.extension = ( ".shtml" )
`

// page answers what a document of that text becomes.
func page(t *testing.T, conf, text string) *servertest.Response {
	t.Helper()
	s := servertest.New(t, base+conf, alias.Module, ssi.Module, static.Module)
	s.Write(map[string]string{
		"a.shtml": text, "b.txt": "file b", "sub/raw.txt": `<!--#echo var="x" -->`,
		"sub/c.shtml": `[<!--#echo var="DOCUMENT_URI" -->]`, "sub/deep.shtml": `(<!--#include virtual="c.shtml" -->)`,
		"sub/loop.shtml": `<!--#include virtual="loop.shtml" -->`, "k3.bin": strings.Repeat("x", 3000),
		"else/where.txt": "elsewhere",
	})
	return s.Get("/a.shtml?q=1")
}

func TestStatements(t *testing.T) {
	const set = `<!--#set var="x" value="v$y" -->`
	for _, tc := range []struct{ text, want string }{
		{`plain`, `plain`},
		{`<!--#echo var="DOCUMENT_NAME" --> <!--#echo var='DOCUMENT_URI'--> <!--#echo var=QUERY_STRING -->`, `a.shtml /a.shtml q=1`},
		{`<!--#echo var="SCRIPT_URL" -->`, `/a.shtml?q=1`},
		{`<!--#echo var="NOPE" -->|<!--#echo var="" -->|<!--#echo encoding="none" var="REQUEST_METHOD" -->`, `(none)|(none)|GET`},
		{set + `<!--#echo var="x" -->`, `v$y`},
		{`<!--#set var="HTTP_HOST" value="z" --><!--#echo var="HTTP_HOST" -->`, `h`},
		{`<!--#include file="b.txt" -->.`, `file b.`},
		{`<!--#include file="../../b.txt" -->.`, `file b.`},
		{`<!--#include file="sub/raw.txt" -->`, `<!--#echo var="x" -->`},
		{`<!--#include virtual="/sub/c.shtml" -->`, `[<!--#echo var="DOCUMENT_URI" -->]`},
		{`<!--#include file="nope" -->|<!--#include -->|<!--#include file="b.txt" virtual="b.txt" -->`, `||`},
		{`<!--#fsize file="k3.bin" -->|<!--#config sizefmt="abbrev" --><!--#fsize virtual="k3.bin" -->|<!--#fsize file="b.txt" -->`, `3000|2 kB|6 B`},
		{`<!--#config timefmt="%Y" --><!--#flastmod file="b.txt" -->`, `2021`},
		{`<!--#exec cmd="printf hi; printf x" -->`, `hix`},
		{`<!--# echo var="x" -->|<!--#echo x -->|<!--#set a="b" c="d" e="f" -->`, `<!--# echo var="x" -->|<!--#echo x -->|<!--#set a="b" c="d" e="f" -->`},
		{`<!--#foo a="b" -->|<!--#comment hello -->|`, `||`},
		{`<!--#echo var="x --> not closed`, `<!--#echo var="x --> not closed`},
		{`<!--#echo var="a --> b" -->`, `(none)`},
		{`<!--#echo var="` + strings.Repeat("x", 9000) + `" -->`, `<!-- [an error occurred: directive too long] `},
	} {
		if r := page(t, "", tc.text); r.Status != 200 || r.Body != tc.want {
			t.Errorf("%.80s: got %d %.200q, want %q", tc.text, r.Status, r.Body, tc.want)
		}
	}
}

func TestExpressions(t *testing.T) {
	for _, tc := range []struct {
		expr string
		want bool
	}{
		{`x`, true}, {``, false}, {`!x`, false}, {`$NOPE`, false}, {`$x`, true}, {`${x}`, true},
		{`$x = vy`, true}, {`$x = v`, false}, {`$x != v`, true}, {`a < b`, true}, {`b <= a`, false}, {`b > a`, true}, {`a >= a`, true},
		{`a b = 'a b'`, true}, {`'a  b' = a b`, false}, {`a == a`, false}, {`a < b || `, true},
		{`1 = 2 || 1 = 1 && 1 = 2`, false}, {`(1 = 1) && b`, true}, {`(1 = 1`, false}, {`1 = 1)`, false},
		{`!(a = b)`, true}, {`(a = a) = (b = b)`, true}, {`a |`, false}, {`'a`, false}, {`${x`, false},
		{strings.Repeat("!", 40) + "a", false}, {strings.Repeat("(", 5000), false},
	} {
		r := page(t, "", `<!--#set var="x" value="vy" --><!--#if expr="`+tc.expr+`" -->T<!--#else -->F<!--#endif -->`)
		want := map[bool]string{true: "T", false: "F"}[tc.want]
		if r.Body != want {
			t.Errorf("%.60s: got %q, want %q", tc.expr, r.Body, want)
		}
	}
}

func TestBranches(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{`<!--#if expr="!a" -->1<!--#elif expr="b" -->2<!--#elif expr="c" -->3<!--#else -->4<!--#endif -->5`, `25`},
		{`<!--#if expr="!a" --><!--#if expr="a" -->1<!--#else -->2<!--#endif --><!--#else -->3<!--#endif -->`, `3`},
		{`<!--#if expr="!a" --><!--#exec cmd="echo no" --><!--#set var="x" value="1" --><!--#endif --><!--#echo var="x" -->`, `(none)`},
		{`<!--#endif -->a<!--#else -->b`, `ab`},
		{`a<!--#if expr="!a" -->b`, `a`},
	} {
		if r := page(t, "", tc.text); r.Body != tc.want {
			t.Errorf("%s: got %q, want %q", tc.text, r.Body, tc.want)
		}
	}
}

func TestRecursion(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{`<!--#include virtual="sub/c.shtml" -->`, `[/sub/c.shtml]`},
		{`<!--#include virtual="sub/deep.shtml" -->`, `([/sub/c.shtml])`},
		{`<!--#include virtual="sub/loop.shtml" -->`, `(error: include directives create an infinite loop)`},
		{`<!--#include file="sub/c.shtml" -->`, `[<!--#echo var="DOCUMENT_URI" -->]`},
	} {
		if r := page(t, "ssi.recursion-max = 2", tc.text); r.Body != tc.want {
			t.Errorf("%s: got %q, want %q", tc.text, r.Body, tc.want)
		}
	}
	r := page(t, "ssi.recursion-max = 1", `<!--#include virtual="sub/deep.shtml" -->`)
	if want := `((error: include directives recurse deeper than pre-defined ssi.recursion-max))`; r.Body != want {
		t.Errorf("got %q, want %q", r.Body, want)
	}
}

func TestSettings(t *testing.T) {
	if r := page(t, `ssi.exec = "disable"`, `a<!--#exec cmd="echo b" -->`); r.Body != "a" {
		t.Errorf("exec is disabled, got %q", r.Body)
	}
	if r := page(t, `ssi.content-type = "text/plain;charset=utf-8"`, `a`); r.Get("Content-Type") != "text/plain;charset=utf-8" || r.Has("ETag") {
		t.Errorf("got %v", r.Fields)
	}
	if r := page(t, `ssi.conditional-requests = "enable"`, `<!--#include file="b.txt" -->`); !r.Has("ETag") || r.Get("Last-Modified") != "Sat, 02 Jan 2021 03:04:05 GMT" {
		t.Errorf("got %v", r.Fields)
	}
}

func TestVirtualFollowsTheAlias(t *testing.T) {
	s := servertest.New(t, base+`alias.url = ( "/al/" => env.ROOT + "/else/" )`, alias.Module, ssi.Module, static.Module)
	s.Write(map[string]string{
		"else/where.txt": "elsewhere",
		"else/d.shtml":   `<!--#include virtual="/al/where.txt" --> <!--#include virtual="where.txt" --> <!--#include virtual="/b.txt" -->`,
		"b.txt":          "root",
	})
	if r := s.Get("/al/d.shtml"); r.Body != "elsewhere elsewhere root" {
		t.Errorf("got %q", r.Body)
	}
}

func TestUnreadable(t *testing.T) {
	s := servertest.New(t, base, alias.Module, ssi.Module, static.Module)
	s.Write(map[string]string{"d.shtml/x": ""})
	if r := s.Get("/d.shtml/"); r.Status != 403 {
		t.Errorf("a directory: got %d, want 403", r.Status)
	}
}
