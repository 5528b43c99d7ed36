package server

import "sync"

// buffer is a byte slice that lives in a pool.
type buffer struct{ b []byte }

// bufferPool keeps buffers of one size.
type bufferPool struct {
	size int
	pool sync.Pool
}

func (p *bufferPool) get() *buffer {
	if b, ok := p.pool.Get().(*buffer); ok {
		return b
	}
	return &buffer{make([]byte, p.size)}
}

// put takes a buffer back. One that was replaced by a larger one is dropped,
// so that a single large response does not stay in memory.
func (p *bufferPool) put(b *buffer) {
	if cap(b.b) != p.size {
		return
	}
	b.b = b.b[:p.size]
	p.pool.Put(b)
}

// The pools the engine uses.
var (
	outBuffers    = &bufferPool{size: smallBody + 4<<10} // a head and a small body
	copyBuffers   = &bufferPool{size: 64 << 10}          // between a reader and the client
	lingerBuffers = &bufferPool{size: 4 << 10}           // for what nobody wants
)
