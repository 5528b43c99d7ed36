package h1

import "bufio"

// ReadHead reads the next request head from br into h. first is true for the
// first request of a connection; before later ones one empty line is skipped.
//
// A non-nil Reject is a head that must be answered with an error. An error
// tells that br failed before the head was complete: io.EOF if not one byte of
// it had arrived, io.ErrUnexpectedEOF if the client stopped inside it, or
// br's own error, such as a passed deadline.
//
// br must be able to hold MaxHead+1 bytes. The head is cut out of its buffer
// with one allocation, of which all strings of h are parts; br is left at the
// first byte behind it.
func (p *Policy) ReadHead(br *bufio.Reader, first bool, h *Head) (*Reject, error) {
	h.reset()
	f := framer{max: p.MaxHead, blank: !first, ends: h.ends[:0]}
	if f.max <= 0 {
		f.max = DefaultMaxHead
	}
	size, bad, err := f.read(br)
	h.ends = f.ends
	if err != nil {
		return nil, err
	}
	if bad != nil {
		buf, _ := br.Peek(br.Buffered())
		return &Reject{Status: bad.status, Reason: bad.reason, Raw: string(buf)}, nil
	}
	buf, _ := br.Peek(size)
	h.Raw, h.Size = string(buf), f.skip+size
	_, _ = br.Discard(size)
	if bad := p.parse(h); bad != nil {
		return &Reject{
			Status: bad.status,
			HTTP11: h.HTTP11,
			Reason: bad.reason,
			Raw:    h.Raw,
			Method: h.Method,
			Target: h.Target,
		}, nil
	}
	return nil, nil
}
