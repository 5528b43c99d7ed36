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
	line  int   // where the current line starts, counted behind skip
	pos   int   // up to where the buffer was searched, counted behind skip
	ends  []int // of the complete lines, counted behind skip
}

// read waits until br holds a whole head. It returns its size, or why the
// head is refused before it is parsed, or why the connection cannot be read.
func (f *framer) read(br *bufio.Reader) (int, *fault, error) {
	for want := 1; ; {
		buf, err := br.Peek(want)
		if n := br.Buffered(); n > len(buf) {
			buf, _ = br.Peek(n)
		}
		if size, bad := f.scan(buf); size > 0 || bad != nil {
			return size, bad, nil
		}
		switch {
		case err == bufio.ErrBufferFull:
			return 0, faultTooLarge, nil
		case err == io.EOF && len(buf) > f.skip:
			return 0, nil, io.ErrUnexpectedEOF
		case err != nil:
			return 0, nil, err
		}
		want = len(buf) + 1
	}
}

// scan looks at what has been received. It returns 0, nil if the head goes on.
func (f *framer) scan(buf []byte) (int, *fault) {
	head := buf[f.skip:]
	if len(head) > 0 && head[0] < ' ' {
		n, bad := f.skipBlank(head)
		if bad != nil || n == 0 {
			return 0, bad
		}
		f.skip, head = n, head[n:]
		if len(head) > 0 && head[0] < ' ' {
			return 0, controlFault(head[0])
		}
	}
	if size, bad := f.lineEnds(head); size > 0 || bad != nil {
		return size, bad
	}
	if len(head) > f.max {
		return 0, faultTooLarge
	}
	return 0, nil
}

// skipBlank returns the size of the empty line that head starts with; 0 as
// long as it is half received.
func (f *framer) skipBlank(head []byte) (int, *fault) {
	switch {
	case !f.blank:
	case head[0] == '\n':
		f.blank = false
		return 1, nil
	case head[0] == '\r' && len(head) == 1:
		return 0, nil
	case head[0] == '\r' && head[1] == '\n':
		f.blank = false
		return 2, nil
	}
	return 0, controlFault(head[0])
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
