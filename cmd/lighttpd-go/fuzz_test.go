package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// samples are values for directives of each type, good ones and bad ones.
var samples = []string{
	`"x"`, `""`, `"enable"`, `7`, `70000`, `-1`, `()`, `( "a" )`, `( "/" => "b" )`, `( "/" => 5 )`,
	`( "" => "" )`, `( "^/(a)" => "/$1%1" )`, `( "(" => "" )`,
	`( "/" => ( "host" => "127.0.0.1", "port" => 80 ) )`,
	`( "/" => ( ( "socket" => "/s" ), ( "host" => 1 ) ) )`, `( "/" => ( "method" => "basic", "require" => "x" ) )`,
}

// FuzzModules: no value of any directive breaks the load of its module.
func FuzzModules(f *testing.F) {
	var names, listed []string
	for _, m := range modules {
		listed = append(listed, fmt.Sprintf("%q", m.Name()))
		for _, row := range m.Rows() {
			names = append(names, row.Name)
		}
	}
	head := "server.document-root = \"/nonexistent\"\nserver.modules = ( " + strings.Join(listed, ", ") + " )\n"
	for i := range names {
		for j, value := range samples {
			if (i+j)%4 == 0 { // enough to begin with
				f.Add(uint16(i), value, j%2 == 0)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint16, value string, inside bool) {
		if strings.Contains(value, "include") || strings.Contains(value, "server.") {
			return
		}
		text := names[int(which)%len(names)] + " = " + value + "\n"
		if inside {
			text = "$HTTP[\"host\"] =~ \"(a)\" {\n" + text + "}\n"
		}
		environment := fixup{wrap: head + text}
		env := environment.environment("", nil)
		cfg, diags := eval.Load("lighttpd.conf", env)
		if diags.HasErrors() {
			return
		}
		s, diags := server.New(cfg, slices.Clone(modules), server.Options{Preflight: true})
		if (s == nil) != diags.HasErrors() {
			t.Errorf("%s: server %v, %v", text, s != nil, diags)
		}
	})
}
