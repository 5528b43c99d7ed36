package wstunnel

import (
	"context"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net"
	"strings"

	"github.com/gobwas/ws"

	"github.com/lighttpd-go/lighttpd-go/modules/wstunnel/internal/tunnel"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// open connects to the backend and decides the answer to the handshake. The
// engine sends the head, so mod_setenv and the access log see it as usual,
// and then starts the tunnel.
func (m *module) open(r *server.Request, conf *config) server.Result {
	early := r.Core.StreamRequestBody == 0
	if early {
		if rc := skipBody(r); rc != server.GoOn {
			return rc
		}
	}
	l := m.links.Of(r)
	backend, err := l.session.Dial(context.Background())
	if err != nil {
		return r.Fail(503)
	}
	l.backend = backend
	if !early {
		if rc := skipBody(r); rc != server.GoOn {
			return rc
		}
	}
	if !answer(r, conf) {
		r.KeepAlive = false
		return r.Fail(400)
	}
	o := options(r, conf)
	o.Address = l.session.Address()
	o.BackendRead = int64(l.session.Host.ReadTimeout)
	o.BackendWrite = int64(l.session.Host.WriteTimeout)
	r.Tunnel = func(s server.Stream) error {
		l.backend = nil
		return m.run(o, s, backend)
	}
	return server.Finished
}

// run is the tunnel, or gives it to a relay.
func (m *module) run(o tunnel.Options, s server.Stream, backend net.Conn) error {
	cause, detached := m.tunnels.Start(o, s, backend, func(c tunnel.Cause) { s.Finish(outcome(c)) })
	if detached {
		return server.ErrDetached
	}
	return outcome(cause)
}

// outcome tells mod_status why the tunnel ended, and the access log whether
// the client was lost.
func outcome(c tunnel.Cause) error {
	return &server.TunnelEnd{Reason: c.String(), Lost: c == tunnel.ClientLost}
}

// skipBody reads a request body and throws it away: what follows it is
// frames. The core refuses a GET with a body unless it is told otherwise.
func skipBody(r *server.Request) server.Result {
	if r.Version == server.HTTP2 { // its body is the tunnel
		return server.GoOn
	}
	body, err := r.CollectBody()
	if err == nil {
		_, err = io.Copy(io.Discard, body)
	}
	if err != nil {
		return r.FailBody(err)
	}
	return server.GoOn
}

// answer decides status and fields of the response; false is a handshake
// without a key.
func answer(r *server.Request, conf *config) bool {
	r.Status = 200
	if r.Version != server.HTTP2 {
		key := strings.TrimSpace(r.Header.Get("Sec-WebSocket-Key"))
		if key == "" {
			if conf.debug >= 1 {
				r.Errorf("Sec-WebSocket-Key is invalid")
			}
			return false
		}
		r.Status = 101
		r.Resp.Set("Upgrade", "websocket")
		r.Resp.Set("Sec-WebSocket-Accept", accept(key))
	}
	if p := subprotocol(r); p != "" {
		r.Resp.Set("Sec-WebSocket-Protocol", p)
	}
	return true
}

// accept is the answer to a key (RFC 6455, 4.2.2). Any key is answered,
// whatever its length.
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// subprotocol is the one of the client's subprotocols that is announced.
// Despite the name base64, nothing is encoded.
func subprotocol(r *server.Request) string {
	offered := r.Header.Get("Sec-WebSocket-Protocol")
	switch {
	case offered == "":
		return ""
	case hasToken(offered, "binary"):
		return "binary"
	case hasToken(offered, "base64"):
		return "base64"
	}
	return ""
}

// options are the tunnel's, from the settings of its request and its host.
func options(r *server.Request, conf *config) tunnel.Options {
	o := tunnel.Options{
		Type:      ws.OpText,
		Ping:      int64(conf.ping),
		ReadIdle:  int64(r.Core.MaxReadIdle),
		WriteIdle: int64(r.Core.MaxWriteIdle),
		MaxBytes:  int64(r.Core.MaxRequestSize) << 10,
		Paced:     r.Paced(),
		Logf:      r.Errorf,
		Debug:     int(conf.debug),
	}
	if conf.binary || subprotocol(r) == "binary" {
		o.Type = ws.OpBinary
	}
	return o
}
