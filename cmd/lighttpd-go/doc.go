// Command lighttpd-go is a web server that reads lighttpd.conf. It takes
// lighttpd's options and answers with lighttpd's exit codes; see -h.
package main
