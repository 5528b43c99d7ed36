package h1

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
)

// policies are the configurations the recorded answers were given under.
func policies() map[string]Policy {
	with := func(change func(*Policy)) Policy {
		p := DefaultPolicy()
		change(&p)
		return p
	}
	return map[string]Policy{
		"strict":      DefaultPolicy(),
		"lax":         {},
		"hostnorm":    with(func(p *Policy) { p.HostStrict = false }),
		"laxurl":      with(func(p *Policy) { p.HeaderStrict = false }),
		"strictnourl": with(func(p *Policy) { p.URL = burl.Options{} }),
		"required": with(func(p *Policy) {
			p.URL = burl.Default()
			p.URL.Unreserved, p.URL.Required, p.URL.Query20Plus = false, true, true
		}),
		"noctrl": with(func(p *Policy) {
			p.URL = burl.Options{Normalize: true, Unreserved: true, Path2FDecode: true}
		}),
		"noutf8": with(func(p *Policy) {
			p.URL = burl.Options{Normalize: true, Unreserved: true, CtrlsReject: true, Path2FDecode: true}
		}),
	}
}

// TestRecorded replays requests that lighttpd 1.4.69 was asked, and whose
// answers are the same in 1.4.86: its status if it refused them, else the
// environment and body it gave to an SCGI backend.
func TestRecorded(t *testing.T) {
	text, err := os.ReadFile("testdata/recorded.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := policies()
	for n, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		name, rest, _ := strings.Cut(line, " ")
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			t.Fatalf("recorded.txt:%d: %v", n+1, err)
		}
		raw, _ := strconv.Unquote(quoted)
		want := strings.TrimPrefix(rest[len(quoted):], " => ")
		p, ok := all[name]
		if !ok {
			t.Fatalf("recorded.txt:%d: no policy %q", n+1, name)
		}
		if got := outcome(&p, strings.NewReader(raw)); got != want {
			t.Errorf("recorded.txt:%d: %s %s\n got %s\nwant %s", n+1, name, quoted, got, want)
		}
		if got := outcome(&p, iotest.OneByteReader(strings.NewReader(raw))); got != want {
			t.Errorf("recorded.txt:%d: byte by byte: %s %s\n got %s\nwant %s", n+1, name, quoted, got, want)
		}
	}
}

// outcome reads a request and its body and describes what came out, in the
// form of testdata/recorded.txt.
func outcome(p *Policy, r io.Reader) string {
	br := bufio.NewReaderSize(r, 16<<10)
	var h Head
	rej, err := p.ReadHead(br, true, &h)
	switch {
	case err != nil:
		return err.Error()
	case rej != nil:
		return statusOf(rej.HTTP11, rej.Status)
	case h.Method == "CONNECT" && h.Target[0] != '/':
		return statusOf(h.HTTP11, 405)
	case h.Method == "OPTIONS" && h.Target == "*":
		return statusOf(h.HTTP11, 200)
	}
	body, err := io.ReadAll(bodyOf(br, &h))
	var bad *BodyError
	if errors.As(err, &bad) {
		return statusOf(h.HTTP11, bad.Status)
	}
	if err != nil {
		return err.Error()
	}
	return environment(&h, body)
}

func statusOf(http11 bool, status int) string {
	return strings.TrimSpace(string(AppendStatusLine(nil, http11, status)[:12]))
}

// bodyOf is the unframed body of a request.
func bodyOf(br *bufio.Reader, h *Head) io.Reader {
	switch {
	case h.ContentLength == Chunked:
		return NewChunkedReader(br, ChunkOptions{Trailer: h.Get("Trailer")})
	case h.ContentLength > 0:
		return NewCountedReader(br, h.ContentLength)
	}
	return strings.NewReader("")
}

// environment shows a request as CGI variables.
func environment(h *Head, body []byte) string {
	path, query := burl.Split(h.Target)
	if h.Method == "CONNECT" {
		path, query = h.Target, ""
	} else {
		path, _ = burl.DecodePath(path)
	}
	vars := []string{
		fmt.Sprintf("BODY=%q", body),
		fmt.Sprintf("PATH=%q", path),
		fmt.Sprintf("REQUEST_URI=%q", h.TargetOrig),
	}
	if query != "" {
		vars = append(vars, fmt.Sprintf("QUERY_STRING=%q", query))
	}
	for _, f := range h.Fields {
		switch name := cgiName(f.Name); name {
		case "HTTP_CONTENT_LENGTH", "HTTP_EXPECT":
		case "HTTP_CONTENT_TYPE":
			vars = append(vars, fmt.Sprintf("CONTENT_TYPE=%q", f.Value))
		default:
			vars = append(vars, fmt.Sprintf("%s=%q", name, f.Value))
		}
	}
	slices.Sort(vars)
	return strings.Join(vars, " ")
}

func cgiName(name string) string {
	b := []byte("HTTP_" + strings.ToUpper(name))
	for i, c := range b {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			b[i] = '_'
		}
	}
	return string(b)
}
