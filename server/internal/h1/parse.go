package h1

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
)

// parser walks over one head. The checks run in lighttpd's order, since the
// first failure decides the answer.
type parser struct {
	p    *Policy
	h    *Head
	raw  string // the head, final empty line included
	line int    // number of the next line
	pos  int    // start of the next line
	seen seen

	length  int64 // Content-Length, or NoLength
	chunked bool
	host    int // index of Host in h.Fields, or -1
}

// seen are the fields that rules apply to once all fields are known.
type seen uint8

const (
	seenUpgrade seen = 1 << iota
	seenHTTP2Settings
	seenConnection
)

// parse fills h from h.Raw.
func (p *Policy) parse(h *Head) *fault {
	ps := parser{p: p, h: h, raw: h.Raw, length: NoLength, host: -1}
	if bad := ps.requestLine(); bad != nil {
		return bad
	}
	if bad := ps.fields(); bad != nil {
		return bad
	}
	h.joinRepeated()
	if bad := ps.target(); bad != nil {
		return bad
	}
	if bad := ps.authority(); bad != nil {
		return bad
	}
	if bad := ps.hopByHop(); bad != nil {
		return bad
	}
	return ps.bodyLength()
}

// target normalises the request target. Those of CONNECT and "OPTIONS *" are
// no paths and stay as they are.
func (ps *parser) target() *fault {
	h := ps.h
	if h.Method == "CONNECT" || h.Method == "OPTIONS" && h.TargetOrig == "*" {
		return nil
	}
	t, ok := burl.Normalize(h.TargetOrig, ps.p.URL)
	if !ok {
		return faultURIChar
	}
	h.Target = t
	if t == "" || t[0] != '/' {
		path, _ := burl.Split(t)
		if _, ok := burl.DecodePath(path); !ok {
			return faultURIPath
		}
	}
	return nil
}

// authority applies the rules for Host.
func (ps *parser) authority() *fault {
	h := ps.h
	if ps.host < 0 {
		if h.HTTP11 {
			return faultNoHost
		}
		return nil
	}
	in := h.Fields[ps.host].Value
	if h.memo.policy != ps.p || h.memo.in != in {
		in = strings.Clone(in) // the memo outlives this head
		name, ok := ps.p.HostName(in)
		if !ok {
			return faultHost
		}
		h.memo = hostMemo{ps.p, in, name}
	}
	h.Authority, h.Fields[ps.host].Value = h.memo.name, h.memo.name
	return nil
}

// hopByHop deals with Upgrade, which HTTP/1.0 does not have and which means
// nothing unless Connection names it (RFC 9110 section 7.8).
func (ps *parser) hopByHop() *fault {
	if ps.seen&(seenUpgrade|seenHTTP2Settings) == 0 {
		return nil
	}
	if !ps.h.HTTP11 {
		return faultHop10
	}
	if ps.seen&seenUpgrade != 0 && ps.seen&seenConnection == 0 {
		ps.h.del("Upgrade")
	}
	return nil
}

// bodyLength decides how the body is framed.
func (ps *parser) bodyLength() *fault {
	h := ps.h
	h.ContentLength = ps.length
	if ps.chunked {
		if ps.length != NoLength {
			if ps.p.HeaderStrict {
				return faultBoth
			}
			// RFC 9112 section 6.1: prefer the coding, trust the
			// connection no further.
			h.del("Content-Length")
			h.KeepAlive = false
		}
		h.ContentLength = Chunked
	}
	switch {
	case h.Method == "POST" && h.ContentLength == NoLength:
		return faultNoLength
	case (h.Method == "GET" || h.Method == "HEAD") && h.hasBody() && !ps.p.GETBody:
		return faultGETBody
	}
	return nil
}

// hasBody reports whether any body byte is announced; a chunked body may
// still turn out to be empty.
func (h *Head) hasBody() bool { return h.ContentLength > 0 || h.ContentLength == Chunked }

// del removes the field called name.
func (h *Head) del(name string) {
	if i := h.find(name); i >= 0 {
		h.Fields = append(h.Fields[:i], h.Fields[i+1:]...)
	}
}

// find returns the index of the field called name, or -1.
func (h *Head) find(name string) int {
	for i := range h.Fields {
		if n := h.Fields[i].Name; len(n) == len(name) && equalFold(n, name) {
			return i
		}
	}
	return -1
}

// nextLine returns the line at ps.pos, line end included, and steps over it.
func (ps *parser) nextLine() string {
	end := ps.h.ends[ps.line]
	line := ps.raw[ps.pos:end]
	ps.line, ps.pos = ps.line+1, end
	return line
}

// cutLineEnd takes LF and a CR before it off a line; strict mode refuses a
// line without the CR.
func (ps *parser) cutLineEnd(line string) (string, *fault) {
	n := len(line) - 1
	if n > 0 && line[n-1] == '\r' {
		return line[:n-1], nil
	}
	if ps.p.HeaderStrict {
		return "", faultNoCR
	}
	return line[:n], nil
}
