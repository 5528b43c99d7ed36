package conformance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// RequestBytes turns a request file into what is sent: LF becomes CRLF, and an
// empty line at the end of the head is added when the file has none. A file
// whose first line is "raw" is sent as it is instead, line ends dropped, with
// Go's string escapes (\r \n \t \xNN) understood.
func RequestBytes(text string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(text, "raw\n"); ok {
		return Unescape(strings.ReplaceAll(rest, "\n", ""))
	}
	if !strings.Contains(text, "\n\n") {
		text += "\n"
	}
	head, body, _ := strings.Cut(text, "\n\n")
	if !strings.Contains(body, " HTTP/1.") { // a body keeps its line ends, but the file's last
		body = strings.TrimSuffix(body, "\n")
	} else {
		if !strings.HasSuffix(body, "\n\n") {
			body += "\n"
		}
		body = strings.ReplaceAll(body, "\n", "\r\n")
	}
	return []byte(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body), nil
}

// Unescape resolves Go's string escapes.
func Unescape(s string) ([]byte, error) {
	out, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		return nil, fmt.Errorf("bad escape in %q", s)
	}
	return []byte(out), nil
}

// Exchange is one connection of a story: bytes sent, responses read.
type Exchange struct {
	Raw       []byte
	HalfClose bool // end the sending direction after Raw
}

var requestLine = regexp.MustCompile(`(?m)^([A-Z-]+) [^\n]* HTTP/1\.[01]\r?$`)

// methods lists the methods of the requests in raw, so that responses to HEAD
// are read without body. What is no request line counts as GET.
func methods(raw []byte) []string {
	var out []string
	for _, m := range requestLine.FindAllSubmatch(raw, -1) {
		out = append(out, string(m[1]))
	}
	if len(out) == 0 {
		out = []string{"GET"}
	}
	return out
}

// Run sends the bytes and reads a response for each request, or until the
// server closes. A last line tells that it did.
func (ex Exchange) Run(s *Server) (string, error) {
	conn, err := dial(s.Addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := ex.send(conn); err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(s.Addr)
	br := bufio.NewReader(conn)
	var out strings.Builder
	for todo := methods(ex.Raw); len(todo) > 0; {
		r, err := ReadResponse(br, todo[0])
		if ended(err) {
			out.WriteString("[closed]\n")
			return out.String(), nil
		}
		if err != nil {
			return "", fmt.Errorf("after %q: %w", out.String(), err)
		}
		out.WriteString(r.Text(port))
		if r.Status < 200 && r.Status != 101 {
			continue
		}
		todo = todo[1:]
		if r.Close || ex.HalfClose && len(todo) == 0 {
			return out.String() + "[closed]\n", expectEnd(br)
		}
	}
	return out.String(), nil
}

func (ex Exchange) send(conn *net.TCPConn) error {
	// A server that refuses early may close while we are still sending.
	if _, err := conn.Write(ex.Raw); err != nil && !ended(err) {
		return err
	}
	if ex.HalfClose {
		return conn.CloseWrite()
	}
	return nil
}

// dial connects with a deadline for the whole exchange.
func dial(addr string) (*net.TCPConn, error) {
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), conn.SetDeadline(time.Now().Add(patience))
}

// ended tells whether the error means that the server closed the connection.
func ended(err error) bool {
	return err == io.EOF || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// expectEnd checks that nothing but the end of the connection follows.
func expectEnd(br *bufio.Reader) error {
	rest, err := io.ReadAll(br)
	switch {
	case len(rest) > 0:
		return fmt.Errorf("more bytes after the last response: %q", rest)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("the server did not close the connection")
	case err != nil && !ended(err):
		return err
	}
	return nil
}
