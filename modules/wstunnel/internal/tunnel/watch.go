package tunnel

import "sync/atomic"

// marks are the moments that limits are measured from, in the seconds of the
// Set's clock, and what the two goroutines are waiting for.
type marks struct {
	read         atomic.Int64 // bytes from the client
	write        atomic.Int64 // bytes to the client
	backendRead  atomic.Int64
	backendWrite atomic.Int64
	ping         atomic.Int64
	gone         atomic.Int64 // FIN of the client, 0 before

	writing     atomic.Bool // a write to the client is under way
	sending     atomic.Bool // a write to the backend is under way
	backendShut atomic.Bool // nothing more is written to the backend
}

func (m *marks) begin(now int64) {
	for _, a := range []*atomic.Int64{&m.read, &m.write, &m.backendRead, &m.backendWrite, &m.ping} {
		a.Store(now)
	}
}

// send notes the beginning of a write to the backend, sent its end. Meanwhile
// the client is not read, so its silence does not count.
func (m *marks) send(now int64) {
	m.backendWrite.Store(now)
	m.sending.Store(true)
}

func (m *marks) sent(now int64) {
	m.sending.Store(false)
	m.backendWrite.Store(now)
	m.read.Store(now)
}

// goneLimit is how long a backend may be silent after the client has sent FIN
// without CLOSE.
const goneLimit = 5

// check looks at the limits, once a second. It does not wait for anybody.
func (t *Tunnel) check(now int64) {
	t.tell()
	t.probe(now)
	if t.ended() != None {
		return
	}
	m := &t.marks
	gone := m.gone.Load()
	switch {
	case !m.writing.Load() && over(t.WriteIdle, now, m.write.Load()):
		t.debugf(3, "timeout client")
		t.end(WriteIdle)
	case gone == 0 && !m.sending.Load() && over(t.ReadIdle, now, m.read.Load()):
		t.debugf(3, "timeout client")
		t.end(ClientIdle)
	case gone != 0 && over(goneLimit, now, max(gone, m.backendRead.Load())):
		t.end(ClientGone)
	case !m.writing.Load() && over(t.BackendRead, now, m.backendRead.Load()):
		t.backendTimedOut("read")
	}
	if over(t.Ping, now, m.ping.Load()) {
		m.ping.Store(now)
		t.out.ping()
	}
}

// probe interrupts writes that take long, so that their goroutines see
// whether some of them went out; they go on unless a limit is exceeded. A
// write to a TLS client cannot go on, so that one waits for its limit first.
func (t *Tunnel) probe(now int64) {
	m := &t.marks
	waited := now - m.write.Load()
	if limit := t.writeLimit(); m.writing.Load() && limit > 0 && (t.socket != nil && waited > 0 || waited > limit) {
		t.client.SetWriteDeadline(past)
	}
	if m.sending.Load() && t.BackendWrite > 0 && now > m.backendWrite.Load() {
		t.backend.SetWriteDeadline(past)
	}
}

// over reports whether more than limit seconds have passed; 0 is no limit.
func over(limit, now, since int64) bool { return limit > 0 && now-since > limit }
