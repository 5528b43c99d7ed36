package conformance

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Response is one response as it stood on the wire.
type Response struct {
	Head   string // status line and fields, CRLF line ends, without the empty line
	Status int
	Body   []byte // decoded when it was chunked
	Close  bool   // no further response may follow
	method string
}

// ReadResponse reads one response; method is that of the request, since HEAD
// has no body. The errors io.EOF (nothing came) and io.ErrUnexpectedEOF (part
// of a response came) are told apart.
func ReadResponse(br *bufio.Reader, method string) (*Response, error) {
	r := &Response{method: method}
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			if err == io.EOF && r.Head+line != "" {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if line == "\r\n" || line == "\n" {
			break
		}
		r.Head += line
	}
	fields := strings.SplitN(r.Head, " ", 3)
	if len(fields) < 3 || !strings.HasPrefix(fields[0], "HTTP/1.") {
		return nil, fmt.Errorf("not a status line: %q", r.Head)
	}
	var err error
	if r.Status, err = strconv.Atoi(fields[1]); err != nil {
		return nil, fmt.Errorf("bad status: %q", r.Head)
	}
	return r, r.readBody(br, fields[0])
}

func (r *Response) readBody(br *bufio.Reader, version string) error {
	conn := strings.ToLower(r.Field("Connection"))
	r.Close = conn == "close" || version == "HTTP/1.0" && conn != "keep-alive"
	if r.method == "HEAD" || r.Status < 200 || r.Status == 204 || r.Status == 304 {
		if r.Status < 200 {
			r.Close = false
		}
		return nil
	}
	var err error
	length := r.Field("Content-Length")
	switch {
	case r.Field("Transfer-Encoding") == "chunked":
		r.Body, err = readChunks(br)
	case length != "":
		n, convErr := strconv.ParseUint(length, 10, 31)
		if convErr != nil {
			return fmt.Errorf("bad Content-Length %q", length)
		}
		r.Body = make([]byte, n)
		_, err = io.ReadFull(br, r.Body)
	default:
		r.Close = true
		r.Body, err = io.ReadAll(br)
	}
	return err
}

// readChunks decodes a chunked body; how it was cut depends on timing.
func readChunks(br *bufio.Reader) ([]byte, error) {
	var body []byte
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseUint(strings.TrimRight(line, "\r\n"), 16, 31)
		if err != nil {
			return nil, fmt.Errorf("bad chunk size %q", line)
		}
		data := make([]byte, n+2)
		if _, err := io.ReadFull(br, data); err != nil {
			return nil, err
		}
		if !bytes.HasSuffix(data, []byte("\r\n")) {
			return nil, fmt.Errorf("chunk not followed by CRLF: %q", data[n:])
		}
		if n == 0 {
			return body, nil
		}
		body = append(body, data[:n]...)
	}
}

// Field returns the value of the first field with that name, or "".
func (r *Response) Field(name string) string {
	for _, line := range strings.Split(r.Head, "\n")[1:] {
		k, v, ok := strings.Cut(line, ":")
		if ok && http.CanonicalHeaderKey(k) == http.CanonicalHeaderKey(name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
