package extforward

import (
	"sync"

	"github.com/lighttpd-go/lighttpd-go/modules/extforward/internal/hap"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// proxied holds what PROXY headers said, by connection, until it ends.
type proxied struct{ conns sync.Map }

func (p *proxied) of(c *server.Conn) *hap.Header {
	v, _ := p.conns.Load(c)
	h, _ := v.(*hap.Header)
	return h
}

// accept reads the PROXY header of a connection from a trusted peer. Without
// one the connection cannot be used. Others are served as they are.
func (m *module) accept(c *server.Conn) server.Result {
	conf := m.conf.ForConn(c)
	if !conf.hapProxy || conf.forwarder == nil || !conf.forwarder.trustsPeer(c.RemoteAddr.Addr(), c.RemoteText) {
		return server.GoOn
	}
	var header hap.Header
	err := c.Prologue(func(data []byte) (n int, err error) {
		header, n, err = hap.Parse(data)
		return n, err
	})
	if err != nil {
		return server.Failed
	}
	if header.Text != "" {
		c.SetPeer(header.Peer, header.Text)
	}
	m.proxied.conns.Store(c, &header)
	return server.GoOn
}

// forget drops what is known of a connection that has ended.
func (m *module) forget(c *server.Conn) { m.proxied.conns.Delete(c) }

// introduce gives a request what the PROXY header of its connection said.
func (m *module) introduce(r *server.Request, conf *config) {
	header := m.proxied.of(r.Conn)
	if header != nil && header.TLS {
		setScheme(r, "https")
	}
	if !conf.verify {
		return
	}
	if header == nil || !header.Verified || header.CN == "" {
		r.Env.Set("SSL_CLIENT_VERIFY", "NONE")
		return
	}
	r.Env.Set("SSL_CLIENT_VERIFY", "SUCCESS")
	r.Env.Set("REMOTE_USER", header.CN)
	r.Env.Set("AUTH_TYPE", "SSL_CLIENT_VERIFY")
}

// addEnv gives backends what the proxy said of TLS.
func (m *module) addEnv(r *server.Request) {
	if header := m.proxied.of(r.Conn); header != nil {
		for _, v := range header.Env {
			r.Env.Set(v.Name, v.Value)
		}
	}
}
