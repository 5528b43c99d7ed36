package tunnel

import (
	"errors"
	"net"
	"os"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
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
	replies []byte
	events  []unix.EpollEvent
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
