package server

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// slack is how much later than its limit an idle time may end. lighttpd
// compares once a second; deadlines set that much later need renewing only
// once a second, however many requests there are.
const slack = time.Second

// errTruncated says that a file became shorter while it was being sent.
var errTruncated = errors.New("file was truncated while sending")

// errWouldBlock says that nothing has arrived yet.
var errWouldBlock = errors.New("nothing to read yet")

// wire is the byte side of a connection. Every read and every write that
// makes progress renews its idle limit. On plain sockets it works on the
// descriptor itself, which tells how far a write got and allows sendfile.
type wire struct {
	net net.Conn
	raw syscall.RawConn // nil for TLS and whatever has no descriptor

	readIdle, writeIdle time.Duration
	readBy, writeBy     time.Time // deadlines in force
	armedAt             time.Time // when the last wait for the client began

	in, out *int64 // the connection's counters
	sight   *sight // the connection's

	polling bool // a read now must not wait
	fd      int  // descriptor while polling
	op      writeOp
	pollFn  func(uintptr) bool
	writeFn func(uintptr) bool

	mu      sync.Mutex // between arming a read and stopping it
	stopped bool       // no read may wait any more
}

// writeOp is the write that writeFn does.
type writeOp struct {
	buf  []byte
	more bool // more follows at once
	file int  // descriptor to send from, where buf is nil
	off  int64
	n    int // wanted, then done
	err  error
}

func (w *wire) init(nc net.Conn) {
	w.net = nc
	switch nc := nc.(type) {
	case *net.TCPConn:
		w.raw, _ = nc.SyscallConn()
	case *net.UnixConn:
		w.raw, _ = nc.SyscallConn()
	}
	if w.raw != nil {
		w.writeFn = w.writeOnce
	}
}

// armRead makes sure that a read now may wait for its whole idle limit.
func (w *wire) armRead() error {
	w.armedAt = time.Now()
	least := w.armedAt.Add(w.readIdle)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return os.ErrDeadlineExceeded
	}
	if !w.readBy.Before(least) && w.readBy.Sub(least) <= slack {
		return nil
	}
	w.readBy = least.Add(slack)
	return w.net.SetReadDeadline(w.readBy)
}

// stopReads ends a read that is waiting and lets none wait from now on.
func (w *wire) stopReads() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	w.readBy = time.Time{}
	w.net.SetReadDeadline(time.Unix(1, 0))
}

// allowReads undoes stopReads.
func (w *wire) allowReads() {
	w.mu.Lock()
	w.stopped = false
	w.mu.Unlock()
}

// Read reads what has arrived, waiting no longer than the idle limit.
func (w *wire) Read(p []byte) (int, error) {
	if w.polling {
		return w.readNow(p)
	}
	if err := w.armRead(); err != nil {
		return 0, err
	}
	n, err := w.net.Read(p)
	w.received(n)
	return n, err
}

// received and sent count bytes.
func (w *wire) received(n int) {
	*w.in += int64(n)
	if w.sight != nil {
		w.sight.received(int64(n))
	}
}

func (w *wire) sent(n int) {
	*w.out += int64(n)
	if w.sight != nil {
		w.sight.sent(int64(n))
	}
}

// readNow reads from the descriptor without waiting.
func (w *wire) readNow(p []byte) (int, error) {
	for {
		n, err := syscall.Read(w.fd, p)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return 0, errWouldBlock
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		}
		w.received(n)
		return n, nil
	}
}

// armWrite is armRead for writing.
func (w *wire) armWrite() error {
	least := time.Now().Add(w.writeIdle)
	if !w.writeBy.Before(least) && w.writeBy.Sub(least) <= slack {
		return nil
	}
	w.writeBy = least.Add(slack)
	return w.net.SetWriteDeadline(w.writeBy)
}

// write sends some of p, at least one byte, and waits no longer than the idle
// limit. With more set the kernel may hold it back for what follows.
func (w *wire) write(p []byte, more bool) (int, error) {
	if err := w.armWrite(); err != nil {
		return 0, err
	}
	if w.raw == nil {
		n, err := w.net.Write(p[:min(len(p), 16<<10)])
		w.sent(n)
		return n, err
	}
	w.op = writeOp{buf: p, more: more}
	return w.do()
}

// sendFile sends some of n bytes of the descriptor from off.
func (w *wire) sendFile(file int, off int64, n int) (int, error) {
	if err := w.armWrite(); err != nil {
		return 0, err
	}
	w.op = writeOp{file: file, off: off, n: n}
	return w.do()
}

func (w *wire) do() (int, error) {
	err := w.raw.Write(w.writeFn)
	op := w.op
	w.op = writeOp{}
	if err == nil {
		err = op.err
	}
	if err != nil {
		return 0, err
	}
	w.sent(op.n)
	return op.n, nil
}

// writeOnce is one system call; false waits until the socket takes more.
func (w *wire) writeOnce(fd uintptr) bool {
	for {
		n, err := w.op.call(int(fd))
		switch err {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return false
		}
		w.op.n, w.op.err = n, err
		return true
	}
}

func (o *writeOp) call(fd int) (int, error) {
	switch {
	case o.buf == nil:
		off := o.off
		n, err := unix.Sendfile(fd, o.file, &off, o.n)
		if n == 0 && err == nil {
			err = errTruncated
		}
		return n, err
	case o.more:
		return unix.SendmsgN(fd, o.buf, nil, nil, unix.MSG_MORE)
	}
	return syscall.Write(fd, o.buf)
}
