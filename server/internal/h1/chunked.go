package h1

import (
	"bufio"
	"bytes"
	"io"
	"strconv"

	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
)

// maxSizeLine is the length from which on a chunk's size line is refused.
const maxSizeLine = 1024

// ChunkOptions bound a chunked body. The zero value has no limit but those of
// the format.
type ChunkOptions struct {
	// MaxTrailer is the largest trailer section in bytes, final empty line
	// included; 0 means [DefaultMaxHead] (server.max-request-field-size).
	MaxTrailer int
	// MaxBody is the largest body in bytes, 0 for no limit
	// (server.max-request-size).
	MaxBody int64
	// Trailer is the value of the request's Trailer field. If it is not
	// empty, trailers have to be listed in it.
	Trailer string
}

// BodyError is a body that ends its request with Status, 400 or 413, and the
// connection. Reason is lighttpd's log text.
type BodyError struct {
	Status int
	Reason string
}

// Error returns the reason.
func (e *BodyError) Error() string { return e.Reason }

var (
	errChunkChars = &BodyError{400, "chunked header invalid chars -> 400"}
	errChunkLong  = &BodyError{400, "chunked header line too long -> 400"}
	errChunkSize  = &BodyError{400, "chunked size too large -> 400"}
	errChunkEnd   = &BodyError{400, "chunked data missing end CRLF -> 400"}
)

// ChunkedReader undoes chunked framing (RFC 9112 section 7.1). An error is
// final.
type ChunkedReader struct {
	br       *bufio.Reader
	o        ChunkOptions
	left     int64 // of the chunk being read
	total    int64 // announced so far
	inChunk  bool  // data, or the CRLF behind it, is next
	err      error
	trailers []Field
}

// NewChunkedReader reads one chunked body from br and leaves br behind it. br
// must be able to hold a size line, 1024 bytes, and MaxTrailer+1 bytes.
func NewChunkedReader(br *bufio.Reader, o ChunkOptions) *ChunkedReader {
	if o.MaxTrailer <= 0 {
		o.MaxTrailer = DefaultMaxHead
	}
	return &ChunkedReader{br: br, o: o}
}

// Read reads part of the unframed body. io.EOF tells that last chunk and
// trailers have been read, too; io.ErrUnexpectedEOF that the client stopped
// before; a *[BodyError] that the framing is broken or the body too large.
func (c *ChunkedReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for c.err == nil && c.left == 0 {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.br.Read(p)
	c.left -= int64(n)
	if err != nil {
		c.err = unexpected(err)
	}
	return n, c.err
}

// Done reports that the whole body has been read, so that the next request
// may follow.
func (c *ChunkedReader) Done() bool { return c.err == io.EOF }

// Trailers are the trailer fields; complete once Done.
func (c *ChunkedReader) Trailers() []Field { return c.trailers }

// next reads what stands between two chunks, and a size line. It returns
// io.EOF behind the last chunk and the trailers.
func (c *ChunkedReader) next() error {
	if c.inChunk {
		end, err := c.br.Peek(len(ChunkEnd))
		if len(end) > 0 && end[0] != '\r' || len(end) > 1 && end[1] != '\n' {
			return errChunkEnd
		}
		if err != nil {
			return unexpected(err)
		}
		_, _ = c.br.Discard(len(end))
		c.inChunk = false
	}
	n, err := c.size()
	if err != nil {
		return err
	}
	if n == 0 {
		return c.readTrailers()
	}
	c.left, c.inChunk = n, true
	return nil
}

// size reads a size line. The total is checked at once, before any data of
// the chunk arrives.
func (c *ChunkedReader) size() (int64, error) {
	line, err := c.sizeLine()
	if err != nil {
		return 0, err
	}
	n, bad := parseSize(line)
	if bad != nil {
		return 0, bad
	}
	if n > 1<<63-1-int64(len(ChunkEnd))-c.total {
		return 0, errChunkSize
	}
	c.total += n
	if c.o.MaxBody > 0 && c.total > c.o.MaxBody {
		return 0, &BodyError{413, "request-size too long: " + strconv.FormatInt(c.total, 10) + " -> 413"}
	}
	_, _ = c.br.Discard(len(line))
	return n, nil
}

// sizeLine waits for a whole line, line end included.
func (c *ChunkedReader) sizeLine() ([]byte, error) {
	for want := 1; ; {
		buf, err := c.br.Peek(want)
		if n := c.br.Buffered(); n > len(buf) {
			buf, _ = c.br.Peek(n)
		}
		buf = buf[:min(len(buf), maxSizeLine)]
		i := bytes.IndexByte(buf, '\n')
		switch {
		case i >= 0 && i+1 < maxSizeLine:
			return buf[:i+1], nil
		case len(buf) == maxSizeLine, err == bufio.ErrBufferFull:
			return nil, errChunkLong
		case err != nil:
			return nil, unexpected(err)
		}
		want = len(buf) + 1
	}
}

// parseSize reads hex digits, blanks, and an extension that is ignored.
func parseSize(line []byte) (int64, *BodyError) {
	var n int64
	i := 0
	for ; burl.HexValue[line[i]] < 16; i++ {
		if n > (1<<63-1)>>4 {
			return 0, errChunkSize
		}
		n = n<<4 | int64(burl.HexValue[line[i]])
	}
	if i == 0 {
		return 0, errChunkChars
	}
	for line[i] == ' ' || line[i] == '\t' {
		i++
	}
	if line[i] == ';' {
		for line[i] != '\r' && line[i] != '\n' {
			i++
		}
	}
	if string(line[i:]) != "\r\n" {
		return 0, errChunkChars
	}
	return n, nil
}

// unexpected turns an end of input into io.ErrUnexpectedEOF: a body never
// ends that way.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
