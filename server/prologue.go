package server

import (
	"net/netip"
	"time"
)

// Prologue lets a ConnAccept hook read what comes before the first request,
// such as a PROXY header. It waits for the first bytes, as long as for a
// request. parse is given what has arrived and returns how much of it is not
// for the requests that follow; its error is returned.
func (c *Conn) Prologue(parse func(data []byte) (int, error)) error {
	if c.br == nil {
		c.takeReader()
	}
	c.wire.readIdle = time.Duration(c.core().MaxReadIdle) * time.Second
	if _, err := c.br.Peek(1); err != nil {
		return err
	}
	data, _ := c.br.Peek(c.br.Buffered())
	n, err := parse(data)
	if err == nil {
		c.br.Discard(n)
	}
	return err
}

// SetPeer makes another address the client's, for all requests of the
// connection. text is what logs show; addr is invalid for a unix socket.
func (c *Conn) SetPeer(addr netip.AddrPort, text string) {
	c.RemoteAddr, c.RemoteText = addr, text
	c.base = nil // settings may depend on the address
}
