package tunnel

import (
	"errors"
	"net"
	"os"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/modules/wstunnel/internal/frame"
)

// relay waits for the sockets of many tunnels with one epoll descriptor and
// one goroutine. Everything about its tunnels happens with mu held: in the
// loop, and in the calls of the Set once a second. Nothing waits with mu held.
type relay struct {
	set   *Set
	epoll int
	file  *os.File // epoll, as the runtime watches it

	mu      sync.Mutex
	tunnels []*relayed // by slot; nil is a free one
	free    []int32    // slots
	freed   []int32    // slots that events at hand may still name
	closed  bool

	in      []byte // one read at a time is worked on
	call    clientCall
	wave    wave
	replies []byte
	events  []unix.EpollEvent
}

// side is one socket of a tunnel. The backend's descriptor is the relay's own.
// The client's belongs to the engine, which may close it at any time, so it is
// only used through raw, which knows.
type side struct {
	fd   int
	raw  syscall.RawConn
	id   int32 // names it in events
	want uint32
	out  []byte  // waits until the socket takes it
	held *buffer // the memory of out, if it came from the pool
}

// relayed is a tunnel in a relay.
type relayed struct {
	*Tunnel
	client, backend side
	slot            int32
	closing         bool  // only what is left for the client is written
	broken          int64 // when writing to the backend failed
	done            func(Cause)
}

// maxRelays bounds the relays of a Set. One goroutine serves thousands of
// tunnels, and the fewer there are, the less it costs.
const maxRelays = 4

// attach gives a tunnel to a relay, which calls done when it has ended. It is
// false if the two sides are not plain sockets.
func (s *Set) attach(t *Tunnel, done func(Cause)) bool {
	if t.socket == nil {
		return false
	}
	client, err := rawConn(t.socket)
	if err != nil {
		return false
	}
	l := s.relay()
	if l == nil {
		return false
	}
	fd, err := takeOver(t.backend)
	if err != nil {
		return false
	}
	return l.add(&relayed{Tunnel: t, client: side{fd: -1, raw: client}, backend: side{fd: fd}, done: done})
}

func rawConn(c net.Conn) (syscall.RawConn, error) {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	return sc.SyscallConn()
}

// takeOver closes a connection and keeps a descriptor for it that the runtime
// does not watch: events would be told twice otherwise.
func takeOver(c net.Conn) (int, error) {
	raw, err := rawConn(c)
	if err != nil {
		return -1, err
	}
	fd := -1
	control := raw.Control(func(old uintptr) { fd, err = unix.FcntlInt(old, unix.F_DUPFD_CLOEXEC, 0) })
	if err = errors.Join(control, err); err != nil {
		return -1, err
	}
	return fd, c.Close()
}

// relay is the relay for the next tunnel; nil if there can be none.
func (s *Set) relay() *relay {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(max(runtime.GOMAXPROCS(0)/2, 1), maxRelays)
	if len(s.relays) < n {
		l, err := newRelay(s)
		if err != nil {
			return nil
		}
		s.relays = append(s.relays, l)
		return l
	}
	s.next = (s.next + 1) % n
	return s.relays[s.next]
}

func newRelay(s *Set) (*relay, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	// The runtime only watches files that do not block.
	if err := unix.SetNonblock(epoll, true); err != nil {
		unix.Close(epoll)
		return nil, err
	}
	l := &relay{
		set: s, epoll: epoll, file: os.NewFile(uintptr(epoll), "epoll"),
		in: make([]byte, largeSize), replies: make([]byte, 0, 4<<10),
		events: make([]unix.EpollEvent, 128),
	}
	l.call.init()
	raw, err := l.file.SyscallConn()
	if err != nil {
		l.file.Close()
		return nil, err
	}
	go raw.Read(l.loop)
	return l, nil
}

// loop works on events until there are none; the runtime calls it again when
// there are. The epoll descriptor is watched by the runtime's own, which hears
// of the clients anyhow: a thread that waits by itself would be a second one
// to wake up.
func (l *relay) loop(uintptr) (closed bool) {
	for {
		n, err := unix.EpollWait(l.epoll, l.events, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return err != nil
		}
		l.mu.Lock()
		for i := range n {
			l.handle(&l.events[i])
		}
		l.free, l.freed = append(l.free, l.freed...), l.freed[:0]
		l.mu.Unlock()
	}
}

// add takes a tunnel in.
func (l *relay) add(t *relayed) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.free); n > 0 {
		t.slot, l.free = l.free[n-1], l.free[:n-1]
		l.tunnels[t.slot] = t
	} else {
		t.slot = int32(len(l.tunnels))
		l.tunnels = append(l.tunnels, t)
	}
	l.wave.tunnels++
	t.client.id, t.backend.id = t.slot*2, t.slot*2+1
	l.take(t, t.early)
	t.early = nil
	if l.closed {
		l.end(t, Stopped)
	}
	l.settle(t)
	return true
}

// handle works on one event.
func (l *relay) handle(e *unix.EpollEvent) {
	t := l.tunnels[e.Fd/2]
	if t == nil {
		return
	}
	s := &t.client
	if e.Fd%2 == 1 {
		s = &t.backend
	}
	if e.Events&unix.EPOLLOUT != 0 || s.want&unix.EPOLLIN == 0 {
		l.flush(t, s)
	}
	if e.Events&^unix.EPOLLOUT != 0 && s.want&unix.EPOLLIN != 0 && t.ended() == None {
		if s == &t.client {
			l.readClient(t)
		} else {
			l.readBackend(t)
		}
	}
	l.settle(t)
}

// readClient moves bytes of the client to the backend.
func (l *relay) readClient(t *relayed) {
	n, err := l.read(&t.client, l.in)
	switch {
	case n > 0:
		t.marks.read.Store(l.set.now())
		l.take(t, l.in[:n])
	case err == nil:
		t.marks.gone.Store(l.set.now())
		l.shutBackend(t)
	case !again(err):
		l.end(t, ClientLost)
	}
}

// take works on bytes of the client.
func (l *relay) take(t *relayed, p []byte) {
	if !t.account(len(p)) {
		l.end(t, TooLarge)
		return
	}
	payload, replies, verdict := t.decoder.Decode(p, l.replies[:0])
	if cap(replies) <= maxControls {
		l.replies = replies
	}
	l.sendPayload(t, payload)
	if len(replies) > 0 && l.send(t, &t.client, replies) != nil {
		l.end(t, ClientLost)
		return
	}
	switch {
	case verdict.Violation():
		t.debugf(1, "%s", verdict)
		l.closeWith(t, ProtocolError)
	case verdict == frame.Closed:
		l.closeWith(t, ClientClosed)
	}
}

func (l *relay) sendPayload(t *relayed, p []byte) {
	if len(p) == 0 || t.marks.backendShut.Load() {
		return
	}
	t.debugf(4, "send to backend, size=%d", len(p))
	t.marks.backendWrite.Store(l.set.now())
	if err := l.send(t, &t.backend, p); err != nil {
		l.backendBroken(t, err)
	}
}

// backendBroken notes that the backend takes nothing any more. Its last data
// and its end are still read.
func (l *relay) backendBroken(t *relayed, err error) {
	t.debugf(1, "write to backend failed: %s", strerror(err))
	t.marks.backendShut.Store(true)
	t.broken = l.set.now()
	t.backend.drop()
}

// readBackend moves bytes of the backend to the client, in one frame.
func (l *relay) readBackend(t *relayed) {
	n, err := l.read(&t.backend, l.in[frame.Room:])
	switch {
	case n > 0:
		t.marks.backendRead.Store(l.set.now())
		t.debugf(4, "send to client, frame type=%s, payload size=%d", typeNames[t.Type], n)
		if l.send(t, &t.client, frame.Wrap(l.in[:frame.Room+n], t.Type)) != nil {
			l.end(t, ClientLost)
		}
	case err == nil:
		l.end(t, BackendClosed)
	case !again(err):
		t.Logf("read() from backend failed: %s; socket: %s", strerror(err), t.Address)
		l.end(t, BackendLost)
	}
}

// send writes p to a side, or keeps what the socket does not take.
func (l *relay) send(t *relayed, s *side, p []byte) error {
	if len(s.out) == 0 {
		n, err := l.write(s, p)
		if err != nil && !again(err) {
			return err
		}
		if n > 0 {
			l.wrote(t, s, n)
			p = p[n:]
		}
	}
	s.keep(p)
	return nil
}

// wrote takes note of n bytes written to a side.
func (l *relay) wrote(t *relayed, s *side, n int) {
	now := l.set.now()
	if s == &t.client {
		t.sent.Add(int64(n))
		t.marks.write.Store(now)
		return
	}
	t.marks.backendWrite.Store(now)
}

// flush writes what waits for a side.
func (l *relay) flush(t *relayed, s *side) {
	if len(s.out) == 0 {
		return
	}
	n, err := l.write(s, s.out)
	switch {
	case n > 0:
		l.wrote(t, s, n)
		s.out = s.out[n:]
	case again(err):
		return
	case s == &t.client:
		s.drop()
		l.end(t, ClientLost)
		return
	default:
		l.backendBroken(t, err)
		return
	}
	if len(s.out) > 0 {
		return
	}
	s.drop()
	now := l.set.now()
	if s == &t.client {
		t.marks.backendRead.Store(now) // it was not read meanwhile
		return
	}
	t.marks.read.Store(now)
	if t.stop.Load() || t.marks.gone.Load() != 0 {
		l.shutBackend(t)
	}
}

// keep adds p to what waits.
func (s *side) keep(p []byte) {
	if len(p) == 0 {
		return
	}
	if s.held == nil && len(s.out) == 0 {
		s.held = large.get()
		s.out = s.held.b[:0]
	}
	s.out = append(s.out, p...)
}

// drop forgets what waits.
func (s *side) drop() {
	if s.held != nil {
		large.put(s.held)
	}
	s.out, s.held = nil, nil
}

// again reports that a socket has nothing to do for now.
func again(err error) bool { return err == unix.EAGAIN || err == unix.EINTR }

// shutBackend tells the backend that no more will come, once it has taken
// what there is.
func (l *relay) shutBackend(t *relayed) {
	if len(t.backend.out) > 0 || t.marks.backendShut.Swap(true) {
		return
	}
	if err := unix.Shutdown(t.backend.fd, unix.SHUT_WR); err != nil && !errors.Is(err, unix.ENOTCONN) {
		t.broken = l.set.now()
	}
}

// closeWith ends a tunnel whose CLOSE is on its way already.
func (l *relay) closeWith(t *relayed, c Cause) {
	if t.cause.CompareAndSwap(int32(None), int32(c)) {
		t.closing = true
	}
}

// end ends a tunnel.
func (l *relay) end(t *relayed, c Cause) {
	if !t.cause.CompareAndSwap(int32(None), int32(c)) {
		return
	}
	t.closing = true
	if code := c.Code(); code == 0 || l.send(t, &t.client, frame.AppendClose(nil, code)) != nil {
		t.client.drop()
	}
}

// settle makes the descriptors wait for what the tunnel can go on with, or
// lets go of a tunnel that is over.
func (l *relay) settle(t *relayed) {
	if t.closing && len(t.client.out) == 0 {
		l.remove(t)
		return
	}
	var client, backend uint32
	if len(t.client.out) > 0 {
		client = unix.EPOLLOUT
	} else if !t.closing {
		backend = unix.EPOLLIN
	}
	if len(t.backend.out) > 0 && !t.closing {
		backend |= unix.EPOLLOUT
	}
	if !t.closing && len(t.backend.out) == 0 && t.marks.gone.Load() == 0 && len(t.client.out) <= largeSize+maxControls {
		client |= unix.EPOLLIN
	}
	l.watch(&t.client, client)
	l.watch(&t.backend, backend)
}

// watch sets what a descriptor waits for. Without anything it is taken out:
// an error on it would be told again and again.
func (l *relay) watch(s *side, want uint32) {
	if want == s.want {
		return
	}
	op := unix.EPOLL_CTL_MOD
	switch {
	case want == 0:
		op = unix.EPOLL_CTL_DEL
	case s.want == 0:
		op = unix.EPOLL_CTL_ADD
	}
	// It fails for lack of memory only; then the limits end the tunnel.
	if l.control(s, op, &unix.EpollEvent{Events: want, Fd: s.id}) == nil {
		s.want = want
	}
}

// remove lets go of a tunnel that is over.
func (l *relay) remove(t *relayed) {
	l.watch(&t.client, 0)
	l.watch(&t.backend, 0)
	l.tunnels[t.slot] = nil
	l.freed = append(l.freed, t.slot)
	l.hangUp(t)
	t.client.drop()
	t.backend.drop()
	t.stream.Count(t.received.Load(), t.sent.Load())
	t.logEnd()
	t.done(t.ended())
}

// hangUp closes the backend, as Tunnel.hangUp does. Only one that has not
// taken everything needs the runtime's help.
func (l *relay) hangUp(t *relayed) {
	fd, rest := t.backend.fd, t.backend.out
	lost := t.ended() == BackendClosed || t.ended() == BackendLost || t.ended() == BackendTimeout
	if lost || len(rest) == 0 && (unix.Shutdown(fd, unix.SHUT_WR) != nil || drainedFD(fd, l.in)) {
		unix.Close(fd)
		return
	}
	f := os.NewFile(uintptr(fd), t.Address)
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return // without descriptors to spare there is no farewell
	}
	t.Tunnel.backend = c.(halfCloser)
	t.Tunnel.hangUp(append([]byte(nil), rest...))
}

// visit calls f for every tunnel.
func (l *relay) visit(f func(*relayed)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.tunnels {
		if t != nil {
			f(t)
			if l.tunnels[t.slot] == t {
				l.settle(t)
			}
		}
	}
}

// stop begins the graceful stop of all tunnels.
func (l *relay) stop() {
	l.visit(func(t *relayed) {
		t.stop.Store(true)
		l.shutBackend(t)
	})
}

// close ends all tunnels and the loop.
func (l *relay) close() {
	l.visit(func(t *relayed) {
		t.client.drop()
		l.end(t, Stopped)
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		l.file.Close()
	}
}

// len is the number of tunnels.
func (l *relay) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.tunnels) - len(l.free) - len(l.freed)
}
