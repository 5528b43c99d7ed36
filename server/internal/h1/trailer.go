package h1

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// ErrTrailer is a body that was read to its end, but whose trailers are not
// allowed.
var ErrTrailer = &BodyError{400, "invalid chunked trailers -> 400"}

var errTrailerLong = &BodyError{400, "chunked trailers too long -> 400"}

// forbidden are fields that would change what the request means, had they
// been in its head (RFC 9110 section 6.5.1). If-* is forbidden as well.
var forbidden = [...]string{
	"authorization", "age", "cache-control", "connection", "content-encoding",
	"content-length", "content-range", "content-type", "date", "expect",
	"expires", "forwarded", "host", "location", "pragma", "proxy-connection",
	"max-forwards", "range", "set-cookie", "te", "trailer",
	"transfer-encoding", "upgrade", "user-agent", "vary", "www-authenticate",
}

// readTrailers reads up to the empty line behind the last chunk.
func (c *ChunkedReader) readTrailers() error {
	end, err := c.br.Peek(2)
	if string(end) == "\r\n" {
		_, _ = c.br.Discard(2)
		return io.EOF
	}
	if err != nil {
		return unexpected(err)
	}
	section, err := c.trailerSection()
	if err != nil {
		return err
	}
	text := string(section)
	_, _ = c.br.Discard(len(section))
	for text != "\r\n" {
		line, rest, _ := strings.Cut(text, "\r\n")
		f, ok := c.trailer(line)
		if !ok {
			return ErrTrailer
		}
		c.trailers, text = append(c.trailers, f), rest
	}
	return io.EOF
}

// trailerSection waits for CRLF CRLF.
func (c *ChunkedReader) trailerSection() ([]byte, error) {
	from := 0
	for want := 1; ; {
		buf, err := c.br.Peek(want)
		if n := c.br.Buffered(); n > len(buf) {
			buf, _ = c.br.Peek(n)
		}
		i := bytes.Index(buf[from:], []byte("\r\n\r\n"))
		switch {
		case i >= 0 && from+i+4 <= c.o.MaxTrailer:
			return buf[:from+i+4], nil
		case i >= 0, len(buf) > c.o.MaxTrailer, err == bufio.ErrBufferFull:
			return nil, errTrailerLong
		case err != nil:
			return nil, unexpected(err)
		}
		from = max(0, len(buf)-3)
		want = len(buf) + 1
	}
}

// trailer reads one line and checks whether it may be a trailer.
func (c *ChunkedReader) trailer(line string) (Field, bool) {
	name, value, ok := strings.Cut(line, ":")
	if !ok || name == "" {
		return Field{}, false
	}
	for i := 0; i < len(name); i++ {
		if !nameChar[name[i]] {
			return Field{}, false
		}
	}
	value = trimRight(trimLeft(value))
	if hasControl(value) {
		return Field{}, false
	}
	listed := c.o.Trailer == "" || HasToken(c.o.Trailer, name)
	return Field{Name: name, Value: value}, value != "" && listed && mayTrail(name)
}

// mayTrail reports whether name is allowed in trailers.
func mayTrail(name string) bool {
	if len(name) >= 3 && equalFold(name[:3], "if-") {
		return false
	}
	for _, f := range forbidden {
		if equalFold(f, name) {
			return false
		}
	}
	return true
}
