package server

import (
	"bufio"
	"errors"
	"io"

	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// Dechunker undoes the chunked framing of a backend's body.
type Dechunker struct {
	br    *bufio.Reader
	chunk *h1.ChunkedReader
	valid bool // the trailers may be used
}

// errSurplus is a backend that goes on talking behind its last chunk.
var errSurplus = errors.New("data behind the last chunk")

// NewDechunker reads a chunked body from src. trailer is the value of the
// response's Trailer field; if it is not empty, trailers have to be listed
// in it.
func NewDechunker(src io.Reader, trailer string) *Dechunker {
	br := bufio.NewReaderSize(src, 16<<10)
	return &Dechunker{br: br, chunk: h1.NewChunkedReader(br, h1.ChunkOptions{Trailer: trailer})}
}

// Read implements io.Reader. io.EOF tells that the last chunk has been read.
func (d *Dechunker) Read(p []byte) (int, error) {
	n, err := d.chunk.Read(p)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, h1.ErrTrailer):
		err = io.EOF
	case err == io.EOF:
		d.valid = true
	default:
		return n, err
	}
	if d.br.Buffered() > 0 {
		err = errSurplus
	}
	return n, err
}

// Trailers are the fields behind the last chunk; none if any of them is not
// allowed.
func (d *Dechunker) Trailers() []Field {
	if !d.valid {
		return nil
	}
	return d.chunk.Trailers()
}
