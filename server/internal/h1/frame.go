package h1

import (
	"bufio"
	"bytes"
	"io"
)

// maxLines bounds the lines of a head, the empty one included.
const maxLines = 8190

// framer finds the end of a head in a growing buffer, looking at each byte
// once however the bytes arrive.
type framer struct {
	max   int
	blank bool  // one empty line may still be skipped
	skip  int   // bytes of that line
	line  int   // where the current line starts
	pos   int   // up to where the buffer was searched
	ends  []int // of the complete lines
}

// read waits until br holds a whole head. It returns its size, or why the
// head is refused before it is parsed, or why the connection cannot be read.
func (f *framer) read(br *bufio.Reader) (int, *fault, error) {
	for want := 1; ; {
		buf, err := br.Peek(want)
		if n := br.Buffered(); n > len(buf) {
			buf, _ = br.Peek(n)
		}
		if n := f.emptyLine(buf); n > 0 {
			f.blank, f.skip = false, n
			_, _ = br.Discard(n)
			want = 1
			continue
		}
		if size, bad := f.scan(buf); size > 0 || bad != nil {
			return size, bad, nil
		}
		switch {
		case err == bufio.ErrBufferFull:
			return 0, faultTooLarge, nil
		case err == io.EOF && len(buf) > 0:
			return 0, nil, io.ErrUnexpectedEOF
		case err != nil:
			return 0, nil, err
		}
		want = len(buf) + 1
	}
}

// emptyLine returns the size of an empty line to be skipped before the head.
func (f *framer) emptyLine(buf []byte) int {
	switch {
	case !f.blank || len(buf) == 0:
		return 0
	case buf[0] == '\n':
		return 1
	case buf[0] == '\r' && len(buf) > 1 && buf[1] == '\n':
		return 2
	}
	return 0
}

// scan looks at what has been received. It returns 0, nil if the head goes on.
func (f *framer) scan(head []byte) (int, *fault) {
	if len(head) > 0 && head[0] < ' ' {
		if f.blank && len(head) == 1 && head[0] == '\r' {
			return 0, nil // perhaps an empty line, half received
		}
		return 0, controlFault(head[0])
	}
	if size, bad := f.lineEnds(head); size > 0 || bad != nil {
		return size, bad
	}
	if len(head) > f.max {
		return 0, faultTooLarge
	}
	return 0, nil
}

// lineEnds walks over the lines that are complete.
func (f *framer) lineEnds(head []byte) (int, *fault) {
	for {
		i := bytes.IndexByte(head[f.pos:], '\n')
		if i < 0 {
			f.pos = len(head)
			return 0, nil
		}
		f.pos += i + 1
		f.ends = append(f.ends, f.pos)
		switch n := f.pos - f.line; {
		case f.pos > f.max:
			return 0, faultTooLarge
		case n == 1, n == 2 && head[f.line] == '\r':
			return f.pos, nil
		}
		f.line = f.pos
		if len(f.ends) >= maxLines {
			return 0, faultTooLarge
		}
	}
}
