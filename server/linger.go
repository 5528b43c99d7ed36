package server

import (
	"crypto/tls"
	"net"
	"time"
)

// lingerTime is how long a client may take to close after the server has.
const lingerTime = 5 * time.Second

// linger shuts the sending side down, then reads and discards what still
// arrives until the client closes too. Closing at once would reset the
// connection and could take the response away from the client.
func (c *Conn) linger() {
	if c.closeWrite() != nil {
		return
	}
	stop := time.Now().Add(lingerTime)
	if c.server.engine.isDraining() {
		stop = time.Now().Add(time.Second)
	}
	c.wire.mu.Lock()
	c.wire.stopped = true // nobody extends this deadline
	c.net.SetReadDeadline(stop)
	c.wire.mu.Unlock()
	buf := lingerBuffers.get()
	defer lingerBuffers.put(buf)
	for {
		n, err := c.net.Read(buf.b)
		c.wire.received(n)
		if err != nil {
			return
		}
	}
}

// closeWrite sends FIN. A connection that cannot be closed in one direction
// is closed in both by its end.
func (c *Conn) closeWrite() error {
	switch nc := c.net.(type) {
	case *net.TCPConn:
		return nc.CloseWrite()
	case *net.UnixConn:
		return nc.CloseWrite()
	case *tls.Conn:
		if err := nc.CloseWrite(); err != nil {
			return err
		}
		if tcp, ok := nc.NetConn().(*net.TCPConn); ok {
			return tcp.CloseWrite()
		}
	}
	return nil
}
