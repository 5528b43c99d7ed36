package tunnel

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// amount is what goes each way.
func amount() int {
	if raceDetector {
		return 4 << 20
	}
	return 100 << 20
}

// noise is an endless stream of bytes that can be had again from its seed.
func noise(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

// chunk is a random size, mostly small, sometimes large.
func chunk(r *rand.Rand) int {
	if r.IntN(4) > 0 {
		return r.IntN(300)
	}
	return r.IntN(150_000)
}

// sendFrames sends n bytes of noise in frames of random sizes, with fragments,
// pings and pongs between them, in writes that know nothing of frames.
func sendFrames(w io.Writer, n int, seed byte) error {
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	bw := bufio.NewWriterSize(w, 1+r.IntN(100_000))
	src, open := noise(seed), false
	for n > 0 {
		size := min(chunk(r), n)
		n -= size
		p := make([]byte, size)
		io.ReadFull(src, p)
		f := ws.NewFrame(ws.OpBinary, r.IntN(3) > 0, p)
		if open {
			f.Header.OpCode = ws.OpContinuation
		}
		open = !f.Header.Fin
		if _, err := bw.Write(ws.MustCompileFrame(ws.MaskFrame(f))); err != nil {
			return err
		}
		if r.IntN(50) == 0 {
			bw.Write(masked(ws.OpPong, p[:min(len(p), 125)]))
			bw.Write(masked(ws.OpPing, p[:min(len(p), 125)]))
		}
	}
	return bw.Flush()
}

// sendRaw sends n bytes of noise in writes of random sizes.
func sendRaw(w io.Writer, n int, seed byte) error {
	r := rand.New(rand.NewPCG(uint64(seed), 2))
	src := noise(seed)
	for n > 0 {
		p := make([]byte, min(chunk(r), n))
		n -= len(p)
		io.ReadFull(src, p)
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// checkRaw reads n bytes of noise.
func checkRaw(r io.Reader, n int, seed byte) error {
	src := noise(seed)
	got, want := make([]byte, 64<<10), make([]byte, 64<<10)
	for done := 0; done < n; {
		k, err := r.Read(got[:min(len(got), n-done)])
		io.ReadFull(src, want[:k])
		if !bytes.Equal(got[:k], want[:k]) {
			return fmt.Errorf("wrong bytes near %d", done)
		}
		if done += k; err != nil && done < n {
			return fmt.Errorf("%w behind %d bytes", err, done)
		}
	}
	return nil
}

// payload reads the payload of a server's data frames; other frames are
// skipped, and every frame must be final, unmasked and not empty.
type payload struct {
	*bufio.Reader
	left uint64
}

func (p *payload) Read(b []byte) (int, error) {
	for p.left == 0 {
		op, size, err := p.head()
		if err != nil {
			return 0, err
		}
		if op == ws.OpClose {
			return 0, io.EOF
		}
		if op != ws.OpBinary {
			p.Discard(int(size))
			continue
		}
		if size == 0 {
			return 0, fmt.Errorf("empty frame")
		}
		p.left = size
	}
	n, err := p.Reader.Read(b[:min(uint64(len(b)), p.left)])
	p.left -= uint64(n)
	return n, err
}

func (p *payload) head() (ws.OpCode, uint64, error) {
	var h [10]byte
	if _, err := io.ReadFull(p.Reader, h[:2]); err != nil {
		return 0, 0, err
	}
	size, more := uint64(h[1]), 0
	switch h[1] {
	case 126:
		more = 2
	case 127:
		more = 8
	}
	if _, err := io.ReadFull(p.Reader, h[10-more:]); err != nil {
		return 0, 0, err
	}
	if more > 0 {
		copy(h[2:10-more], make([]byte, 8))
		size = binary.BigEndian.Uint64(h[2:])
	}
	if h[0]&0xf0 != 0x80 || h[1]&0x80 != 0 {
		return 0, 0, fmt.Errorf("frame head %x", h[:2])
	}
	return ws.OpCode(h[0] & 15), size, nil
}

// both sends n bytes each way at the same time and checks them.
func (r *rig) both(n int, seed byte, pause func()) {
	r.t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	r.client.SetDeadline(deadline)
	r.backend.SetDeadline(deadline)
	jobs := []func() error{
		func() error { return sendFrames(r.client, n, seed) },
		func() error { return sendRaw(r.backend, n, seed+1) },
		func() error { pause(); return checkRaw(r.backend, n, seed) },
		func() error { return checkRaw(&payload{Reader: bufio.NewReader(r.client)}, n, seed+1) },
	}
	var wg sync.WaitGroup
	for i, job := range jobs {
		wg.Go(func() {
			if err := job(); err != nil {
				r.t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
}

func TestBulk(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		r.both(amount(), 10, func() {})
		send(t, r.client, masked(ws.OpClose, nil))
		r.expectCause(ClientClosed)
	})
}

// TestManyTunnels crosses no bytes between tunnels.
func TestManyTunnels(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		var wg sync.WaitGroup
		for i := range 40 {
			x := &rig{t: t, run: r.run, network: "tcp"}
			x.open()
			wg.Go(func() { x.both(100_000, byte(i), func() {}) })
		}
		wg.Wait()
	})
}

// TestSlowBackend floods a backend that does not read: the client is slowed
// down, nothing is lost, and no memory is used.
func TestSlowBackend(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		r.open()
		var before, during runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		sent := 0
		f := masked(ws.OpBinary, make([]byte, 60_000))
		for {
			r.client.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
			n, err := r.client.Write(f)
			if sent += n; err != nil {
				break
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&during)
		if grown := int64(during.HeapAlloc) - int64(before.HeapAlloc); grown > 1<<20 {
			t.Errorf("%d bytes more in memory while a backend stalls", grown)
		}
		whole := sent / len(f) * 60_000
		r.backend.SetReadDeadline(time.Now().Add(20 * time.Second))
		if _, err := io.CopyN(io.Discard, r.backend, int64(whole)); err != nil {
			t.Error(err)
		}
	})
}

// TestLostBackends kills the backends of a hundred tunnels at once.
func TestLostBackends(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		var rigs []*rig
		for range 100 {
			x := &rig{t: t, run: r.run, network: "tcp"}
			rigs = append(rigs, x.open())
		}
		for _, x := range rigs {
			reset(x.backend)
		}
		for _, x := range rigs {
			x.client.SetReadDeadline(time.Now().Add(time.Second))
			got, err := io.ReadAll(x.client)
			if !bytes.Equal(got, closing(1011)) || err != nil {
				t.Fatalf("%x, %v", got, err)
			}
		}
	})
}

// TestHostileClients sends noise and goes away.
func TestHostileClients(t *testing.T) {
	eachPump(t, func(t *testing.T, r *rig) {
		rnd := rand.New(rand.NewPCG(3, 4))
		count := 100
		if raceDetector {
			count = 50
		}
		for i := range count {
			x := &rig{t: t, run: r.run, network: "tcp"}
			x.open()
			p := make([]byte, rnd.IntN(200))
			io.ReadFull(noise(byte(i)), p)
			if len(p) > 2 && i%2 == 0 {
				p[0], p[1] = 0x82, p[1]|0x80
			}
			x.client.Write(p)
			if rnd.IntN(2) == 0 {
				reset(x.client)
			} else {
				x.client.Close()
			}
			x.backend.Close()
			x.cause()
		}
		eventually(t, "sockets are closed", func() bool { return r.set.Len() == 0 })
	})
}
