package backend

import (
	"bytes"
	"strings"
)

// maxHead is the largest head in bytes, final empty line included.
const maxHead = 65535

// verdict is what is known of the start of an answer.
type verdict uint8

const (
	more     verdict = iota // the head is not complete
	complete                // the head ends at scanner.end
	noHead                  // it is all body
	tooLarge
)

// scanner looks for the end of a head that arrives in pieces.
type scanner struct {
	kind Kind
	end  int // start of the line not complete yet; in the end, of the body
	seen int // bytes without a line end, from end on
}

// scan looks at everything that has arrived so far.
func (s *scanner) scan(b []byte) verdict {
	for {
		from := s.end + s.seen
		i := bytes.IndexByte(b[from:], '\n')
		if i < 0 {
			s.seen = len(b) - s.end
			if len(b) >= maxHead {
				return tooLarge
			}
			return more
		}
		line := b[s.end : from+i+1]
		first := s.end == 0
		if s.end, s.seen = s.end+len(line), 0; s.end > maxHead {
			return tooLarge
		}
		switch {
		case isEnd(line):
			return complete
		case first && s.kind == CGI && !isStatusLine(line) && bytes.IndexByte(line, ':') < 0:
			s.end = 0
			return noHead
		}
	}
}

// isEnd reports the line that ends a head: an empty one.
func isEnd(line []byte) bool { return line[0] == '\n' || len(line) == 2 && line[0] == '\r' }

// isStatusLine reports a line that has to be a valid status line. A shorter
// one is taken for a field, or for text.
func isStatusLine(line []byte) bool {
	return len(line) >= len("HTTP/1.1 200") && bytes.HasPrefix(line, []byte("HTTP/"))
}

// parseStatusLine returns the status, 0 if the line is not valid. The reason
// phrase is not looked at: the client gets the server's own.
func parseStatusLine(line string, kind Kind) int {
	const at = len("HTTP/1.1 ")
	if len(line) < at+3 || !digit(line[5]) || line[6] != '.' || line[7] != '0' && line[7] != '1' || line[8] != ' ' {
		return 0
	}
	if kind == Proxy && line[5] != '1' {
		return 0
	}
	return parseStatus(line[at:])
}

// parseStatus reads three digits, 100 to 999, and the end or a blank behind
// them; 0 if it is anything else.
func parseStatus(s string) int {
	if len(s) < 3 || !digit(s[0]) || !digit(s[1]) || !digit(s[2]) || s[0] == '0' {
		return 0
	}
	if len(s) > 3 && !strings.ContainsRune(" \t", rune(s[3])) {
		return 0
	}
	return int(s[0]-'0')*100 + int(s[1]-'0')*10 + int(s[2]-'0')
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
