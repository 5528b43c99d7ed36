// Package tunnel moves the bytes of an established WebSocket tunnel: frames
// of the client to payload for the backend, and back, until one of the two
// sides or a limit ends it.
//
// There are two pumps with the same behaviour. Run uses two goroutines and
// works over any stream, TLS and HTTP/2 included. The relay (Linux, plain TCP
// and unix sockets on both sides) waits for many tunnels with one epoll
// descriptor, so that a tunnel without traffic has neither goroutine nor
// buffer.
//
// Time is counted in whole seconds as lighttpd does: a limit of n seconds
// fires in the first Trigger that finds more than n seconds passed.
package tunnel
