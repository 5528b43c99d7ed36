package tunnel

import "github.com/lighttpd-go/lighttpd-go/modules/wstunnel/internal/frame"

// check looks at the limits of all tunnels, once a second.
func (l *relay) check(now int64) {
	l.visit(func(t *relayed) { l.checkOne(t, now) })
}

// brokenLimit is how long a backend that takes nothing any more may be silent.
const brokenLimit = 1

func (l *relay) checkOne(t *relayed, now int64) {
	t.tell()
	m := &t.marks
	if l.control(&t.client, 0, nil) != nil { // the engine has cut the connection
		t.client.drop()
		l.end(t, ClientLost)
		return
	}
	if t.closing {
		if over(t.writeLimit(), now, m.write.Load()) {
			t.client.drop()
		}
		return
	}
	writing, sending, gone := len(t.client.out) > 0, len(t.backend.out) > 0, m.gone.Load()
	switch {
	case over(t.WriteIdle, now, m.write.Load()):
		t.debugf(3, "timeout client")
		l.end(t, WriteIdle)
	case gone == 0 && !sending && over(t.ReadIdle, now, m.read.Load()):
		t.debugf(3, "timeout client")
		l.end(t, ClientIdle)
	case gone != 0 && over(goneLimit, now, max(gone, m.backendRead.Load())):
		l.end(t, ClientGone)
	case t.broken != 0 && over(brokenLimit, now, t.broken):
		l.end(t, BackendLost)
	case !writing && over(t.BackendRead, now, m.backendRead.Load()):
		l.timedOut(t, "read")
	case sending && over(t.BackendWrite, now, m.backendWrite.Load()):
		l.timedOut(t, "write")
	case over(t.Ping, now, m.ping.Load()):
		m.ping.Store(now)
		if len(t.client.out) <= maxControls && l.send(t, &t.client, frame.AppendPing(nil)) != nil {
			l.end(t, ClientLost)
		}
	}
}

func (l *relay) timedOut(t *relayed, direction string) {
	t.Logf("%s timeout on socket: %s (fd: %d)", direction, t.Address, t.backend.fd)
	l.end(t, BackendTimeout)
}
