//go:build full

package h1

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
)

// h11Answer is what h11 makes of a request; see testdata/h11_requests.py.
type h11Answer struct {
	Method, Body, Rest string
	Fields             [][2]string
}

// TestAgainstH11 asks h11, an independent reading of RFC 9112, about mutated
// requests: what both accept has the same method, fields, body and next
// request. It needs Debian's python3-h11.
func TestAgainstH11(t *testing.T) {
	requests := mutants(t, 20000)
	var in bytes.Buffer
	for _, raw := range requests {
		fmt.Fprintf(&in, "%d\n%s", len(raw), raw)
	}
	cmd := exec.Command("/usr/bin/python3", "testdata/h11_requests.py")
	cmd.Stdin = &in
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("is python3-h11 installed? %v\n%s", err, stderr.String())
	}
	answers := bufio.NewScanner(bytes.NewReader(out))
	answers.Buffer(nil, 1<<20)
	both := 0
	for _, raw := range requests {
		if !answers.Scan() {
			t.Fatal("h11 stopped answering")
		}
		var theirs *h11Answer
		if err := json.Unmarshal(answers.Bytes(), &theirs); err != nil {
			t.Fatal(err)
		}
		ours, ok := readLikeH11(raw)
		if !ok || theirs == nil {
			continue
		}
		both++
		if diff := differs(ours, theirs); diff != "" {
			t.Errorf("%q: %s", raw, diff)
		}
	}
	if both < len(requests)/20 {
		t.Errorf("only %d of %d requests were accepted by both", both, len(requests))
	}
	t.Logf("%d of %d requests accepted by both", both, len(requests))
}

// readLikeH11 reads a request with the default policy.
func readLikeH11(raw string) (*h11Answer, bool) {
	br := bufio.NewReaderSize(strings.NewReader(raw), 16<<10)
	p := DefaultPolicy()
	var h Head
	if rej, err := p.ReadHead(br, true, &h); rej != nil || err != nil {
		return nil, false
	}
	body, err := io.ReadAll(bodyOf(br, &h))
	if err != nil {
		return nil, false
	}
	rest, _ := io.ReadAll(br)
	a := &h11Answer{Method: h.Method, Body: latin1(string(body)), Rest: latin1(string(rest))}
	for _, f := range h.Fields {
		a.Fields = append(a.Fields, [2]string{toLower(f.Name), latin1(f.Value)})
	}
	return a, true
}

// latin1 is how the answers carry bytes.
func latin1(s string) string {
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return string(r)
}

// differs compares two readings. Host and Upgrade are left out, since this
// package rewrites or drops them, as are fields of which only the first
// counts; folds are compared by their words.
func differs(ours, theirs *h11Answer) string {
	switch {
	case ours.Method != theirs.Method:
		return fmt.Sprintf("method %q here, %q there", ours.Method, theirs.Method)
	case ours.Body != theirs.Body:
		return fmt.Sprintf("body %q here, %q there", ours.Body, theirs.Body)
	case ours.Rest != theirs.Rest:
		return fmt.Sprintf("%q left here, %q there", ours.Rest, theirs.Rest)
	}
	joined := map[string]string{}
	for _, f := range theirs.Fields {
		name, value := f[0], f[1]
		old, rule := joined[name], lookup(name).repeat
		switch {
		case old == "":
			joined[name] = value
		case value == "": // an empty line of a field does not count
		case rule == joinCookie:
			joined[name] = old + "; " + value
		case rule == joinComma:
			joined[name] = old + ", " + value
		}
	}
	for _, f := range ours.Fields {
		if name := f[0]; name != "host" && name != "upgrade" && words(f[1]) != words(joined[name]) {
			return fmt.Sprintf("%s is %q here, %q there", name, f[1], joined[name])
		}
	}
	return ""
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// mutants are requests with a few bytes or lines changed. The choice is the
// same in every run.
func mutants(t *testing.T, n int) []string {
	rnd := rand.New(rand.NewPCG(1, 2))
	seeds := []string{browserRequest + "GET /next HTTP/1.1\r\n"}
	for _, head := range []string{
		"POST /x?y=%7e HTTP/1.1\r\nHost: h\r\n", "PUT / HTTP/1.0\r\nHost: h:81\r\nConnection: keep-alive\r\n",
		"DELETE /a%20b HTTP/1.1\r\nHost: [::1]\r\nA: b\r\nA: c\r\nCookie: d\r\nCookie: e\r\n", "OPTIONS * HTTP/1.1\r\nHost: h\r\nX: a\r\n  b\r\n",
	} {
		for _, body := range []string{
			"Content-Length: 5\r\n\r\n12345", "Content-Length: 0\r\n\r\n", "Content-Length: 005\r\n\r\n12345GET / HTTP/1.1\r\n",
			"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n", "Transfer-Encoding: Chunked\r\nTrailer: T\r\n\r\n2;a=b\r\nab\r\n00A\r\n1234567890\r\n0\r\nT: u\r\n\r\nGET",
		} {
			seeds = append(seeds, head+body)
		}
	}
	pieces := []string{
		"\r\n", "\n", "\r", " ", "\t", ":", ";", ",", "0", "1", "5", "a", "F", "-", "+", "x", "\x00", "\x0b", "\x85", "\xa0", "\"", "_", "%", "#", "?", "/",
		"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Expect: 100-continue\r\n", "Connection: close\r\n", "0\r\n\r\n", " chunked", "chunked, ", "HTTP/1.1", "\r\n ",
	}
	out := make([]string, 0, n)
	for len(out) < n {
		s := seeds[rnd.IntN(len(seeds))]
		for range 1 + rnd.IntN(3) {
			at := rnd.IntN(len(s) + 1)
			end := min(len(s), at+rnd.IntN(4))
			switch rnd.IntN(4) {
			case 0: // insert
				s = s[:at] + pieces[rnd.IntN(len(pieces))] + s[at:]
			case 1: // replace
				s = s[:at] + pieces[rnd.IntN(len(pieces))] + s[end:]
			case 2: // remove
				s = s[:at] + s[end:]
			case 3: // put a line somewhere else
				lines := strings.SplitAfter(s, "\n")
				i, j := rnd.IntN(len(lines)), rnd.IntN(len(lines))
				lines[i], lines[j] = lines[i]+lines[j], lines[i]
				s = strings.Join(lines, "")
			}
			if s == "" {
				t.Fatal("a mutant vanished")
			}
		}
		out = append(out, s)
	}
	return out
}
