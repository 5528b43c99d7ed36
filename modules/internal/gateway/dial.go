package gateway

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// ErrUnavailable is returned by Dial when no backend could be reached: the
// request is answered 503.
var ErrUnavailable = errors.New("no backend can be reached")

// retries is how often a request is given to another host, or the same one,
// after a refused connection.
const retries = 5

// Dial connects. A host that refuses is put out of use for its disable-time
// and another is chosen, five times at most; after a time-out only once. What
// went wrong is in the error log.
func (s *Session) Dial(ctx context.Context) (net.Conn, error) {
	for left := retries; ; left-- {
		s.layer.mu.Lock()
		if s.Host == nil && !s.assign() {
			s.layer.mu.Unlock()
			return nil, ErrUnavailable
		}
		p := s.acquire()
		s.layer.mu.Unlock()
		if p == nil { // went down since it was chosen
			s.Release()
			if left > 0 {
				continue
			}
			return nil, ErrUnavailable
		}
		c, err := s.connect(ctx, p)
		if err == nil {
			return c, nil
		}
		if s.failed(p, err); final(ctx, err) {
			return nil, ErrUnavailable
		}
		if timedOut(err) {
			left = min(left, 1)
		}
		if left == 0 {
			return nil, ErrUnavailable
		}
	}
}

// connect makes one attempt.
func (s *Session) connect(ctx context.Context, p *Process) (net.Conn, error) {
	s.req.logf(3, "connecting: socket: %s", p.addr)
	if limit := s.layer.limit(s.Host.ConnectTimeout); limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	c, err := dial(ctx, p.addr)
	if err != nil {
		return nil, err
	}
	s.layer.mu.Lock()
	p.stats.connected++
	s.layer.mu.Unlock()
	s.req.logf(2, "connect succeeded: socket: %s", p.addr)
	return c, nil
}

// dial connects to a. A unix socket whose queue is full counts as in
// progress, as it does for lighttpd.
func dial(ctx context.Context, a address) (net.Conn, error) {
	d := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: false}, KeepAlive: -1}
	for pause := time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		c, err := d.DialContext(ctx, a.network, a.text)
		if !errors.Is(err, syscall.EAGAIN) {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
		}
	}
}

// failed puts the process out of use and gives the host back.
func (s *Session) failed(p *Process, err error) {
	s.req.Log.Errorf("establishing connection failed: socket: %s: %s", p.addr, strerror(err))
	s.layer.mu.Lock()
	defer s.layer.mu.Unlock()
	switch {
	case errors.Is(err, context.Canceled), shortage(err):
	case p.state == running:
		p.disable(s.layer.clock())
		if errors.Is(err, syscall.EAGAIN) {
			p.stats.died--
			p.stats.overloaded++
		}
		if s.Host.BinPath != "" {
			s.req.Log.Errorf("backend is disabled for %d seconds; socket: %s", s.Host.DisableTime, p.addr)
		}
	}
	s.drop()
}

// final reports whether another attempt makes no sense: the client is gone,
// or the server has no descriptor left.
func final(ctx context.Context, err error) bool { return ctx.Err() != nil || shortage(err) }

func shortage(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// timedOut reports whether connect-timeout has passed.
func timedOut(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.EAGAIN)
}

// strerror is the reason in strerror's words.
func strerror(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) && timedOut(err) {
		return "timed out"
	}
	return server.Strerror(err)
}
