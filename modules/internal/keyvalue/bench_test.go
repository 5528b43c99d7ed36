package keyvalue

import (
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// BenchmarkApply is a list of which the last rule fits, or none.
func BenchmarkApply(b *testing.B) {
	rules := &Rules{}
	for _, r := range [][2]string{
		{"^/static/", "/x"}, {"^/blog/(\\d{4})/(.*)", "/$1-$2"}, {"(?!x)^/none", "/y"}, {"^/p/([^?]*)(?:\\?(.*))?", "/app?p=$1&$2"},
	} {
		re, err := eval.Compile(r[0], maxGroups)
		if err != nil {
			b.Fatal(err)
		}
		rules.list = append(rules.list, rule{pattern: re, text: compile(r[1])})
	}
	for target, want := range map[string]string{"/p/a%20b?q=1&r": "/app?p=a%20b&q=1&r", "/other/page.html": ""} {
		b.Run(target, func(b *testing.B) {
			r := request()
			r.Target = target
			b.ReportAllocs()
			for b.Loop() {
				if got, _, err := rules.Apply(r); got != want || err != nil {
					b.Fatal(got, err)
				}
			}
		})
	}
}
