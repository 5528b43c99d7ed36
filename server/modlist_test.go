package server

import (
	"strings"
	"testing"
)

// TestArrangeModules has the rules of server.modules, one a row. Modules are
// written without "mod_".
func TestArrangeModules(t *testing.T) {
	const (
		static = "Warning: mod_%s should be listed in server.modules before mod_staticfile"
		auth   = "Warning: mod_auth should be listed in server.modules before dynamic backends such as mod_%s"
		index  = "Warning: mod_indexfile should be listed in server.modules prior to mod_%s"
		add    = `Warning: please add "mod_%s" to server.modules list in lighttpd.conf`
		old    = `Warning: "mod_compress" is DEPRECATED and has been replaced with "mod_deflate"`
	)
	say := func(format, name string) string { return strings.ReplaceAll(format, "%s", name) }
	tests := []struct {
		rule  string
		facts moduleFacts
		want  string
		warn  string
	}{
		{"nothing is listed", moduleFacts{compat: true}, "staticfile", ""},
		{"h2 comes behind what is listed", moduleFacts{listed: []string{"alias"}, h2: true, compat: true},
			"alias h2 staticfile", ""},
		{"h2 may be listed", moduleFacts{listed: []string{"h2", "alias"}, h2: true}, "h2 alias", ""},
		{"nothing is added without compat", moduleFacts{listed: []string{"alias"}, indexfile: true, dirlisting: true, tls: true},
			"alias", ""},
		{"compress is deflate", moduleFacts{listed: []string{"compress", "deflate"}}, "deflate", old},
		{"the first of each counts", moduleFacts{listed: []string{"a", "b", "a"}}, "a b", ""},
		{"indexfile goes first", moduleFacts{listed: []string{"alias"}, compat: true, indexfile: true},
			"indexfile alias staticfile", ""},
		{"indexfile stays where it is", moduleFacts{listed: []string{"alias", "indexfile"}, compat: true, indexfile: true},
			"alias indexfile staticfile", ""},
		{"indexfile without use is dropped", moduleFacts{listed: []string{"indexfile", "alias"}, compat: true},
			"alias staticfile", ""},
		{"indexfile without use stays without compat", moduleFacts{listed: []string{"indexfile"}}, "indexfile", ""},
		{"dirlisting comes behind", moduleFacts{listed: []string{"alias"}, compat: true, dirlisting: true},
			"alias dirlisting staticfile", ""},
		{"dirlisting stays where it is", moduleFacts{listed: []string{"dirlisting", "alias"}, compat: true, dirlisting: true},
			"dirlisting alias staticfile", ""},
		{"dirlisting without use is dropped", moduleFacts{listed: []string{"dirlisting"}, compat: true}, "staticfile", ""},
		{"staticfile stays where it is", moduleFacts{listed: []string{"staticfile", "alias"}, compat: true}, "staticfile alias", ""},
		{"TLS is added", moduleFacts{compat: true, tls: true}, "staticfile openssl", say(add, "openssl")},
		{"any TLS module will do", moduleFacts{listed: []string{"gnutls"}, compat: true, tls: true}, "gnutls staticfile", ""},
		{"auth backend is added", moduleFacts{listed: []string{"auth"}, compat: true, authBackends: []string{"plain", "htdigest"}},
			"auth staticfile authn_file", say(add, "authn_file")},
		{"ldap, too", moduleFacts{listed: []string{"auth"}, compat: true, authBackends: []string{"ldap"}},
			"auth staticfile authn_ldap", say(add, "authn_ldap")},
		{"other backends are not", moduleFacts{listed: []string{"auth"}, compat: true, authBackends: []string{"pam"}},
			"auth staticfile", ""},
		{"no backend without auth", moduleFacts{compat: true, authBackends: []string{"plain"}}, "staticfile", ""},
		{"auth goes before its backends", moduleFacts{listed: []string{"alias", "authn_file"}, compat: true},
			"auth alias authn_file staticfile", ""},
		{"auth moves before its backends", moduleFacts{listed: []string{"authn_file", "auth"}, compat: true},
			"auth authn_file staticfile", ""},
		{"auth stays behind others", moduleFacts{listed: []string{"alias", "auth", "authn_file"}, compat: true},
			"alias auth authn_file staticfile", ""},
		{"vhostdb goes before its backends", moduleFacts{listed: []string{"vhostdb_mysql"}, compat: true},
			"vhostdb vhostdb_mysql staticfile", ""},
		{"dynamic after static", moduleFacts{listed: []string{"staticfile", "cgi", "proxy"}, compat: true},
			"staticfile cgi proxy", say(static, "cgi") + "\n" + say(static, "proxy")},
		{"auth after dynamic", moduleFacts{listed: []string{"cgi", "proxy", "auth"}, compat: true},
			"cgi proxy auth staticfile", say(auth, "cgi")},
		{"auth after dynamic, moved", moduleFacts{listed: []string{"authn_file", "cgi", "auth"}, compat: true},
			"auth authn_file cgi staticfile", say(auth, "cgi")},
		{"auth after dynamic without compat", moduleFacts{listed: []string{"cgi", "auth"}}, "cgi auth", ""},
		{"indexfile after a handler of files", moduleFacts{listed: []string{"proxy", "ssi", "cgi", "indexfile"}, compat: true, indexfile: true},
			"proxy ssi cgi indexfile staticfile", say(index, "ssi")},
	}
	for _, tt := range tests {
		for i := range tt.facts.listed {
			tt.facts.listed[i] = "mod_" + tt.facts.listed[i]
		}
		names, warnings := arrangeModules(tt.facts)
		got := strings.ReplaceAll(strings.Join(names, " "), "mod_", "")
		if got != tt.want || strings.Join(warnings, "\n") != tt.warn {
			t.Errorf("%s:\n got %s\nwant %s\n got %q\nwant %q", tt.rule, got, tt.want, warnings, tt.warn)
		}
	}
}

// TestModuleFacts: what counts as using a module.
func TestModuleFacts(t *testing.T) {
	tests := []struct {
		conf             string
		index, list, tls bool
		backends         string
	}{
		{``, false, false, false, ""},
		{`index-file.names = ()`, false, false, false, ""},
		{`index-file.names = "a"`, false, false, false, ""},
		{`index-file.names = "enable"`, true, false, false, ""},
		{`$HTTP["host"] == "a" { Server.IndexFiles = ( "a" ) }`, true, false, false, ""},
		{`dir-listing.activate = "disable"`, false, false, false, ""},
		{`dir-listing.activate = 1`, false, true, false, ""},
		{`$HTTP["host"] == "a" { server.dir-listing = "true" }`, false, true, false, ""},
		{`ssl.engine = "disable"`, false, false, true, ""},
		{`auth.backend = "plain" $HTTP["host"] == "a" { auth.backend = "ldap" }`, false, false, false, "plain ldap"},
	}
	for _, tt := range tests {
		f := factsOf(evalText(t, tt.conf), &ServerConfig{})
		backends := strings.Join(f.authBackends, " ")
		if f.indexfile != tt.index || f.dirlisting != tt.list || f.tls != tt.tls || backends != tt.backends {
			t.Errorf("%s: %+v", tt.conf, f)
		}
	}
}

// TestMissingModules has what is said of modules that this binary lacks.
func TestMissingModules(t *testing.T) {
	const end = "error: loading plugins finally failed\n"
	tests := []struct{ conf, want string }{
		{`server.modules = ( "mod_everythign" )`,
			"error: dlopen() failed for: mod_everythign: no such module | did you mean \"mod_everything\"?\n" + end},
		{`server.modules = ( "everything" )`,
			"error: dlopen() failed for: everything: no such module | write \"mod_everything\"\n" + end},
		{`server.modules = ( "mod_geoip" )`,
			"error: dlopen() failed for: mod_geoip: no such module | mod_maxminddb has taken its place\n" + end},
		{`server.modules = ( "mod_Everything" )`,
			"error: dlopen() failed for: mod_Everything: no such module | did you mean \"mod_everything\"?\n" + end},
		{`server.modules = ( "mod_rrdtool" )`,
			"warning: mod_rrdtool is not built into this server yet; its directives are ignored\n"},
		{`server.modules = ( "mod_rrdtool" ) rrdtool.binary = 5`,
			"warning: mod_rrdtool is not built into this server yet; its directives are ignored\n" +
				"error: rrdtool.binary should have been a string like ... = \"...\" | write rrdtool.binary = \"5\"\nerror: Configuration of plugins failed. Going down.\n"},
		{`server.modules = ( "mod_authn_sasl" )`,
			"error: dlopen() failed for: mod_authn_sasl: it is not built into this server yet | going on without it would leave open what it protects\n" + end},
		{`server.modules = ( "mod_gnutls" )`,
			"error: dlopen() failed for: mod_gnutls: it is not built into this server yet | going on without it would leave open what it protects\n" + end},
		{`server.modules = ( "mod_h2" )`, ""},
	}
	for _, tt := range tests {
		var got *Settings[everything]
		_, diags := loadText(t, `server.compat-module-load = "disable" `+tt.conf, everythingModule(&got))
		if s := show(diags); s != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.conf, s, tt.want)
		}
	}
}

// TestTLSIsRefused: a socket that was to speak TLS must not speak clear text.
func TestTLSIsRefused(t *testing.T) {
	for _, conf := range []string{
		`ssl.engine = "enable"`,
		`$SERVER["socket"] == ":443" { ssl.engine = "enable" }`,
	} {
		s, diags := loadText(t, conf)
		if s != nil || !strings.Contains(show(diags), "error: ssl.engine is enabled") {
			t.Errorf("%s: %s", conf, show(diags))
		}
	}
	if s, diags := loadText(t, `ssl.engine = "disable"`); s == nil {
		t.Errorf("disabled TLS is refused: %s", show(diags))
	}
	tls := Define("mod_openssl", Table[noDirectives]{}, func(*Loader, *Settings[noDirectives]) (Hooks, error) { return Hooks{}, nil })
	s, diags := loadText(t, `ssl.engine = "enable"`, tls)
	if s == nil || !s.Listeners[0].Config.TLS || s.Opts.Port != 443 {
		t.Errorf("TLS with its module is refused: %s", show(diags))
	}
}
