package status

import "github.com/lighttpd-go/lighttpd-go/server"

// state is how a state of a connection is written.
type state struct {
	letter byte
	name   string
}

// states are those that connections of this server can be seen in.
var states = [...]state{
	server.StateRead:      {'r', "read"},
	server.StateKeepAlive: {'k', "keep-alive"},
	server.StateReadPost:  {'R', "readpost"},
	server.StateHandle:    {'h', "handle-req"},
	server.StateWrite:     {'W', "write"},
	server.StateClose:     {'C', "close"},
}

// legend are all of lighttpd's letters, in the order of its page. Those that
// stand for no wait of this server's are never seen.
var legend = [...]state{
	{'k', "keep-alive"}, {'.', "connect"}, {'q', "req-start"}, {'r', "read"}, {'Q', "req-end"}, {'R', "readpost"},
	{'h', "handle-req"}, {'s', "resp-start"}, {'W', "write"}, {'S', "resp-end"}, {'E', "error"}, {'C', "close"},
}
