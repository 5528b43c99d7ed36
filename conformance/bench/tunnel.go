package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

func tunnelCases() []benchCase {
	echo := func(size, tunnels, n int) func(float64) work {
		return func(scale float64) work { return echoWork(size, tunnels, int(float64(n)*scale)) }
	}
	const us, ms = "CPU µs a message", "CPU µs a MB"
	return []benchCase{
		{name: "echo 32 B, 1 tunnel", unit: us, tunnel: true, back: echoBackend, work: echo(32, 1, 40_000)},
		{name: "echo 32 B, 16 tunnels", unit: us, tunnel: true, back: echoBackend, work: echo(32, 16, 100_000)},
		{name: "echo 32 B, 200 tunnels", unit: us, tunnel: true, back: echoBackend, work: echo(32, 200, 100_000)},
		{name: "echo 4 kB, 16 tunnels", unit: us, tunnel: true, back: echoBackend, work: echo(4096, 16, 60_000)},
		{name: "down, 64 kB writes", unit: ms, tunnel: true, back: sourceBackend, work: func(scale float64) work { return downWork(int64(1500 * scale)) }},
		{name: "up, 64 kB frames", unit: ms, tunnel: true, back: sinkBackend, work: func(scale float64) work { return upWork(64<<10, int64(1500*scale)) }},
		{name: "up, 32-byte frames", unit: ms, tunnel: true, back: sinkBackend, work: func(scale float64) work { return upWork(32, int64(400*scale)) }},
		{name: "connect and close", unit: "CPU µs a tunnel", tunnel: true, back: echoBackend, work: func(scale float64) work { return connectWork(int(6000 * scale)) }},
		{name: "idle tunnel", unit: "bytes of memory", tunnel: true, memory: true, back: echoBackend, work: func(float64) work { return idleTunnels(int(min(maxDescriptors()*2/5, 10_000))) }},
	}
}

// backend is the TCP server behind the tunnels.
type backend struct {
	port int
	l    net.Listener
}

func (b *backend) close() { b.l.Close() }

// newBackend gives each connection to serve, in a goroutine of its own.
func newBackend(serve func(net.Conn)) (*backend, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); serve(c) }()
		}
	}()
	return &backend{port: l.Addr().(*net.TCPAddr).Port, l: l}, nil
}

// echoBackend sends back what it gets.
func echoBackend() (*backend, error) {
	return newBackend(func(c net.Conn) {
		buf := make([]byte, 4096)
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			c.Write(buf[:n])
		}
	})
}

// sinkBackend reads all and answers each megabyte with one byte.
func sinkBackend() (*backend, error) {
	return newBackend(func(c net.Conn) {
		buf := make([]byte, 256<<10)
		for seen := 0; ; {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			for seen += n; seen >= 1<<20; seen -= 1 << 20 {
				c.Write(buf[:1])
			}
		}
	})
}

// sourceBackend writes 64 kB pieces without end.
func sourceBackend() (*backend, error) {
	return newBackend(func(c net.Conn) {
		piece := bytes.Repeat([]byte("x"), 64<<10)
		for {
			if _, err := c.Write(piece); err != nil {
				return
			}
		}
	})
}

// tunnel is the client's side of one.
type tunnel struct {
	net.Conn
	br *bufio.Reader
}

// openTunnel does the handshake.
func openTunnel(addr string) (*tunnel, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	io.WriteString(conn, "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: binary\r\n\r\n")
	t := &tunnel{conn, bufio.NewReaderSize(conn, 256<<10)}
	for first := ""; ; {
		line, err := t.br.ReadString('\n')
		if err != nil {
			return t, fmt.Errorf("handshake: %w", err)
		}
		if first == "" {
			first = line
		}
		if line == "\r\n" && strings.Contains(first, " 101 ") {
			return t, nil
		}
		if line == "\r\n" {
			return t, fmt.Errorf("handshake: %s", strings.TrimSpace(first))
		}
	}
}

// frame is a masked binary frame with n bytes of payload.
func frame(n int) []byte {
	f := []byte{0x82}
	switch {
	case n < 126:
		f = append(f, 0x80|byte(n))
	case n < 1<<16:
		f = binary.BigEndian.AppendUint16(append(f, 0x80|126), uint16(n))
	default:
		f = binary.BigEndian.AppendUint64(append(f, 0x80|127), uint64(n))
	}
	f = append(f, 0x11, 0x22, 0x33, 0x44)
	return append(f, make([]byte, n)...)
}

// payload skips one frame's header and returns the length of what follows.
func (t *tunnel) payload() (int, error) {
	h, err := t.br.Peek(2)
	if err != nil {
		return 0, err
	}
	n, size := int(h[1]), 2
	switch n {
	case 126:
		size = 4
	case 127:
		size = 10
	}
	if h, err = t.br.Peek(size); err != nil {
		return 0, err
	}
	switch size {
	case 4:
		n = int(binary.BigEndian.Uint16(h[2:]))
	case 10:
		n = int(binary.BigEndian.Uint64(h[2:]))
	}
	_, err = t.br.Discard(size)
	return n, err
}

// receive reads n bytes of payload.
func (t *tunnel) receive(n int64) error {
	for n > 0 {
		got, err := t.payload()
		if err != nil {
			return err
		}
		if _, err := t.br.Discard(got); err != nil {
			return err
		}
		n -= int64(got)
	}
	return nil
}

// echoWork sends messages one at a time on each tunnel.
func echoWork(size, tunnels, n int) work {
	return func(addr string, _ int) (float64, string, error) {
		var mu sync.Mutex
		var times []time.Duration
		each := max(n/tunnels, 1)
		begin := time.Now()
		err := parallel(tunnels, func(int) error {
			t, err := openTunnel(addr)
			if err != nil {
				return err
			}
			defer t.Close()
			msg, mine := frame(size), make([]time.Duration, 0, each)
			for range each {
				sent := time.Now()
				if _, err := t.Write(msg); err != nil {
					return err
				}
				if err := t.receive(int64(size)); err != nil {
					return err
				}
				mine = append(mine, time.Since(sent))
			}
			mu.Lock()
			defer mu.Unlock()
			times = append(times, mine...)
			return nil
		})
		if err != nil {
			return 0, "", err
		}
		rate := float64(len(times)) / time.Since(begin).Seconds()
		slices.Sort(times)
		return float64(len(times)), fmt.Sprintf("%.0f messages/s, p50 %v, p99 %v", rate,
			times[len(times)/2].Round(time.Microsecond), times[len(times)*99/100].Round(time.Microsecond)), nil
	}
}

// rate is a detail text for bulk cases.
func rate(mb int64, begin time.Time) string {
	return fmt.Sprintf("%.0f MB/s", float64(mb)/time.Since(begin).Seconds())
}

func downWork(mb int64) work {
	return func(addr string, _ int) (float64, string, error) {
		t, err := openTunnel(addr)
		if err != nil {
			return 0, "", err
		}
		defer t.Close()
		begin, mb := time.Now(), max(mb, 1)
		err = t.receive(mb << 20)
		return float64(mb), rate(mb, begin), err
	}
}

// upWork sends frames of size bytes and waits for the sink to count each
// megabyte.
func upWork(size int, mb int64) work {
	return func(addr string, _ int) (float64, string, error) {
		t, err := openTunnel(addr)
		if err != nil {
			return 0, "", err
		}
		defer t.Close()
		batch := bytes.Repeat(frame(size), max(1, 128<<10/(size+8)))
		perBatch := max(1, 128<<10/(size+8)) * size
		begin, mb := time.Now(), max(mb, 1)
		go func() {
			for sent := int64(0); sent < mb<<20; sent += int64(perBatch) {
				if _, err := t.Write(batch); err != nil {
					return
				}
			}
		}()
		err = t.receive(mb)
		return float64(mb), rate(mb, begin), err
	}
}

func connectWork(n int) work {
	return func(addr string, _ int) (float64, string, error) {
		begin := time.Now()
		each := max(n/8, 1)
		err := parallel(8, func(int) error {
			for range each {
				t, err := openTunnel(addr)
				if err != nil {
					return err
				}
				t.Close()
			}
			return nil
		})
		return float64(each * 8), fmt.Sprintf("%.0f tunnels/s", float64(each*8)/time.Since(begin).Seconds()), err
	}
}

// idleTunnels opens n tunnels, lets each echo once, and weighs them; then
// each must still answer.
func idleTunnels(n int) work {
	return func(addr string, pid int) (float64, string, error) {
		var all []*tunnel
		msg := frame(32)
		value, _, err := grown(n, pid, func() (net.Conn, error) {
			t, err := openTunnel(addr)
			if err != nil {
				return t, err
			}
			t.br = bufio.NewReaderSize(t.Conn, 64)
			all = append(all, t)
			if _, err := t.Write(msg); err != nil {
				return t, err
			}
			return t, t.receive(32)
		})
		return value, fmt.Sprintf("%d open", len(all)), err
	}
}
