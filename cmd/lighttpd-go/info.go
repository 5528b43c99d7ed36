package main

import (
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/server"
)

const versionLine = "lighttpd/" + server.Release + " - a light and fast webserver\n"

// version is -v.
func (c *command) version() { fmt.Fprint(c.stdout, versionLine) }

// usage is -h.
func (c *command) usage() {
	fmt.Fprint(c.stdout, versionLine+`usage:
 -f <name>  filename of the config-file
 -m <name>  module directory (ignored: all modules are built in)
 -i <secs>  graceful shutdown after <secs> of inactivity
 -1         process single (one) request on stdin socket, then exit
 -p         print the parsed config-file in internal form, and exit
 -t         test config-file syntax, then exit
 -tt        test config-file syntax, load and init modules, then exit
 -D         don't go to background (default: go to background)
 -v         show version
 -V         show compile-time features
 -h         show this help

 --explain <url>  tell how a request would be answered, and exit
   --method <name>         request method (default: GET)
   --header <name: value>  a request header; may be repeated
   --remote-ip <address>   client address (default: 127.0.0.1)
   --socket <address>      listening socket (default: server.bind, server.port)
   --json                  for programs
`)
}

// feature is a line of -V. With a module it depends on that module being in
// the binary.
type feature struct {
	text   string
	built  bool
	module string
}

// featureBlocks are the blocks of -V, with lighttpd's entries in lighttpd's
// order.
var featureBlocks = []struct {
	title   string
	entries []feature
}{
	{"Event Handlers", []feature{
		{text: "select (generic)"},
		{text: "poll (Unix)"},
		{text: "epoll (Linux)", built: true},
		{text: "/dev/poll (Solaris)"},
		{text: "eventports (Solaris)"},
		{text: "kqueue (FreeBSD)"},
	}},
	{"Network handler", []feature{
		{text: "linux-sendfile", built: true},
		{text: "freebsd-sendfile"},
		{text: "darwin-sendfile"},
		{text: "solaris-sendfilev"},
		{text: "writev"},
		{text: "write", built: true},
		{text: "mmap support"},
	}},
	{"Features", []feature{
		{text: "IPv6 support", built: true},
		{text: "zlib support", module: "mod_deflate"},
		{text: "zstd support"},
		{text: "bzip2 support"},
		{text: "brotli support"},
		{text: "crypt support", module: "mod_authn_file"},
		{text: "OpenSSL support"},
		{text: "PCRE support", built: true},
		{text: "MySQL support"},
		{text: "PgSQL support"},
		{text: "DBI support"},
		{text: "Kerberos support"},
		{text: "LDAP support"},
		{text: "PAM support"},
		{text: "FAM support"},
		{text: "LUA support", module: "mod_magnet"},
		{text: "xml support", module: "mod_webdav"},
		{text: "SQLite support"},
		{text: "Y2038 support", built: true},
	}},
}

// features is -V.
func (c *command) features() {
	fmt.Fprint(c.stdout, versionLine)
	for _, block := range featureBlocks {
		fmt.Fprintf(c.stdout, "\n%s:\n\n", block.title)
		for _, f := range block.entries {
			mark := '-'
			if f.built || f.module != "" && isBuilt(f.module) {
				mark = '+'
			}
			fmt.Fprintf(c.stdout, "\t%c %s\n", mark, f.text)
		}
	}
	fmt.Fprint(c.stdout, "\nModules:\n\n")
	for _, m := range modules {
		fmt.Fprintf(c.stdout, "\t+ %s\n", m.Name())
	}
	fmt.Fprintln(c.stdout)
}

func isBuilt(module string) bool {
	return slices.ContainsFunc(modules, func(m server.Module) bool { return m.Name() == module })
}

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// reference writes the page of all directives, for go generate.
func (c *command) reference() int {
	if err := server.WriteReference(c.stdout, modules); err != nil {
		return exitFailed
	}
	return exitOK
}
