package conformance

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// wsClient plays the frames of a ws script on one connection.
type wsClient struct {
	conn   *net.TCPConn
	br     *bufio.Reader
	signal func(name string) error
}

// wsSteps are the lines a ws script can have; the argument is the rest of the line.
var wsSteps = map[string]func(*wsClient, string) error{
	"send":   (*wsClient).send,   // HEX: raw bytes
	"text":   (*wsClient).text,   // TEXT as one masked text frame
	"expect": (*wsClient).expect, // HEX: exactly these bytes come
	"data":   (*wsClient).data,   // OPCODE TEXT: frames of that opcode with this payload, however cut
	"eof":    (*wsClient).eof,    // the server ends its direction
	"ends":   (*wsClient).ends,   // the server ends its direction, with or without a CLOSE before
	"shut":   func(c *wsClient, _ string) error { return c.conn.CloseWrite() },
	"signal": func(c *wsClient, name string) error { return c.signal(name) },
	"drop":   func(c *wsClient, _ string) error { return c.conn.Close() },
}

// cmdWS: ws REQUEST SCRIPT. Sends the handshake, keeps its answer in
// "response", then plays the script line by line.
func cmdWS(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ws REQUEST SCRIPT")
	}
	raw, err := RequestBytes(ts.ReadFile(args[0]))
	ts.Check(err)
	srv := running(ts)
	conn, err := dial(srv.Addr)
	ts.Check(err)
	defer conn.Close()
	_, err = conn.Write(raw)
	ts.Check(err)
	c := &wsClient{conn: conn, br: bufio.NewReader(conn), signal: srv.Signal}
	r, err := ReadResponse(c.br, "GET")
	ts.Check(err)
	_, port, _ := net.SplitHostPort(srv.Addr)
	if r.Status != 101 {
		ts.Fatalf("no tunnel:\n%s", r.Text(port))
	}
	for i, line := range strings.Split(ts.ReadFile(args[1]), "\n") {
		line, _, _ = strings.Cut(line, " #")
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" || word[0] == '#' {
			continue
		}
		step := wsSteps[word]
		if step == nil {
			ts.Fatalf("%s:%d: unknown step %q", args[1], i+1, word)
		}
		if err := step(c, strings.TrimSpace(rest)); err != nil {
			ts.Fatalf("%s:%d: %s: %v\n%s", args[1], i+1, line, err, srv.Log())
		}
	}
}

func unhex(s string) ([]byte, error) {
	return hex.DecodeString(strings.ReplaceAll(s, " ", ""))
}

func (c *wsClient) send(arg string) error {
	raw, err := unhex(arg)
	if err != nil {
		return err
	}
	_, err = c.conn.Write(raw)
	return err
}

func (c *wsClient) text(arg string) error {
	_, err := c.conn.Write(maskedFrame(0x81, []byte(arg)))
	return err
}

// maskedFrame builds a client frame with the masking key 11223344.
func maskedFrame(first byte, payload []byte) []byte {
	f := []byte{first}
	switch n := len(payload); {
	case n < 126:
		f = append(f, 0x80|byte(n))
	case n < 1<<16:
		f = binary.BigEndian.AppendUint16(append(f, 0x80|126), uint16(n))
	default:
		f = binary.BigEndian.AppendUint64(append(f, 0x80|127), uint64(n))
	}
	key := []byte{0x11, 0x22, 0x33, 0x44}
	f = append(f, key...)
	for i, b := range payload {
		f = append(f, b^key[i%4])
	}
	return f
}

func (c *wsClient) expect(arg string) error {
	want, err := unhex(arg)
	if err != nil {
		return err
	}
	got := make([]byte, len(want))
	n, err := io.ReadFull(c.br, got)
	if err != nil || !bytes.Equal(got, want) {
		return fmt.Errorf("got %x (%v)", got[:n], err)
	}
	return nil
}

func (c *wsClient) data(arg string) error {
	op, want, _ := strings.Cut(arg, " ")
	var got []byte
	for len(got) < len(want) {
		first, payload, err := readFrame(c.br)
		if err != nil {
			return fmt.Errorf("after %q: %w", got, err)
		}
		if fmt.Sprintf("%02x", first) != op {
			return fmt.Errorf("frame begins with %02x, payload %q", first, payload)
		}
		got = append(got, payload...)
	}
	if string(got) != want {
		return fmt.Errorf("got %q", got)
	}
	return nil
}

// readFrame reads one frame of the server: first byte and payload.
func readFrame(br *bufio.Reader) (byte, []byte, error) {
	var h [2]byte
	if _, err := io.ReadFull(br, h[:]); err != nil {
		return 0, nil, err
	}
	n := uint64(h[1])
	ext := map[byte]int{126: 2, 127: 8}[h[1]]
	if ext > 0 {
		var b [8]byte
		if _, err := io.ReadFull(br, b[8-ext:]); err != nil {
			return 0, nil, err
		}
		n = binary.BigEndian.Uint64(b[:])
	}
	if n > 1<<28 {
		return 0, nil, fmt.Errorf("frame of %d bytes", n)
	}
	payload := make([]byte, n)
	_, err := io.ReadFull(br, payload)
	return h[0], payload, err
}

func (c *wsClient) ends(string) error {
	for {
		first, _, err := readFrame(c.br)
		if ended(err) {
			return nil
		}
		if err != nil || first != 0x88 {
			return fmt.Errorf("frame begins with %02x (%v)", first, err)
		}
	}
}

func (c *wsClient) eof(string) error {
	c.conn.SetReadDeadline(time.Now().Add(patience))
	rest, err := io.ReadAll(c.br)
	if len(rest) > 0 || err != nil && !ended(err) {
		return fmt.Errorf("got %x (%v)", rest, err)
	}
	return nil
}
