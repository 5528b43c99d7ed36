package eval

import (
	"net/netip"
	"testing"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

func TestHostEqual(t *testing.T) {
	for _, tc := range []struct {
		host, want string
		equal      bool
	}{
		{"h", "h", true},
		{"h:81", "h", true},
		{"h:65535", "h", true},
		{"h:655350", "h", false},
		{"h", "h:8443", true},
		{"h:8443", "h:8443", true},
		{"h:8444", "h:8443", false},
		{"hx", "h", false},
		{"h", "hx", false},
		{"www.x", "WWW.x", false},
		{"", "", true},
		{"", ":80", false},
		{"[::1]:80", "[::1]", true},
	} {
		if got := hostEqual(tc.host, tc.want); got != tc.equal {
			t.Errorf("hostEqual(%q, %q) = %v", tc.host, tc.want, got)
		}
	}
}

func TestNormalizeHost(t *testing.T) {
	const bad = "(error)"
	for in, want := range map[string]string{
		"example.org": "example.org", "WWW.x": "WWW.x", "h:80": "h:80", "h:0x50": "h:80", "h:0120": "h:80",
		"h:": "h", "h:+80": "h:80", "h: 80": "h:80", "": "",
		"h:0": bad, "h:65536": bad, "h:-1": bad, "h:80x": bad, "h:08": bad, ":80": bad, "::1": bad,
		"127.0.0.1": "127.0.0.1", "127.0.0.1:80": "127.0.0.1:80", "01.2.3.4": "01.2.3.4", "1.2.3": "1.2.3",
		"[::1]": "[::1]", "[0:0::1]:80": "[::1]:80", "[::1]:": "[::1]", "[fe80::1%lo]": "[fe80::1%lo]",
		"[]": bad, "[::1": bad, "[::1]x": bad, "[::1]:x": bad, "[x]": bad, "[127.0.0.1]": bad, "[": bad,
		"[::ffff:1.2.3.4]": "[::ffff:1.2.3.4]",
	} {
		got, ok := normalizeHost(in)
		if !ok {
			got = bad
		}
		if got != want {
			t.Errorf("normalizeHost(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPeer(t *testing.T) {
	for _, tc := range []struct {
		rule, addr string
		equal      bool
	}{
		{"10.0.0.1", "10.0.0.1", true},
		{"10.0.0.1", "10.0.0.2", false},
		{"10.0.0.1/8", "10.9.9.9", true},
		{"10.0.0.1/8", "11.0.0.1", false},
		{"10.0.0.0/8", "::ffff:10.1.2.3", true},
		{"10.0.0.1", "::ffff:10.0.0.1", false},
		{"::ffff:127.0.0.0/104", "127.0.0.1", true},
		{"::ffff:127.0.0.0/104", "128.0.0.1", false},
		{"::ffff:127.0.0.0/96", "1.2.3.4", true},
		{"::ffff:127.0.0.1", "127.0.0.1", false},
		{"fe80::/10", "fe80::1", true},
		{"fe80::/10", "fe80::1%lo", true},
		{"[fe80::]/10", "fe80::1", true},
		{"fe80::/10", "10.0.0.1", false},
		{"10.0.0.0/33", "10.0.0.0", false},
		{"10.0.0.0/0", "10.0.0.0", false},
		{"10.0.0.0/", "10.0.0.0", false},
		{"::g", "::1", false},
		{"[127.0.0.1]", "127.0.0.1", false},
		{"[x]", "127.0.0.1", false},
		{"x/0", "127.0.0.1", false},
		{"127.0.0.0/ 8", "127.0.0.1", true},
		{"/run/peer", "10.0.0.1", false},
	} {
		for _, op := range []string{"==", "!="} {
			c := mustLoad(t, `$HTTP["remoteip"] `+op+` "`+tc.rule+`" { x = 1 }`)
			r := &request{text: map[Field]string{HTTPRemoteIP: tc.addr}, addr: netip.MustParseAddr(tc.addr)}
			want := map[bool]string{true: "1:true", false: "1:false"}[tc.equal == (op == "==")]
			if got := play(t, c, r, "ask 1"); got != want {
				t.Errorf("%s %s %s: %s", tc.addr, op, tc.rule, got)
			}
		}
	}
}

func TestOperators(t *testing.T) {
	for _, tc := range []struct {
		cond, text string
		holds      bool
	}{
		{`== "/a"`, "/a", true},
		{`== "/a"`, "/A", false},
		{`!= "/a"`, "", true},
		{`== ""`, "", true},
		{`=^ "/a"`, "/ab", true},
		{`=^ "/a"`, "/b", false},
		{`=$ ".php"`, "x.php", true},
		{`=$ ".php"`, "php", false},
		{`=~ "b+"`, "abbc", true},
		{`!~ "b+"`, "ac", true},
		{`!~ "."`, "", true},
		{`=~ "x|y"`, "\xff x", false},
		{`!~ "x|y"`, "\xff x", true},
	} {
		c := mustLoad(t, `$REQUEST_HEADER["X-Any"] `+tc.cond+` { x = 1 }`)
		r := &request{header: map[string]string{"x-any": tc.text}}
		var rs Results
		rs.Reset(len(c.Contexts))
		if got := c.Check(1, &rs, r); got != tc.holds {
			t.Errorf("%q %s: %v", tc.text, tc.cond, got)
		}
	}
}

// An address is either refused or warned of, not both.
func TestPeerDiagnostics(t *testing.T) {
	for text, want := range map[string]parser.Severity{"a.b": parser.Error, "1.2.3.4/77": parser.Warning} {
		_, diags := loadText(`$HTTP["remoteip"] == "` + text + `" { }`)
		if len(diags) != 1 || diags[0].Severity != want {
			t.Errorf("%s: %v", text, diags)
		}
	}
}

func TestListener(t *testing.T) {
	c := mustLoad(t, `$SERVER["socket"] == ":81" { a = 1 }
$SERVER["socket"] =~ ":81$" { b = 1 }
$SERVER["socket"] =^ "localhost" { c = 1 }`)
	for _, x := range c.Contexts {
		x.SetListener("0.0.0.0:81")
	}
	r := &request{text: map[Field]string{ServerSocket: "0.0.0.0:81"}}
	if got := play(t, c, r, "ask 1, ask 2, ask 3"); got != "1:true 2:true 3:false" {
		t.Error(got)
	}
}

func TestNormalizeQueries(t *testing.T) {
	c := mustLoad(t, "$HTTP[\"querystring\"] == \"a=%c3%a9é%zz%\" { x = 1 }\n$HTTP[\"url\"] == \"%c3\" { y = 1 }")
	c.NormalizeQueries()
	if got, want := c.Contexts[1].Cond.Value, "a=%C3%A9%C3%A9%zz%"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := c.Contexts[2].Cond.Value; got != "%c3" {
		t.Errorf("the path became %q", got)
	}
	if got := c.Contexts[1].Cond.Text; got != "a=%c3%a9é%zz%" {
		t.Errorf("-p would show %q", got)
	}
}
