package deflate

import (
	"bytes"
	"io"
	"strconv"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// defaultQuality is brotli's, as lighttpd sets it: its library's own default
// of 11 is far too slow for answers made on the spot.
const defaultQuality = 5

// newFilter is a filter for Queue.Filter.
func newFilter(r *server.Request, c coder, p params) func(io.Reader) io.Reader {
	return func(src io.Reader) io.Reader { return newCompressor(r, src, c, p) }
}

// compressor reads its source compressed. It runs on the reader's goroutine
// and holds one piece at a time.
type compressor struct {
	r    *server.Request
	src  io.Reader
	out  bytes.Buffer
	enc  io.WriteCloser
	in   [32 << 10]byte
	read int64
	made int64
	err  error // after out is empty
}

func newCompressor(r *server.Request, src io.Reader, c coder, p params) *compressor {
	z := &compressor{r: r, src: src}
	z.enc, z.err = newEncoder(&z.out, c, p)
	return z
}

// newEncoder makes the encoder of a coder.
func newEncoder(w io.Writer, c coder, p params) (io.WriteCloser, error) {
	switch c {
	case zstdCoder:
		opts := []zstd.EOption{zstd.WithEncoderConcurrency(1)}
		if p.zstdLevel != 0 {
			opts = append(opts, zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(p.zstdLevel)))
		}
		if p.zstdWindow != 0 {
			opts = append(opts, zstd.WithWindowSize(1<<p.zstdWindow))
		}
		return zstd.NewWriter(w, opts...)
	case brCoder:
		quality := p.brQuality
		switch quality {
		case 0:
			quality = defaultQuality
		case -1:
			quality = 0
		}
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: quality, LGWin: p.brWindow}), nil
	case zlibCoder:
		return zlib.NewWriterLevel(w, gzipLevel(p))
	default:
		return gzip.NewWriterLevel(w, gzipLevel(p))
	}
}

func gzipLevel(p params) int {
	if p.gzipLevel == 0 {
		return gzip.DefaultCompression
	}
	return p.gzipLevel
}

// Read implements io.Reader.
func (z *compressor) Read(p []byte) (int, error) {
	for z.out.Len() == 0 && z.err == nil {
		z.step()
	}
	if z.out.Len() == 0 {
		return 0, z.err
	}
	n, _ := z.out.Read(p)
	z.made += int64(n)
	if z.out.Len() == 0 && z.err == io.EOF {
		z.tellRatio()
	}
	return n, nil
}

// step compresses one more piece.
func (z *compressor) step() {
	n, err := z.src.Read(z.in[:])
	z.read += int64(n)
	if _, werr := z.enc.Write(z.in[:n]); werr != nil {
		z.err = werr
		return
	}
	if err == nil {
		return
	}
	if cerr := z.enc.Close(); cerr != nil && err == io.EOF {
		err = cerr
	}
	z.err = err
}

// tellRatio leaves the compressed size in percent for the access log.
func (z *compressor) tellRatio() {
	z.r.Env.Set("ratio", strconv.FormatInt(z.made*100/max(z.read, 1), 10))
}
