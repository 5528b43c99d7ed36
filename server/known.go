package server

import (
	"slices"
	"strings"
)

// knownModule is a module of lighttpd 1.4.86 with its directives, built into
// this server or not. The table serves messages: a configuration may name
// what exists and is not built yet, and that is another thing than a slip.
type knownModule struct {
	name string
	// guards says that leaving the module out would open what it protects.
	guards bool
	// directives are names by type, separated by blanks.
	directives map[Type]string
}

// knownModules lists them by name. TLS modules other than mod_openssl take
// its directives.
var knownModules = []knownModule{
	{name: "mod_access", directives: map[Type]string{
		TypeStringList: "url.access-allow url.access-deny",
	}},
	{name: "mod_accesslog", directives: map[Type]string{
		TypeString: "accesslog.escaping accesslog.filename accesslog.format",
		TypeBool:   "accesslog.use-syslog",
		TypeShort:  "accesslog.syslog-level",
	}},
	{name: "mod_ajp13", directives: map[Type]string{
		TypeString:    "ajp13.balance",
		TypeInt:       "ajp13.debug",
		TypeStringMap: "ajp13.map-extensions",
		TypeArrayMap:  "ajp13.server",
	}},
	{name: "mod_alias", directives: map[Type]string{
		TypeStringMap: "alias.url",
	}},
	{name: "mod_auth", guards: true, directives: map[Type]string{
		TypeString:   "auth.backend",
		TypeBool:     "auth.extern-authn",
		TypeArrayMap: "auth.require",
		TypeArray:    "auth.cache",
	}},
	{name: "mod_authn_dbi", guards: true, directives: map[Type]string{
		TypeMap: "auth.backend.dbi",
	}},
	{name: "mod_authn_file", guards: true, directives: map[Type]string{
		TypeString: "auth.backend.htdigest.userfile auth.backend.htpasswd.userfile " +
			"auth.backend.plain.groupfile auth.backend.plain.userfile",
	}},
	{name: "mod_authn_gssapi", guards: true, directives: map[Type]string{
		TypeString: "auth.backend.gssapi.keytab auth.backend.gssapi.principal",
		TypeBool:   "auth.backend.gssapi.store-creds",
	}},
	{name: "mod_authn_ldap", guards: true, directives: map[Type]string{
		TypeString: "auth.backend.ldap.base-dn auth.backend.ldap.bind-dn auth.backend.ldap.bind-pw " +
			"auth.backend.ldap.ca-file auth.backend.ldap.filter auth.backend.ldap.groupmember " +
			"auth.backend.ldap.hostname auth.backend.ldap.timeout",
		TypeBool: "auth.backend.ldap.allow-empty-pw auth.backend.ldap.starttls",
	}},
	{name: "mod_authn_pam", guards: true, directives: map[Type]string{
		TypeStringMap: "auth.backend.pam.opts",
	}},
	{name: "mod_authn_sasl", guards: true, directives: map[Type]string{
		TypeStringMap: "auth.backend.sasl.opts",
	}},
	{name: "mod_cgi", directives: map[Type]string{
		TypeBool:       "cgi.execute-x-only cgi.local-redir cgi.upgrade cgi.x-sendfile",
		TypeStringList: "cgi.x-sendfile-docroot",
		TypeStringMap:  "cgi.assign",
		TypeMap:        "cgi.limits",
	}},
	{name: "mod_deflate", directives: map[Type]string{
		TypeString: "compress.cache-dir compress.max-loadavg deflate.cache-dir deflate.max-loadavg",
		TypeShort: "deflate.compression-level deflate.min-compress-size deflate.output-buffer-size " +
			"deflate.work-block-size",
		TypeInt: "compress.max-filesize deflate.max-compress-size",
		TypeStringList: "compress.allowed-encodings compress.filetype deflate.allowed-encodings " +
			"deflate.mimetypes",
		TypeMap: "deflate.params",
	}},
	{name: "mod_dirlisting", directives: map[Type]string{
		TypeString: "dir-listing.encoding dir-listing.external-css dir-listing.external-js " +
			"dir-listing.set-footer dir-listing.show-header dir-listing.show-readme",
		TypeBool: "dir-listing.activate dir-listing.auto-layout dir-listing.encode-header " +
			"dir-listing.encode-readme dir-listing.hide-dotfiles dir-listing.hide-header-file " +
			"dir-listing.hide-readme-file dir-listing.sort server.dir-listing",
		TypeStringList: "dir-listing.exclude",
		TypeMap:        "dir-listing.cache",
	}},
	{name: "mod_evhost", directives: map[Type]string{
		TypeString: "evhost.path-pattern",
	}},
	{name: "mod_expire", directives: map[Type]string{
		TypeStringMap: "expire.mimetypes expire.url",
	}},
	{name: "mod_extforward", directives: map[Type]string{
		TypeBool:       "extforward.hap-PROXY extforward.hap-PROXY-ssl-client-verify",
		TypeStringList: "extforward.headers",
		TypeStringMap:  "extforward.forwarder",
		TypeMap:        "extforward.params",
	}},
	{name: "mod_fastcgi", directives: map[Type]string{
		TypeString:    "fastcgi.balance",
		TypeInt:       "fastcgi.debug",
		TypeStringMap: "fastcgi.map-extensions",
		TypeArrayMap:  "fastcgi.server",
	}},
	{name: "mod_indexfile", directives: map[Type]string{
		TypeStringList: "index-file.names server.indexfiles",
	}},
	{name: "mod_magnet", directives: map[Type]string{
		TypeStringList: "magnet.attract-physical-path-to magnet.attract-raw-url-to " +
			"magnet.attract-response-start-to",
	}},
	{name: "mod_maxminddb", directives: map[Type]string{
		TypeString:    "maxminddb.db",
		TypeBool:      "maxminddb.activate",
		TypeStringMap: "maxminddb.env",
	}},
	{name: "mod_openssl", guards: true, directives: map[Type]string{
		TypeString: "ssl.acme-tls-1 ssl.ca-crl-file ssl.ca-dn-file ssl.ca-file ssl.cipher-list " +
			"ssl.ech-public-name ssl.pemfile ssl.privkey ssl.stapling-file ssl.stek-file " +
			"ssl.verifyclient.ca-crl-file ssl.verifyclient.ca-dn-file ssl.verifyclient.ca-file " +
			"ssl.verifyclient.username",
		TypeBool: "debug.log-ssl-noise ssl.disable-client-renegotiation ssl.engine ssl.read-ahead " +
			"ssl.verifyclient.activate ssl.verifyclient.enforce ssl.verifyclient.exportcert",
		TypeShort:     "ssl.verifyclient.depth",
		TypeStringMap: "ssl.openssl.ssl-conf-cmd",
		TypeMap:       "ssl.ech-opts",
	}},
	{name: "mod_proxy", directives: map[Type]string{
		TypeString:    "proxy.balance",
		TypeBool:      "proxy.replace-http-host",
		TypeInt:       "proxy.debug",
		TypeStringMap: "proxy.map-extensions",
		TypeArrayMap:  "proxy.server",
		TypeMap:       "proxy.forwarded proxy.header",
	}},
	{name: "mod_redirect", directives: map[Type]string{
		TypeShort:     "url.redirect-code",
		TypeStringMap: "url.redirect",
	}},
	{name: "mod_rewrite", directives: map[Type]string{
		TypeStringMap: "url.rewrite url.rewrite-final url.rewrite-if-not-file url.rewrite-once " +
			"url.rewrite-repeat url.rewrite-repeat-if-not-file",
	}},
	{name: "mod_rrdtool", directives: map[Type]string{
		TypeString: "rrdtool.binary rrdtool.db-name",
	}},
	{name: "mod_scgi", directives: map[Type]string{
		TypeString:    "scgi.balance scgi.protocol",
		TypeInt:       "scgi.debug",
		TypeStringMap: "scgi.map-extensions",
		TypeArrayMap:  "scgi.server",
	}},
	{name: "mod_setenv", directives: map[Type]string{
		TypeStringMap: "setenv.add-environment setenv.add-request-header setenv.add-response-header " +
			"setenv.set-environment setenv.set-request-header setenv.set-response-header",
	}},
	{name: "mod_simple_vhost", directives: map[Type]string{
		TypeString: "simple-vhost.default-host simple-vhost.document-root simple-vhost.server-root",
		TypeShort:  "simple-vhost.debug",
	}},
	{name: "mod_sockproxy", directives: map[Type]string{
		TypeString:   "sockproxy.balance",
		TypeInt:      "sockproxy.debug",
		TypeArrayMap: "sockproxy.server",
	}},
	{name: "mod_ssi", directives: map[Type]string{
		TypeString:     "ssi.content-type",
		TypeBool:       "ssi.conditional-requests ssi.exec",
		TypeShort:      "ssi.recursion-max",
		TypeStringList: "ssi.extension",
	}},
	{name: "mod_staticfile", directives: map[Type]string{
		TypeBool:       "static-file.disable-pathinfo static-file.etags",
		TypeStringList: "static-file.exclude-extensions",
	}},
	{name: "mod_status", directives: map[Type]string{
		TypeString: "status.config-url status.statistics-url status.status-url",
		TypeBool:   "status.enable-sort",
	}},
	{name: "mod_userdir", directives: map[Type]string{
		TypeString:     "userdir.basepath userdir.path",
		TypeBool:       "userdir.active userdir.letterhomes",
		TypeStringList: "userdir.exclude-user userdir.include-user",
	}},
	{name: "mod_vhostdb", directives: map[Type]string{
		TypeString: "vhostdb.backend",
		TypeArray:  "vhostdb.cache",
	}},
	{name: "mod_vhostdb_dbi", directives: map[Type]string{
		TypeMap: "vhostdb.dbi",
	}},
	{name: "mod_vhostdb_ldap", directives: map[Type]string{
		TypeStringMap: "vhostdb.ldap",
	}},
	{name: "mod_vhostdb_mysql", directives: map[Type]string{
		TypeStringMap: "vhostdb.mysql",
	}},
	{name: "mod_vhostdb_pgsql", directives: map[Type]string{
		TypeStringMap: "vhostdb.pgsql",
	}},
	{name: "mod_webdav", directives: map[Type]string{
		TypeString: "webdav.sqlite-db-name",
		TypeBool:   "webdav.activate webdav.is-readonly webdav.log-xml",
		TypeMap:    "webdav.opts",
	}},
	{name: "mod_wstunnel", directives: map[Type]string{
		TypeString:     "wstunnel.balance wstunnel.frame-type",
		TypeShort:      "wstunnel.ping-interval",
		TypeInt:        "wstunnel.debug",
		TypeStringList: "wstunnel.origins",
		TypeStringMap:  "wstunnel.map-extensions",
		TypeArrayMap:   "wstunnel.server",
	}},
	{name: "mod_boringssl", guards: true},
	{name: "mod_gnutls", guards: true},
	{name: "mod_mbedtls", guards: true},
	{name: "mod_nss", guards: true},
	{name: "mod_wolfssl", guards: true},
}

// Lighttpd lists the directives of lighttpd's module of that name, with their
// types, by name. It is empty for a module that lighttpd does not have.
func Lighttpd(module string) []Row {
	var rows []Row
	for _, m := range knownModules {
		if m.name != module {
			continue
		}
		for t, names := range m.directives {
			for _, name := range strings.Fields(names) {
				rows = append(rows, Row{Name: name, Type: t})
			}
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

// tlsModules are the modules that serve ssl.* directives.
var tlsModules = []string{"mod_openssl", "mod_boringssl", "mod_gnutls", "mod_mbedtls", "mod_nss", "mod_wolfssl"}

// removedModules are modules of other releases of lighttpd and what took
// their place.
var removedModules = map[string]string{
	"mod_authn_mysql":    "mod_authn_dbi has taken its place",
	"mod_cml":            "mod_magnet has taken its place",
	"mod_evasive":        "it was removed from lighttpd in 1.4.71; limit connections for each address in the firewall",
	"mod_flv_streaming":  "it was removed from lighttpd; ranges of static files do its work",
	"mod_geoip":          "mod_maxminddb has taken its place",
	"mod_mysql_vhost":    "mod_vhostdb with mod_vhostdb_mysql has taken its place",
	"mod_proxy_core":     "it belongs to lighttpd 1.5; mod_proxy, mod_fastcgi and mod_scgi do its work here",
	"mod_secdownload":    "it was removed from lighttpd",
	"mod_trigger_b4_dl":  "it was removed from lighttpd; mod_magnet can do its work",
	"mod_uploadprogress": "it was removed from lighttpd",
	"mod_usertrack":      "it was removed from lighttpd; mod_magnet can do its work",
}
