package h1

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
)

// seeds are the recorded requests; they have every odd thing once.
func seeds(f *testing.F) {
	text, err := os.ReadFile("testdata/recorded.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		_, rest, _ := strings.Cut(line, " ")
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			f.Fatal(err)
		}
		raw, _ := strconv.Unquote(quoted)
		f.Add([]byte(raw))
	}
	for _, section := range []string{"T: u\r\n\r\n", "\r\n", "Host: x\r\n\r\n", "\n", "a: b\n\n\r\n\r\n"} {
		f.Add([]byte("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" + section + "GET / HTTP/1.1\r\n"))
	}
}

// FuzzReadHead: what is accepted keeps its promises, and arriving in pieces
// changes nothing.
func FuzzReadHead(f *testing.F) {
	seeds(f)
	all := policies()
	f.Fuzz(func(t *testing.T, raw []byte) {
		for name, p := range all {
			whole := outcome(&p, bytes.NewReader(raw))
			if dripped := outcome(&p, iotest.OneByteReader(bytes.NewReader(raw))); dripped != whole {
				t.Fatalf("%s: whole %s\nbyte by byte %s", name, whole, dripped)
			}
			var h Head
			rej, err := p.ReadHead(bufio.NewReaderSize(bytes.NewReader(raw), 16<<10), true, &h)
			switch {
			case err == nil && rej == nil:
				checkHead(t, &p, raw, &h)
			case rej != nil && (rej.Status != 400 && rej.Status != 411 && rej.Status != 431 && rej.Status != 501 || rej.Reason == ""):
				t.Fatalf("%s: %+v", name, rej)
			}
		}
	})
}

// checkHead looks for what later code relies on.
func checkHead(t *testing.T, p *Policy, raw []byte, h *Head) {
	if !bytes.HasPrefix(raw, []byte(h.Raw)) || h.Size != len(h.Raw) {
		t.Fatalf("Raw %q, Size %d", h.Raw, h.Size)
	}
	seen := map[string]bool{}
	for _, f := range h.Fields {
		if strings.ContainsAny(f.Name+f.Value, "\n\x00") || f.Name == "" || f.Value == "" && f.Name != "Host" {
			t.Fatalf("field %+v", f)
		}
		if key := toLower(f.Name); seen[key] {
			t.Fatalf("%s twice", key)
		} else {
			seen[key] = true
		}
	}
	if p.HeaderStrict && strings.ContainsAny(h.Target, " \x00\r\n\x7f") {
		t.Fatalf("target %q", h.Target)
	}
	if h.ContentLength < Chunked || seen["transfer-encoding"] || h.HTTP11 && !seen["host"] {
		t.Fatalf("%+v", h)
	}
	if path, _ := burl.Split(h.Target); h.Method != "CONNECT" && h.Target != "*" {
		if _, ok := burl.DecodePath(path); !ok {
			t.Fatalf("path of %q", h.Target)
		}
	}
}

// FuzzAgainstNetHTTP: where net/http accepts a request that the default
// policy accepts, both see the same method, body, and next request – else one
// of the two could be made to take a body for a request.
//
// net/http may refuse what is accepted here: blanks and odd escapes in the
// target, CONNECT with a path, a repeated "chunked" line, blanks before a
// chunk extension.
func FuzzAgainstNetHTTP(f *testing.F) {
	seeds(f)
	p := DefaultPolicy()
	f.Fuzz(func(t *testing.T, raw []byte) {
		br := bufio.NewReaderSize(bytes.NewReader(raw), 16<<10)
		var h Head
		if rej, err := p.ReadHead(br, true, &h); rej != nil || err != nil {
			return
		}
		theirs := bufio.NewReader(bytes.NewReader(raw))
		req, err := http.ReadRequest(theirs)
		if err != nil {
			return
		}
		if req.Method != h.Method {
			t.Fatalf("method %q here, %q there", h.Method, req.Method)
		}
		body, err := io.ReadAll(bodyOf(br, &h))
		their, theirErr := io.ReadAll(req.Body)
		if err != nil || theirErr != nil {
			return // one of them ends the connection
		}
		if !bytes.Equal(body, their) {
			t.Fatalf("body %q here, %q there", body, their)
		}
		rest, _ := io.ReadAll(br)
		theirRest, _ := io.ReadAll(theirs)
		if !bytes.Equal(rest, theirRest) {
			t.Fatalf("%q left here, %q there", rest, theirRest)
		}
	})
}

// FuzzChunked: whatever is sent, the body is never larger than what arrived
// or was allowed, the end is the same in pieces, and a body put back into
// chunks is the same body.
func FuzzChunked(f *testing.F) {
	for _, s := range []string{
		"5\r\n12345\r\n0\r\n\r\n", "0\r\nX: y\r\n\r\n", "5;a=b\r\n12345\r\n0\r\n\r\nrest", "5 \t;a\r\n12345\r\n000\r\na: b\r\nc: d\r\n\r\n",
		"5\n12345\r\n0\r\n\r\n", "fffffffffffffffff\r\n", "7fffffffffffffff\r\n", "1\r\na\r\nb\r\n", "0\r\n\n", "0\r\na\r\n\r\n", "\r\n", "0;\r\r\n\r\n",
	} {
		f.Add([]byte(s), int64(0))
		f.Add([]byte(s), int64(3))
	}
	f.Fuzz(func(t *testing.T, raw []byte, limit int64) {
		o := ChunkOptions{MaxTrailer: 100, MaxBody: max(limit, 0)}
		c, body, rest, err := readBody(bytes.NewReader(raw), o)
		c2, body2, rest2, err2 := readBody(iotest.OneByteReader(bytes.NewReader(raw)), o)
		if body != body2 || fmt.Sprint(err) != fmt.Sprint(err2) || c.Done() != c2.Done() || c.Done() && rest != rest2 {
			t.Fatalf("whole %q, %v, byte by byte %q, %v", body, err, body2, err2)
		}
		if len(body) > len(raw) || o.MaxBody > 0 && int64(len(body)) > o.MaxBody {
			t.Fatalf("%d bytes of body", len(body))
		}
		if c.Done() != (err == nil) {
			t.Fatalf("done %v, %v", c.Done(), err)
		}
		if err == nil {
			var again []byte
			if body != "" {
				again = append(AppendChunkHead(nil, len(body)), body+ChunkEnd...)
			}
			again = append(again, LastChunk...)
			if _, b, left, err := readBody(bytes.NewReader(again), o); b != body || left != "" || err != nil {
				t.Fatalf("written again: %q, %v", b, err)
			}
		}
	})
}
