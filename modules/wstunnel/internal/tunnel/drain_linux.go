package tunnel

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// drained throws away what a backend has said, as far as it is here, and
// reports whether the backend has taken everything it was sent: then it can be
// closed at once.
func drained(b halfCloser) bool {
	sc, ok := b.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	buf := small.get()
	defer small.put(buf)
	all := false
	err = raw.Control(func(fd uintptr) { all = drainedFD(int(fd), buf.b) })
	return err == nil && all
}

// drainedFD is drained for a descriptor. A backend that never stops talking
// does not hold anybody up.
func drainedFD(fd int, buf []byte) bool {
	for range 64 {
		if n, _ := unix.Read(fd, buf); n < len(buf) {
			break
		}
	}
	waiting, err := unix.IoctlGetInt(fd, unix.TIOCOUTQ)
	return err == nil && waiting == 0
}
