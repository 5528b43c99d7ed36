// Package daemon is the process around a server: start-up order, listening
// sockets, pid file, user and limits, signals, graceful stop and reload.
package daemon
