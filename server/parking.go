package server

import (
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// parkAfter is how long a connection waits for its next request with a
// goroutine of its own. After that it is parked: nothing of it stays in memory
// but the Conn, and one goroutine watches all of them.
const parkAfter = time.Second

// parking holds connections that have been idle for a while.
type parking struct {
	mu       sync.Mutex
	watching bool // epoll is open and a goroutine waits on it
	epoll    int
	serial   int32
	conns    map[int32]*Conn // by serial, which a descriptor's reuse cannot confuse
	grown    int             // parked since memory was last given back
	quiet    bool            // nobody was parked since the last scan
}

// releaseAfter is how many connections have to be parked before the memory
// they have left is given back to the system.
const releaseAfter = 64

// park takes over the wait of c, which may last until deadline. It reports
// false if it cannot.
func (p *parking) park(c *Conn, deadline time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.watching {
		fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
		if err != nil {
			return false
		}
		p.epoll, p.conns, p.watching = fd, map[int32]*Conn{}, true
		go p.watch(fd)
	}
	p.serial++
	c.parkedAs, c.parkedUntil = p.serial, deadline
	ev := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLRDHUP | unix.EPOLLONESHOT, Fd: p.serial}
	if !p.control(c, unix.EPOLL_CTL_ADD, &ev) {
		return false
	}
	p.conns[p.serial] = c
	p.grown++
	p.quiet = false
	return true
}

// control changes the watch on c, unless c has been closed.
func (p *parking) control(c *Conn, op int, ev *unix.EpollEvent) bool {
	var err error
	cerr := c.wire.raw.Control(func(fd uintptr) { err = unix.EpollCtl(p.epoll, op, int(fd), ev) })
	return cerr == nil && err == nil
}

// take removes c; false says that it is not parked, or that somebody else has
// taken it.
func (p *parking) take(c *Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.drop(c)
}

func (p *parking) drop(c *Conn) bool {
	if c == nil || p.conns[c.parkedAs] != c {
		return false
	}
	delete(p.conns, c.parkedAs)
	p.control(c, unix.EPOLL_CTL_DEL, nil)
	return true
}

// watch resumes connections on which something arrives and ends those whose
// time is over. It ends when none is left.
func (p *parking) watch(epoll int) {
	events := make([]unix.EpollEvent, 128)
	scanned := time.Now()
	for {
		n, _ := unix.EpollWait(epoll, events, int(slack/time.Millisecond)) // an error is a round without events
		now := time.Now()
		scan := now.Sub(scanned) >= slack/2
		if scan {
			scanned = now
		}
		if p.round(events[:max(n, 0)], now, scan) {
			return
		}
	}
}

// round deals with one round of events, and with deadlines if scan is set. It
// reports true when nothing is parked any more.
func (p *parking) round(events []unix.EpollEvent, now time.Time, scan bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range events {
		if c := p.conns[events[i].Fd]; p.drop(c) {
			go c.unpark()
		}
	}
	if scan {
		p.scan(now)
	}
	if len(p.conns) > 0 {
		return false
	}
	unix.Close(p.epoll)
	p.watching = false
	return true
}

// scan ends connections whose time is over. When a wave of connections has
// become idle, the stacks and buffers they used go back to the system, which
// the runtime would do minutes later.
func (p *parking) scan(now time.Time) {
	for _, c := range p.conns {
		if now.After(c.parkedUntil) && p.drop(c) {
			go c.expire()
		}
	}
	if p.quiet && p.grown >= releaseAfter {
		p.grown = 0
		go debug.FreeOSMemory()
	}
	p.quiet = true
}

// unpark goes on with a connection on which something has arrived.
func (c *Conn) unpark() {
	c.req = c.server.newRequest(c)
	c.run()
}

// expire closes a parked connection whose idle limit has passed.
func (c *Conn) expire() {
	c.logIdle()
	c.end(drop)
}
