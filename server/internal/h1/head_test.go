package h1

import (
	"bufio"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
)

// readHead reads one head, as the first of its connection.
func readHead(p Policy, raw string) (*Head, *Reject, error) {
	var h Head
	rej, err := p.ReadHead(bufio.NewReaderSize(strings.NewReader(raw), 66<<10), true, &h)
	return &h, rej, err
}

// TestRejects holds what 1.4.69 answers otherwise, or what a recorded line
// cannot show: the log text. Status 0 is an accepted head.
func TestRejects(t *testing.T) {
	lax := Policy{}
	strict := DefaultPolicy()
	body := Policy{HeaderStrict: true, HostStrict: true, URL: strict.URL, GETBody: true}
	const host = "Host: h\r\n\r\n"
	long := strings.Repeat("a", 1024)
	for _, test := range []struct {
		p      Policy
		raw    string
		status int
		http11 bool
		reason string
	}{
		// 6.1
		{strict, "GET /x HTTP/1.1\r\nHost: h\r\n\n", 400, true, "missing CR before LF in header -> 400"},
		{lax, "GET /x HTTP/1.1\r\nHost: h\r\n\n", 0, true, ""},
		{strict, "GET /x HTTP/1.1\r\nHost: h\r\nX: a\n b\r\n\r\n", 0, true, ""},
		{strict, "GET /x HTTP/1.1\r\nHost: h\r\nX: a\r\n b\n\r\n", 400, true, "missing CR before LF in header -> 400"},
		{strict, "GET /x HTTP/1.1\r\n a: b\r\n" + host, 400, true, "incomplete request line -> 400"},
		{strict, "\x01GET /x HTTP/1.1\r\n" + host, 400, false, "invalid request-line -> sending Status 400"},
		{strict, "\x16\x03\x01\x02\x00", 400, false, "unexpected TLS ClientHello on clear port"},
		{strict, "\x00", 400, false, "invalid request-line -> sending Status 400"},
		// 6.2
		{strict, "G / HTTP/1\r\n" + host, 400, false, "invalid request line (too short) -> 400"},
		{strict, "GET / HTTP/1.2\r\n" + host, 400, false, "unknown protocol -> 400"},
		{strict, "GET / HTTP/2.0\r\n" + host, 400, false, "unknown protocol -> 400"},
		{strict, "GET / HTTP/0.9\r\n" + host, 400, false, "unknown protocol -> 400"},
		{strict, "GET / HTTP/1.1 \r\n" + host, 400, false, "unknown protocol -> 400"},
		{strict, "GET /\tHTTP/1.1\r\n" + host, 400, false, "unknown protocol -> 400"},
		{strict, "GET /aaaaaaaaa\r\n" + host, 400, false, "unknown protocol -> 400"},
		{strict, "GET /x  HTTP/1.1\r\n" + host, 400, true, "incomplete request line -> 400"},
		{strict, "GET  /x HTTP/1.1\r\n" + host, 400, true, "no uri specified -> 400"},
		{strict, "GET HTTP/1.1\r\n" + host, 400, true, "no uri specified -> 400"},
		{strict, "get / HTTP/1.1\r\n" + host, 501, true, "unknown http-method -> 501"},
		{strict, " GET / HTTP/1.0\r\n" + host, 501, false, "unknown http-method -> 501"},
		{strict, "GET /\x01 HTTP/1.1\r\n" + host, 400, true, "invalid character in URI -> 400"},
		{strict, "GET /\xff HTTP/1.1\r\n" + host, 400, true, "invalid character in URI -> 400"},
		{lax, "GET /\x00 HTTP/1.1\r\n" + host, 400, true, "invalid character in URI -> 400"},
		{Policy{HeaderStrict: true}, "GET /a b HTTP/1.1\r\n" + host, 400, true, "invalid character in URI -> 400"},
		{Policy{HeaderStrict: true}, "GET /\x7f HTTP/1.1\r\n" + host, 400, true, "invalid character in URI -> 400"},
		{strict, "GET http:///x HTTP/1.1\r\n\r\n", 400, true, "uri-authority empty or too long -> 400"},
		{strict, "GET http://" + long + "/ HTTP/1.1\r\n\r\n", 400, true, "uri-authority empty or too long -> 400"},
		{strict, "GET ftp://h/ HTTP/1.1\r\n" + host, 400, true, "request-URI parse error -> 400"},
		{lax, "GET ftp HTTP/1.1\r\n" + host, 400, true, "uri-path does not begin with '/' -> 400"},
		{strict, "CONNECT h:1 HTTP/1.1\r\n" + host, 400, true, "request-URI parse error -> 400"},
		{strict, "PRI * HTTP/2.0\r\n\r\n", 400, false, "unknown protocol -> 400"},
		// 6.4
		{strict, "GET / HTTP/1.1\r\n\r\n", 400, true, "HTTP/1.1 but Host missing -> 400"},
		{strict, "GET / HTTP/1.1\r\nHost: a_b\r\n\r\n", 400, true, "Invalid Hostname -> 400"},
		{strict, "GET / HTTP/1.1\r\nHost: " + long + "\r\n\r\n", 400, true, "uri-authority too long -> 400"},
		{strict, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, true, "duplicate Host header -> 400"},
		{strict, "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", 400, true, "duplicate Host header -> 400"},
		// 6.5
		{strict, "GET / HTTP/1.1\r\na\r\n" + host, 400, true, "invalid header missing ':' -> 400"},
		{strict, "GET / HTTP/1.1\r\n: a\r\n" + host, 400, true, "invalid header key -> 400"},
		{strict, "GET / HTTP/1.1\r\na : b\r\n" + host, 400, true, "invalid whitespace between field-name and colon -> 400"},
		{strict, "GET / HTTP/1.1\r\na a: b\r\n" + host, 400, true, "WS character in key -> 400"},
		{strict, "GET / HTTP/1.1\r\na@: b\r\n" + host, 400, true, "invalid character in header key -> 400"},
		{lax, "GET / HTTP/1.1\r\na\x00: b\r\n" + host, 400, true, "invalid character in header key -> 400"},
		{strict, "GET / HTTP/1.1\r\na: \x01\r\n" + host, 400, true, "invalid character in header -> 400"},
		{lax, "GET / HTTP/1.1\r\na: \x00\r\n" + host, 400, true, "invalid character in header -> 400"},
		{strict, "PUT / HTTP/1.1\r\nContent-Length:\r\n" + host, 400, true, "invalid Content-Length header -> 400"},
		{strict, "PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n" + host, 400, true, "duplicate Content-Length header -> 400"},
		{strict, "PUT / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n" + host, 501, true, "unsupported Transfer-Encoding -> 501"},
		{strict, "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" + host, 400, false, "HTTP/1.0 with Transfer-Encoding (bad HTTP/1.0 proxy?) -> 400"},
		{strict, "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n" + host, 400, true, "invalid Transfer-Encoding + Content-Length -> 400"},
		{strict, "GET / HTTP/1.0\r\nUpgrade: x\r\n" + host, 400, false, "invalid hop-by-hop header w/o HTTP/1.1 -> 400"},
		{strict, "GET / HTTP/1.0\r\nHTTP2-Settings: x\r\n" + host, 400, false, "invalid hop-by-hop header w/o HTTP/1.1 -> 400"},
		{strict, "PUT / HTTP/1.1\r\nTransfer-Encoding:\r\n chunked\r\n" + host, 501, true, "unsupported Transfer-Encoding -> 501"},
		{strict, "PUT / HTTP/1.1\r\nContent-Length:\r\n 1\r\n" + host, 400, true, "invalid Content-Length header -> 400"},
		{strict, "PUT / HTTP/1.1\r\nContent-Length: 1\r\n \r\n" + host, 0, true, ""},
		{strict, "GET / HTTP/1.1\r\nHost:\r\n h\r\n\r\n", 400, true, "Invalid Hostname -> 400"},
		{strict, "POST / HTTP/1.0\r\n" + host, 411, false, "POST-request, but content-length missing -> 411"},
		{strict, "GET / HTTP/1.1\r\nContent-Length: 1\r\n" + host, 400, true, "GET/HEAD with content-length -> 400"},
		{strict, "HEAD / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + host, 400, true, "GET/HEAD with content-length -> 400"},
		{body, "GET / HTTP/1.1\r\nContent-Length: 1\r\n" + host, 0, true, ""},
		{body, "HEAD / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + host, 0, true, ""},
		// The first failure decides: fields come before the target and Host.
		{strict, "GET /%00 HTTP/1.1\r\nTransfer-Encoding: x\r\nHost: _\r\n\r\n", 501, true, "unsupported Transfer-Encoding -> 501"},
		{strict, "POST /%00 HTTP/1.1\r\nHost: _\r\n\r\n", 400, true, "invalid character in URI -> 400"},
		{strict, "POST / HTTP/1.1\r\nHost: _\r\n\r\n", 400, true, "Invalid Hostname -> 400"},
	} {
		h, rej, err := readHead(test.p, test.raw)
		if err != nil {
			t.Errorf("%.80q: %v", test.raw, err)
			continue
		}
		got := fmt.Sprint(0, h.HTTP11, "")
		if rej != nil {
			got = fmt.Sprint(rej.Status, rej.HTTP11, rej.Reason)
			if !strings.HasPrefix(test.raw, rej.Raw) || rej.Raw == "" {
				t.Errorf("%.80q: Raw is %q", test.raw, rej.Raw)
			}
		}
		if want := fmt.Sprint(test.status, test.http11, test.reason); got != want {
			t.Errorf("%.80q:\n got %s\nwant %s", test.raw, got, want)
		}
	}
}

// TestHead looks at every part of an accepted head.
func TestHead(t *testing.T) {
	const browser = "GET /a/%7e/../b?x=%2f#frag HTTP/1.1\r\n" +
		"Host: WWW.Example.org:080\r\nUser-Agent:  x/1 \r\nEmpty:\r\nCookie: a=1\r\n" +
		"Accept: text/html\r\ncookie: b=2\r\nACCEPT: */*\r\nX: a\r\n  b\r\nConnection: close\r\n" +
		"Connection: keep-alive\r\n\r\n"
	p := DefaultPolicy()
	p.HostStrict = false // lets 080 be octal
	_, rej, _ := readHead(p, browser)
	if rej == nil || rej.Status != 400 || rej.Method != "GET" || rej.Target != "/a/b?x=%2F" {
		t.Fatalf("port 080 is no number: got %+v", rej)
	}
	raw := strings.Replace(browser, ":080", ":80", 1)
	h, rej, err := readHead(DefaultPolicy(), raw)
	if rej != nil || err != nil {
		t.Fatal(rej, err)
	}
	want := Head{
		Method: "GET", Target: "/a/b?x=%2F", TargetOrig: "/a/%7e/../b?x=%2f#frag",
		HTTP11: true, Authority: "www.example.org", ContentLength: NoLength, KeepAlive: true,
		Raw: raw, Size: len(raw),
		Fields: []Field{
			{"Host", "www.example.org"}, {"User-Agent", "x/1"}, {"Cookie", "a=1; b=2"},
			{"Accept", "text/html, */*"}, {"X", "a    b"}, {"Connection", "close, keep-alive"},
		},
	}
	got := *h
	got.ends, got.joins, got.index, got.memo = nil, nil, nil, hostMemo{}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if h.Get("ACCEPT") != "text/html, */*" || h.Get("Empty") != "" {
		t.Errorf("Get: %q, %q", h.Get("ACCEPT"), h.Get("Empty"))
	}
}

// TestLengths is about bodies, persistence and Expect.
func TestLengths(t *testing.T) {
	for _, test := range []struct {
		raw       string
		length    int64
		keepAlive bool
		expect    bool
	}{
		{"GET / HTTP/1.1\r\n", NoLength, true, false},
		{"GET / HTTP/1.0\r\n", NoLength, false, false},
		{"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n", NoLength, true, false},
		{"GET / HTTP/1.1\r\nConnection: close\r\n", NoLength, false, false},
		{"GET / HTTP/1.1\r\nConnection: close, keep-alive\r\n", NoLength, false, false},
		{"GET / HTTP/1.1\r\nConnection: keep-alive, close\r\n", NoLength, false, false},
		{"GET / HTTP/1.1\r\nConnection: close\r\nConnection: keep-alive\r\n", NoLength, true, false},
		{"GET / HTTP/1.1\r\nConnection: close\r\nConnection: x\r\n", NoLength, false, false},
		{"GET / HTTP/1.1\r\nConnection: closed\r\nProxy-Connection: close\r\n", NoLength, true, false},
		{"GET / HTTP/1.1\r\nContent-Length: 0\r\n", 0, true, false},
		{"PUT / HTTP/1.1\r\nContent-Length: 007\r\n", 7, true, false},
		{"PUT / HTTP/1.1\r\nContent-Length: 9223372036854775807\r\n", 1<<63 - 1, true, false},
		{"PUT / HTTP/1.1\r\nTransfer-Encoding: CHUNKED\r\nTransfer-Encoding: chunked\r\n", Chunked, true, false},
		{"PUT / HTTP/1.1\r\n", NoLength, true, false},
		{"PUT / HTTP/1.1\r\nContent-Length: 7\r\nExpect: 100-Continue\r\n", 7, true, true},
		{"PUT / HTTP/1.0\r\nContent-Length: 7\r\nExpect: 100-continue\r\n", 7, false, false},
		{"PUT / HTTP/1.1\r\nContent-Length: 7\r\nExpect: x\r\n", 7, true, false},
		{"QUERY / HTTP/1.1\r\n", NoLength, true, false},
	} {
		h, rej, err := readHead(DefaultPolicy(), test.raw+"Host: h\r\n\r\n")
		if rej != nil || err != nil {
			t.Errorf("%q: %v, %v", test.raw, rej, err)
			continue
		}
		if h.ContentLength != test.length || h.KeepAlive != test.keepAlive || h.Expect100 != test.expect {
			t.Errorf("%q: got %d, %v, %v", test.raw, h.ContentLength, h.KeepAlive, h.Expect100)
		}
		if h.Get("Transfer-Encoding") != "" {
			t.Errorf("%q: Transfer-Encoding is kept", test.raw)
		}
	}
}

// TestBothLengths: without header-strict the coding counts, and the
// connection is not trusted any further.
func TestBothLengths(t *testing.T) {
	h, rej, err := readHead(Policy{}, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n")
	if rej != nil || err != nil {
		t.Fatal(rej, err)
	}
	if h.ContentLength != Chunked || h.KeepAlive || h.Get("Content-Length") != "" {
		t.Errorf("got %+v", h)
	}
}

// TestUpgrade: Upgrade without Connection means nothing.
func TestUpgrade(t *testing.T) {
	h, _, _ := readHead(DefaultPolicy(), "GET / HTTP/1.1\r\nUpgrade: x\r\nA: b\r\nHost: h\r\n\r\n")
	if h.Get("Upgrade") != "" || h.Get("A") != "b" || h.Get("Host") != "h" || len(h.Fields) != 2 {
		t.Errorf("got %+v", h.Fields)
	}
	h, _, _ = readHead(DefaultPolicy(), "GET / HTTP/1.1\r\nUpgrade: x\r\nHost: h\r\nConnection: close, upgrade\r\n\r\n")
	if h.Get("Upgrade") != "x" {
		t.Errorf("got %+v", h.Fields)
	}
}

// TestAbsolute: the authority of the target is the Host, also with HTTP/1.0.
func TestAbsolute(t *testing.T) {
	for _, raw := range []string{
		"GET HTTP://H.x:80/a?b#c HTTP/1.0\r\n\r\n",
		"GET https://h.X:80/a?b#c HTTP/1.1\r\nhost: H.X:80\r\n\r\n",
	} {
		h, rej, err := readHead(DefaultPolicy(), raw)
		if rej != nil || err != nil {
			t.Fatal(raw, rej, err)
		}
		if h.Authority != "h.x" || h.Target != "/a?b" || h.TargetOrig != "/a?b#c" || !reflect.DeepEqual(h.Fields, []Field{{"Host", "h.x"}}) {
			t.Errorf("%q: got %+v", raw, h)
		}
	}
}

// TestManyFields: a head full of small fields costs no more than its size,
// and the index that takes over finds what the search found.
func TestManyFields(t *testing.T) {
	var raw strings.Builder
	raw.WriteString("GET / HTTP/1.1\r\nHost: h\r\n")
	for i := range 7000 {
		fmt.Fprintf(&raw, "%c:%d\r\n", "aAbB"[i%4], i%10)
	}
	for i := range 200 {
		fmt.Fprintf(&raw, "n%d: a\r\nN%d: b\r\n", i, i)
	}
	p := DefaultPolicy()
	p.MaxHead = 65535
	h, rej, err := readHead(p, raw.String()+"\r\n")
	if rej != nil || err != nil {
		t.Fatal(rej, err)
	}
	if len(h.Fields) != 203 || strings.Count(h.Get("A"), ", ") != 3499 || h.Get("n199") != "a, b" {
		t.Errorf("%d fields, %d, %q", len(h.Fields), strings.Count(h.Get("A"), ", "), h.Get("n199"))
	}
}

// TestReuse: nothing of one request is left in the next.
func TestReuse(t *testing.T) {
	br := bufio.NewReaderSize(strings.NewReader("PUT /a HTTP/1.0\r\nHost: x\r\nContent-Length: 2\r\nConnection: keep-alive\r\nA: b\r\nA: c\r\n\r\n12"+
		"GET /b HTTP/1.1\r\nHost: y\r\n\r\n"), 16<<10)
	p := DefaultPolicy()
	var h Head
	if rej, err := p.ReadHead(br, true, &h); rej != nil || err != nil {
		t.Fatal(rej, err)
	}
	first := h.Fields[3].Value
	if _, err := io.ReadAll(NewCountedReader(br, h.ContentLength)); err != nil {
		t.Fatal(err)
	}
	if rej, err := p.ReadHead(br, false, &h); rej != nil || err != nil {
		t.Fatal(rej, err)
	}
	if first != "b, c" || h.Target != "/b" || len(h.Fields) != 1 || h.ContentLength != NoLength || !h.HTTP11 || h.Authority != "y" {
		t.Errorf("%q, %+v", first, h)
	}
}
