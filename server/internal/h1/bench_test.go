package h1

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"
)

// browserRequest is what a browser sends for a page.
const browserRequest = "GET /static/css/site.min.css?v=20240131 HTTP/1.1\r\n" +
	"Host: www.example.org\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n" +
	"Accept: text/css,*/*;q=0.1\r\n" +
	"Accept-Language: en-US,en;q=0.5\r\n" +
	"Accept-Encoding: gzip, deflate, br, zstd\r\n" +
	"Connection: keep-alive\r\n" +
	"Referer: https://www.example.org/index.html\r\n" +
	"Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n" +
	"Sec-Fetch-Dest: style\r\n" +
	"Sec-Fetch-Mode: no-cors\r\n" +
	"Sec-Fetch-Site: same-origin\r\n" +
	"If-Modified-Since: Sat, 02 Jan 2021 03:04:05 GMT\r\n" +
	"If-None-Match: \"3895791963\"\r\n\r\n"

// endless repeats a text for ever.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

func benchmarkHead(b *testing.B, raw string) {
	p := DefaultPolicy()
	br := bufio.NewReaderSize(&endless{text: raw}, 16<<10)
	var h Head
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if rej, err := p.ReadHead(br, false, &h); rej != nil || err != nil {
			b.Fatal(rej, err)
		}
	}
}

func BenchmarkReadHead(b *testing.B) {
	b.Run("browser", func(b *testing.B) { benchmarkHead(b, browserRequest) })
	b.Run("wrk", func(b *testing.B) { benchmarkHead(b, "GET /1k.txt HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n") })
}

func BenchmarkChunked(b *testing.B) {
	one := string(AppendChunkHead(nil, 4096)) + strings.Repeat("x", 4096) + ChunkEnd
	raw := strings.Repeat(one, 100) + LastChunk
	src := bytes.NewReader(nil)
	br := bufio.NewReaderSize(src, 16<<10)
	buf := make([]byte, 64<<10)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		src.Reset([]byte(raw))
		br.Reset(src)
		c := NewChunkedReader(br, ChunkOptions{})
		for {
			if _, err := c.Read(buf); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// TestAllocations: one for the text of the head, whoever asks.
func TestAllocations(t *testing.T) {
	p := DefaultPolicy()
	br := bufio.NewReaderSize(&endless{text: browserRequest}, 16<<10)
	var h Head
	n := testing.AllocsPerRun(100, func() {
		if rej, err := p.ReadHead(br, false, &h); rej != nil || err != nil {
			t.Fatal(rej, err)
		}
	})
	if n > 1 {
		t.Errorf("%v allocations", n)
	}
}
