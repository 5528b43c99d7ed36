package backend

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// kinds are the columns of the rules about a first line.
var kinds = [...]Kind{Proxy, Gateway, CGI}

// outcome is what becomes of the start of an answer: a status, with "bad" if
// it is refused, or "body", or "more".
func outcome(raw string, kind Kind) string {
	s := scanner{kind: kind}
	switch s.scan([]byte(raw)) {
	case more:
		return "more"
	case noHead:
		return "body"
	case tooLarge:
		return "large"
	}
	a := interpret(parseHead(raw[:s.end], kind, true), kind)
	if a.bad != "" {
		return "502"
	}
	return fmt.Sprint(a.status)
}

func TestFirstLine(t *testing.T) {
	for _, c := range []struct {
		line                string
		proxy, gateway, cgi string
	}{
		{"HTTP/1.0 404 Not Found", "404", "404", "404"},
		{"HTTP/1.1 299 Odd", "299", "299", "299"},
		{"HTTP/1.1 299", "299", "299", "299"},
		{"HTTP/1.1 299\tx", "299", "299", "299"},
		{"HTTP/1.1 999 x", "999", "999", "999"},
		{"HTTP/2.0 201", "502", "201", "201"},
		{"HTTP/3.0 201", "502", "201", "201"},
		{"HTTP/9.1 201", "502", "201", "201"},
		{"HTTP/2 200 OK", "502", "502", "502"},
		{"HTTP/1.2 200 OK", "502", "502", "502"},
		{"HTTP/1.1 20 OK", "502", "502", "502"},
		{"HTTP/1.1 2000", "502", "502", "502"},
		{"HTTP/1.1 099 x", "502", "502", "502"},
		{"HTTP/1.1 x00 x", "502", "502", "502"},
		{"HTTP/1.1  200 x", "502", "502", "502"},
		{"HTTP/1.1", "502", "502", "body"},
		{"HTTP/1:x", "502", "200", "200"},
		{"Name: value", "502", "200", "200"},
		{"Status: 404", "502", "404", "404"},
		{"", "502", "200", "200"},
		{"no colon", "502", "502", "body"},
	} {
		want := [...]string{c.proxy, c.gateway, c.cgi}
		for i, kind := range kinds {
			if got := outcome(c.line+"\r\nX: y\r\n\r\n", kind); got != want[i] {
				t.Errorf("%q, kind %d: %s, want %s", c.line, kind, got, want[i])
			}
		}
	}
}

func TestHeadEnd(t *testing.T) {
	for _, c := range []struct{ raw, head string }{
		{"A: b\n\nbody", "A: b\n\n"},
		{"A: b\r\n\r\nbody", "A: b\r\n\r\n"},
		{"A: b\n\r\nbody\n\n", "A: b\n\r\n"},
		{"A: b\r\n\nbody", "A: b\r\n\n"},
		{"\nbody", "\n"},
		{"\r\nbody", "\r\n"},
		{"A: b\r\n\r", ""},
		{"A: b", ""},
		{"", ""},
	} {
		// In one piece, and a byte at a time.
		whole := scanner{}
		if v := whole.scan([]byte(c.raw)); (v == complete) != (c.head != "") || v == complete && c.raw[:whole.end] != c.head {
			t.Errorf("%q: %d, %d", c.raw, v, whole.end)
		}
		s, v := scanner{}, more
		for i := 1; i <= len(c.raw) && v == more; i++ {
			v = s.scan([]byte(c.raw[:i]))
		}
		if (v == complete) != (c.head != "") || v == complete && s.end != len(c.head) {
			t.Errorf("%q byte by byte: %d, %d", c.raw, v, s.end)
		}
	}
}

func TestHeadSize(t *testing.T) {
	fit := "A: " + strings.Repeat("x", maxHead-len("A: \n\n")) + "\n\n"
	for raw, want := range map[string]string{
		fit:                                          "200",
		"x" + fit:                                    "large",
		strings.Repeat("x", maxHead):                 "large",
		strings.Repeat("x", maxHead-1):               "more",
		strings.Repeat("A: b\n", maxHead/5+1):        "large",
		strings.Repeat("A: b\n", maxHead/5):          "large", // all bytes used, no end
		strings.Repeat("A: b\n", maxHead/5-1):        "more",
		strings.Repeat("A: b\n", maxHead/5-1) + "\n": "200",
	} {
		if got := outcome(raw, Gateway); got != want {
			t.Errorf("%d bytes: %s, want %s", len(raw), got, want)
		}
	}
}

func TestBareLF(t *testing.T) {
	for _, c := range []struct {
		raw    string
		strict bool
		bad    bool
	}{
		{"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", true, false},
		{"HTTP/1.1 200 OK\nA: b\r\n\r\n", true, false},
		{"HTTP/1.1 200 OK\r\nA: b\n\r\n", true, true},
		{"HTTP/1.1 200 OK\r\nA: b\n\r\n", false, false},
		{"HTTP/1.1 200 OK\r\nA: b\r\nC: d\n\n", true, false},
	} {
		for _, kind := range kinds {
			bad := c.bad && kind == Proxy
			if h := parseHead(c.raw, kind, c.strict); (h.bad != "") != bad {
				t.Errorf("%q, kind %d: %q", c.raw, kind, h.bad)
			}
		}
	}
}

// text writes fields as lines.
func text(h head) string {
	var b strings.Builder
	for _, f := range h.fields {
		fmt.Fprintf(&b, "%s=%s|", f.Name, f.Value)
	}
	return b.String()
}

func TestFields(t *testing.T) {
	for _, c := range []struct{ raw, strict, loose string }{
		{"A: b\r\nC:d\r\n", "A=b|C=d|", ""},
		{"A:  \t b \r\n", "A=b |", ""},
		{"A: b\r\nno colon\r\nC: d\r\n", "A=b|C=d|", ""},
		{"A: b\r\n: x\r\nC: d\r\n", "A=b|C=d|", ""},
		{"X: 1\r\n 2\r\n", "X=1   2|", ""},
		{"X: 1\n 2\n", "X=1  2|", ""},
		{"X: 1\r\n\t2\r\n 3\r\n", "X=1  \t2   3|", ""},
		{"X: 1\r\nno colon\r\n 2\r\n", "X=1|", ""},
		{"X: 1\r\n a: b\r\n", "X=1   a: b|", ""},
		{"A:\r\nB: \r\n", "A=|B=|", ""},
		{"A: b\x01c\r\nD: e\r\n", "D=e|", "A=b\x01c|D=e|"},
		{"A: b\x7fc\r\nD: e\r\n", "D=e|", "A=b\x7fc|D=e|"},
		{"A: b\tc\r\n", "A=b\tc|", ""},
		{"A: b\rc\r\nD: e\x00\r\n", "", ""},
		{"A B: c\r\n", "", "A B=c|"},
		{"A(: c\r\n", "", "A(=c|"},
		{"A: \xe4\xff\r\n", "A=\xe4\xff|", ""},
		{"a: 1\r\nA: 2\r\n", "a=1|A=2|", ""},
	} {
		if c.loose == "" {
			c.loose = c.strict
		}
		first := "HTTP/1.1 200 OK\r\n"
		if got := text(parseHead(first+c.raw+"\r\n", CGI, true)); got != c.strict {
			t.Errorf("strict %q: %q, want %q", c.raw, got, c.strict)
		}
		if got := text(parseHead(first+c.raw+"\r\n", CGI, false)); got != c.loose {
			t.Errorf("not strict %q: %q, want %q", c.raw, got, c.loose)
		}
	}
}

func FuzzHead(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n z\r\n\r\nhello", "Status: 103\nLink: <a>\n\n", "no colon\n",
		"\n", "A:b\n\r\n", "Content-Length: +5\nTransfer-Encoding: chunked\n\n", "HTTP/1.1 200\r\n\rX\x00: y\r\n\r\n",
	} {
		for kind := range 3 {
			f.Add([]byte(seed), uint8(kind), kind == 0)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, k uint8, strict bool) {
		kind := Kind(k % 3)
		s := scanner{kind: kind}
		if s.scan(b) != complete {
			return
		}
		if s.end > maxHead || s.end > len(b) {
			t.Fatalf("head of %d bytes", s.end)
		}
		split := scanner{kind: kind}
		for cut := min(len(b), 3); split.scan(b[:cut]) == more; cut++ {
		}
		if split.end != s.end {
			t.Fatalf("in pieces the head has %d bytes, else %d", split.end, s.end)
		}
		a := interpret(parseHead(string(b[:s.end]), kind, strict), kind)
		if a.status < 100 && a.bad == "" || a.status > 999 {
			t.Fatalf("status %d", a.status)
		}
		for name, value := range a.fields.All() {
			if name == "" || value == "" || strings.ContainsAny(name+value, "\r\n\x00") {
				t.Fatalf("field %q: %q", name, value)
			}
		}
		if bytes.ContainsAny(b[:s.end], "\x00") && a.fields.Has("\x00") {
			t.Fatal("NUL in a name")
		}
	})
}
