package h1

import (
	"bufio"
	"io"
)

// CountedReader is a body of known length (Content-Length).
type CountedReader struct {
	br   *bufio.Reader
	left int64
}

// NewCountedReader reads the next n bytes of br.
func NewCountedReader(br *bufio.Reader, n int64) *CountedReader {
	return &CountedReader{br: br, left: n}
}

// Read reads part of the body; io.EOF follows its last byte, and
// io.ErrUnexpectedEOF tells that the client stopped before it.
func (c *CountedReader) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.br.Read(p)
	c.left -= int64(n)
	if err == io.EOF && c.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Done reports that the whole body has been read.
func (c *CountedReader) Done() bool { return c.left == 0 }

// Left is the number of bytes not read yet.
func (c *CountedReader) Left() int64 { return c.left }
