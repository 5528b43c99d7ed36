package keyvalue

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// request is one for /p/a%20b?q=1&r on port 8080.
func request() *server.Request {
	return &server.Request{
		Target: "/p/a%20b?q=1&r",
		URI:    server.URI{Scheme: "http", Authority: "h.test:81", Path: "/p/a b", Query: "q=1&r"},
		Core:   &server.Core{Name: "named.test"},
		Conn:   &server.Conn{LocalAddr: net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:8080"))},
	}
}

func TestExpand(t *testing.T) {
	rule := []string{"/esc/a/b%20c/d+e&f", "a/b%20c/d+e&f", "", "aB%C3c", "a%2fb%41%zz<ä>", "YWJj", "~~~???>>>"}
	condition := []string{"www.x.test", "www"}
	for _, test := range []struct{ text, want string }{
		{"/lit", "/lit"},
		{"", ""},
		{"$0", "/esc/a/b%20c/d+e&f"},
		{"/$1/", "/a/b%20c/d+e&f/"},
		{"[$2][$9]", "[][]"},
		{"$32", "aB%C3c2"},
		{"%0 %1 %2", "www.x.test www "},
		{"$$1 %%1", "$1 %1"},
		{"$a %b $%1 %$1", "$a %b $%1 %$1"},
		{"a$", "a$"},
		{"a%", "a%"},
		{"$$", "$"},

		{"${1}", "a/b%20c/d%2Be%26f"},
		{"${escpsnde:1}", "a/b%20c/d%2Be%26f"},
		{"${escnde:1}", "a%2Fb%20c%2Fd%2Be%26f"},
		{"${esc:1}", "a%2Fb%2520c%2Fd%2Be%26f"},
		{"${escape:1}", "a%2Fb%2520c%2Fd%2Be%26f"},
		{"${noesc:1}", "a/b%20c/d+e&f"},
		{"${noescape:1}", "a/b%20c/d+e&f"},
		{"${escnde:4}", "a%2fbA%25zz%3C%C3%A4%3E"},
		{"${noesc:tolower:3}", "ab%C3c"},
		{"${toupper:noesc:3}", "AB%C3C"},
		{"${toupper:esc:3}", "AB%25C3C"},
		{"${tolower:3}${toupper:3}", ""},
		{"${encb64u:6}", "fn5-Pz8_Pj4-"},
		{"${decb64u:5}", "abc"},
		{"${decb64u:2}", ""},
		{"${decb64u:esc:1}", "a%2Fb%2520c%2Fd%2Be%26f"},
		{"${esc:noesc:1}", "a/b%20c/d+e&f"},
		{"%{1}", "www"},
		{"%{noesc:toupper:1}", "WWW"},
		{"${01}", "a/b%20c/d%2Be%26f"},
		{"${001}", "/esc/a/b%20c/d%2Be%26f"},
		{"${1x}${1:esc}", "a/b%20c/d%2Be%26fa/b%20c/d%2Be%26f"},
		{"-${99}-${}-${x}-", "----"},
		{"${foo:1}", "a/b%20c/d%2Be%26f"},
		{"${nope:5}${toes:5}${escape-me:5}", "YWJjYWJjYWJj"},
		{"${none}${esc}", ""},
		{"${no:esc:1}", "a%2Fb%2520c%2Fd%2Be%26f"},

		{"${url.scheme}://${url.authority}", "http://h.test:81"},
		{"${url.authority.noport}", "h.test"},
		{"${url.port}", "8080"},
		{"${url.path}", "/p/a%20b"},
		{"${url.query}", "q=1&r"},
		{"${esc:url.path}", "%2Fp%2Fa%2520b"},
		{"${toupper:noesc:url.path}", "/P/A%20B"},
		{"${toupper:url.path}", ""},
		{"${url.nope}${url.}${url.pathx}${url.path:esc}", ""},
		{"%{url.path}", "/p/a%20b"},
		{"/x${qsa}", "/x?q=1&r"},
		{"/x?y${qsa}", "/x?y&q=1&r"},
		{"/x?${qsa}", "/x?&q=1&r"},
		{"/x${esc:qsa}", "/x?q%3D1%26r"},
		{"/x${qsax}", "/x"},

		{"/t/${1/$1", "/t/"},
		{"/t/$1${", "/t/a/b%20c/d+e&f"},
		{"/t/%{url.path", "/t/"},
		// An unknown word goes up to its colon, wherever that is.
		{"/t/${escx}/a:1}y", "/t/a/b%20c/d%2Be%26fy"},
		{"/t/${nope}/a:}y", "/t/y"},
		{"/t/${tox}y", "/t/"},
		{"/t/%{escurl.scheme$${1}aescnde:", "/t/"},
		{"/t/${xurl.path${5}", "/t/"},
		{"a}b${1}}", "a}ba/b%20c/d%2Be%26f}"},
	} {
		s := source{request: request(), rule: rule, condition: condition}
		if got := compile(test.text).expand(&s); got != test.want {
			t.Errorf("%s: got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestExpandWithoutCondition(t *testing.T) {
	s := source{request: request(), rule: []string{"x"}}
	if got := compile("/%0%1%{0}%{esc:1}/$0").expand(&s); got != "//x" {
		t.Errorf("got %q", got)
	}
}

func TestQuerySeparator(t *testing.T) {
	for _, test := range []struct{ target, text, want string }{
		{"/p", "/x${qsa}", "/x"},
		{"/p", "/x?y${qsa}", "/x?y"},
		{"/p?", "/x${qsa}", "/x?"},
		{"/p?", "/x?y${qsa}", "/x?y"},
		{"/p?a?b", "/x${qsa}", "/x?a?b"},
		{"/p?a", "/x${url.query}", "/xa"},
	} {
		s := source{request: request()}
		s.request.Target = test.target
		if got := compile(test.text).expand(&s); got != test.want {
			t.Errorf("%s for %s: got %q, want %q", test.text, test.target, got, test.want)
		}
	}
}

func TestAuthority(t *testing.T) {
	for _, test := range []struct{ host, authority, noport string }{
		{"h", "h", "h"},
		{"h:8080", "h:8080", "h"},
		{"[::1]", "[::1]", "[::1]"},
		{"[::1]:80", "[::1]:80", "[::1]"},
		{"", "named.test", "named.test"},
	} {
		s := source{request: request()}
		s.request.URI.Authority = test.host
		if got := compile("${url.authority}|${url.authority.noport}").expand(&s); got != test.authority+"|"+test.noport {
			t.Errorf("Host %q: got %s", test.host, got)
		}
	}
	s := source{request: request()}
	s.request.Conn.LocalAddr = &net.UnixAddr{Name: "/run/s", Net: "unix"}
	if got := compile("${url.port}").expand(&s); got != "0" {
		t.Errorf("port of a unix socket: %q", got)
	}
}

func TestConditionIsUsed(t *testing.T) {
	for text, want := range map[string]bool{
		"/x": false, "/$1": false, "/%%1": false, "/%x": false, "/100%": false, "/${1}": false,
		"/$%1": true, "/%%%1": true, "/${/%1": true, "/%": false, "": false,
		"/%1": true, "/%{1}": true, "/%{url.path}": true, "/%{": true, "/%{}": true,
	} {
		if got := usesCondition(text); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

func TestNormalize(t *testing.T) {
	for _, test := range []struct{ in, pattern, text string }{
		{"/a%2fb", "/a%2Fb", "/a%2fb"},
		{"/a%%2fb", "/a%%2Fb", "/a%%2Fb"},
		{"^/ü$", "^/%C3%BC$", "^/%%C3%%BC$"},
		{"%zz%4", "%zz%4", "%zz%4"},
		{"%", "%", "%"},
		{"%%a", "%%a", "%%a"},
		{"%ab1%cd", "%AB1%CD", "%ab1%cd"},
	} {
		if got := normalizePattern(test.in); got != test.pattern {
			t.Errorf("pattern %q: got %q, want %q", test.in, got, test.pattern)
		}
		if got := normalizeText(test.in); got != test.text {
			t.Errorf("text %q: got %q, want %q", test.in, got, test.text)
		}
	}
}

// FuzzExpand looks for texts and groups that panic, and checks that an escaped
// group has nothing in it but itself.
func FuzzExpand(f *testing.F) {
	for _, text := range []string{"/$1", "${1", "%{esc:1}", "${tolower:encb64u:12}", "${url.path}${qsa}", "$", "%%%"} {
		f.Add(text, "a/b%20c?\xff")
	}
	f.Fuzz(func(t *testing.T, text, group string) {
		s := source{request: request(), rule: []string{group, group}, condition: []string{group}}
		got := compile(text).expand(&s)
		if !strings.ContainsAny(text, "$%") && got != text {
			t.Errorf("%q became %q", text, got)
		}
		escaped := compile("${esc:1}").expand(&s)
		if back, err := url.PathUnescape(escaped); err != nil || back != group {
			t.Errorf("%q escaped is %q", group, escaped)
		}
		for _, c := range []byte(compile("${1}").expand(&s)) {
			if !unreserved(c) && c != '%' && c != '/' {
				t.Errorf("%q is not escaped in %q", c, group)
			}
		}
		coded := source{request: s.request, rule: []string{compile("${encb64u:0}").expand(&s)}}
		if back := compile("${decb64u:0}").expand(&coded); back != group {
			t.Errorf("%q came back as %q", group, back)
		}
	})
}
