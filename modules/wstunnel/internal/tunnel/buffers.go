package tunnel

import "sync"

// The sizes of buffers. A waiting goroutine holds a small one; traffic that
// fills it gets a large one.
const (
	smallSize = 2 << 10
	largeSize = 64 << 10
)

// buffer is a byte slice that lives in a pool.
type buffer struct{ b []byte }

// pool keeps buffers of one size.
type pool struct {
	size int
	pool sync.Pool
}

func (p *pool) get() *buffer {
	if b, ok := p.pool.Get().(*buffer); ok {
		return b
	}
	return &buffer{make([]byte, p.size)}
}

func (p *pool) put(b *buffer) { p.pool.Put(b) }

var (
	small = &pool{size: smallSize}
	large = &pool{size: largeSize}
)

// inbox is the buffer of one reading goroutine. It grows with the first read
// that fills it and shrinks with the first that would have fitted easily.
type inbox struct {
	room int // bytes in front that reads leave free
	held *buffer
	next *pool // of the next buffer, nil to keep this one
}

func newInbox(room int) *inbox { return &inbox{room: room, held: small.get()} }

// buffer is where to read to. What was read before is not needed any more.
func (in *inbox) buffer() []byte {
	if in.next != nil {
		in.release()
		in.held, in.next = in.next.get(), nil
	}
	return in.held.b
}

// used takes note that a read got n bytes.
func (in *inbox) used(n int) {
	switch {
	case len(in.held.b) == smallSize && n == smallSize-in.room:
		in.next = large
	case len(in.held.b) == largeSize && n <= smallSize/2:
		in.next = small
	}
}

// release gives the buffer back.
func (in *inbox) release() {
	if len(in.held.b) == largeSize {
		large.put(in.held)
		return
	}
	small.put(in.held)
}
