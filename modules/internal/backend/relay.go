package backend

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// RelayLimits bound a tunnel. Zero is no limit.
type RelayLimits struct {
	ReadIdle  time.Duration // without a byte from the client
	WriteIdle time.Duration // without a byte for the client
	MaxBytes  int64         // from the client, in all
	Logf      func(format string, a ...any)
}

// Limits are the limits of a tunnel by the settings of its request
// (server.max-read-idle, server.max-write-idle, server.max-request-size).
func Limits(r *server.Request) RelayLimits {
	return RelayLimits{
		ReadIdle:  time.Duration(r.Core.MaxReadIdle) * time.Second,
		WriteIdle: time.Duration(r.Core.MaxWriteIdle) * time.Second,
		MaxBytes:  int64(r.Core.MaxRequestSize) << 10,
		Logf:      r.Errorf,
	}
}

// Relay copies bytes both ways until the backend ends. The client's end is
// passed on and ends nothing. It closes src.
func (l RelayLimits) Relay(s server.Stream, src Source, to io.WriteCloser, early []byte) error {
	up := make(chan error, 1)
	go func() { up <- l.toBackend(s, src, to) }()
	err := l.toClient(s, src, early)
	src.Close()
	s.SetReadDeadline(time.Unix(1, 0))
	if lost := <-up; err == nil && lost != nil && !errors.Is(lost, os.ErrDeadlineExceeded) {
		err = lost
	}
	return err
}

// toClient copies what the backend says.
func (l RelayLimits) toClient(s server.Stream, src Source, early []byte) error {
	if l.WriteIdle > 0 {
		idle := time.AfterFunc(l.WriteIdle, src.Abort)
		defer idle.Stop()
		src = &restarting{src, idle, l.WriteIdle}
	}
	buf := make([]byte, max(16<<10, len(early)))
	n, err := copy(buf, early), error(nil)
	for {
		if n > 0 {
			if l.WriteIdle > 0 {
				s.SetWriteDeadline(time.Now().Add(l.WriteIdle))
			}
			if _, werr := s.Write(buf[:n]); werr != nil {
				return werr
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		n, err = src.Read(buf)
	}
}

// restarting gives the timer its time back whenever something comes.
type restarting struct {
	Source
	idle  *time.Timer
	after time.Duration
}

func (t *restarting) Read(p []byte) (int, error) {
	n, err := t.Source.Read(p)
	t.idle.Reset(t.after)
	return n, err
}

// errTooMuch is a client that has sent more than server.max-request-size.
var errTooMuch = errors.New("tunnel is over its limit")

// toBackend copies what the client says. A client that is lost ends the
// tunnel, one that only closes its side does not.
func (l RelayLimits) toBackend(s server.Stream, src Source, to io.WriteCloser) error {
	defer to.Close()
	buf := make([]byte, 16<<10)
	for total := int64(0); ; {
		if l.ReadIdle > 0 {
			s.SetReadDeadline(time.Now().Add(l.ReadIdle))
		}
		n, err := s.Read(buf)
		if total += int64(n); l.MaxBytes > 0 && total > l.MaxBytes {
			l.Logf("request-size too long: %d -> 413", total)
			err, n = errTooMuch, 0
		}
		if n > 0 {
			if _, werr := to.Write(buf[:n]); werr != nil {
				return nil // the backend reads no more, and says when it ends
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			src.Abort()
			return err
		}
	}
}
