package wstunnel

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/gobwas/ws"

	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func TestHandshake(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( "/ws" => ( BACKEND ) )`)
	c, b := r.open("Sec-WebSocket-Protocol: base64, binary")
	lines := strings.Split(c.raw, "\r\n")
	want := []string{"HTTP/1.1 101 Switching Protocols", "Upgrade: websocket",
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Sec-WebSocket-Protocol: binary",
		"Connection: upgrade", "Date: ", "Server: "}
	for i, w := range want {
		if i >= len(lines) || !strings.HasPrefix(lines[i], w) || i < 5 && lines[i] != w {
			t.Fatalf("head:\n%s\nwant line %d %q", c.raw, i, w)
		}
	}
	send(t, c, masked(ws.OpText, "up"))
	expect(t, b, "up")
	send(t, b, "down")
	expect(t, c, plain(ws.OpBinary, "down"))
	send(t, c, masked(ws.OpClose, ""))
	expectEnd(t, c, closed1000)
	expectEnd(t, b, "")
	if log := r.Log(); log != "" {
		t.Errorf("a normal tunnel leaves lines: %s", log)
	}
}

func TestSubprotocolAndType(t *testing.T) {
	for _, tt := range []struct{ frameType, offered, announced, down string }{
		{"", "", "", plain(ws.OpText, "x")},
		{"binary", "", "", plain(ws.OpBinary, "x")},
		{"BINARY", "", "", plain(ws.OpBinary, "x")},
		{"nonsense", "", "", plain(ws.OpText, "x")},
		{"text", "binary", "binary", plain(ws.OpBinary, "x")},
		{"text", "base64, BINARY;q=1", "binary", plain(ws.OpBinary, "x")},
		{"text", "base64", "base64", plain(ws.OpText, "x")},
		{"binary", "base64", "base64", plain(ws.OpBinary, "x")},
		{"text", "mqtt, binaryx", "", plain(ws.OpText, "x")},
	} {
		conf := `wstunnel.server = ( "" => ( BACKEND ) )` + "\n"
		if tt.frameType != "" {
			conf += `wstunnel.frame-type = "` + tt.frameType + `"`
		}
		r := newRig(t, conf)
		var lines []string
		if tt.offered != "" {
			lines = append(lines, "Sec-WebSocket-Protocol: "+tt.offered)
		}
		c, b := r.open(lines...)
		if got := c.head.Get("Sec-WebSocket-Protocol"); got != tt.announced {
			t.Errorf("%+v: announced %q", tt, got)
		}
		send(t, b, "x")
		expect(t, c, tt.down)
	}
}

// TestNotTunnelled are requests that the module leaves to others.
func TestNotTunnelled(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( "/ws" => ( BACKEND ), ".sock" => ( BACKEND ) )`)
	for _, tt := range []struct {
		name, raw string
		status    int
	}{
		{"other path", handshake("/other"), 404},
		{"suffix inside", handshake("/a.sock/b"), 404},
		{"plain GET", handshake("/ws", "Upgrade:", "Connection:"), 404},
		{"Connection without upgrade", handshake("/ws", "Connection: keep-alive"), 404},
		{"websocket/13", handshake("/ws", "Upgrade: websocket/13"), 404},
		{"websockets", handshake("/ws", "Upgrade: websockets"), 404},
		{"foo websocket", handshake("/ws", "Upgrade: foo websocket"), 404},
		{"h2c", handshake("/ws", "Upgrade: h2c, websocket"), 404},
		{"POST", strings.Replace(handshake("/ws", "Content-Length: 0"), "GET", "POST", 1), 404},
		{"HTTP/1.0", strings.Replace(handshake("/ws"), "HTTP/1.1", "HTTP/1.0", 1), 400},
		{"no Host", handshake("/ws", "Host:"), 400},
	} {
		if c := r.dial(tt.raw); c.status != tt.status {
			t.Errorf("%s: %d, want %d", tt.name, c.status, tt.status)
		}
	}
	for _, upgrade := range []string{"WebSocket", "foo, websocket", "websocket;x", "websocket foo", ",, websocket"} {
		c := r.dial(handshake("/ws", "Upgrade: "+upgrade, "Connection: close, upgrade"))
		if c.status != 101 {
			t.Errorf("Upgrade: %s: %d", upgrade, c.status)
		}
		r.accept()
	}
}

func TestRefusals(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( "" => ( BACKEND ) )
wstunnel.debug = 3
wstunnel.origins = ( "example.com", "http://h:81" )`)
	for _, tt := range []struct {
		name   string
		lines  []string
		status int
		log    string
	}{
		{"origin", []string{"Origin: example.com"}, 101, "WebSocket Version = 13"},
		{"subdomain", []string{"Origin: http://www.example.com"}, 101, ""},
		{"exact URL", []string{"Origin: http://h:81"}, 101, ""},
		{"no dot before", []string{"Origin: http://example.com"}, 403, "ORIGIN does not match any allowed origins"},
		{"other case", []string{"Origin: EXAMPLE.com"}, 403, ""},
		{"end of another name", []string{"Origin: badexample.com"}, 403, ""},
		{"port", []string{"Origin: http://example.com:80"}, 403, ""},
		{"null", []string{"Origin: null"}, 403, ""},
		{"none", nil, 400, "Origin header is invalid"},
		{"old name", []string{"Sec-WebSocket-Origin: example.com"}, 400, ""},
		{"no version", []string{"Origin: example.com", "Sec-WebSocket-Version:"}, 400, "invalid Sec-WebSocket-Version"},
		{"version 8", []string{"Origin: example.com", "Sec-WebSocket-Version: 8"}, 400, ""},
		{"version 13x", []string{"Origin: example.com", "Sec-WebSocket-Version: 13x"}, 400, ""},
		{"version +13", []string{"Origin: example.com", "Sec-WebSocket-Version: +13"}, 400, ""},
		{"two versions", []string{"Origin: example.com", "Sec-WebSocket-Version: 13, 8"}, 400, ""},
		{"version 0013", []string{"Origin: example.com", "Sec-WebSocket-Version:  0013 "}, 101, ""},
		{"no key", []string{"Origin: example.com", "Sec-WebSocket-Key:"}, 400, "Sec-WebSocket-Key is invalid"},
		{"any key", []string{"Origin: example.com", "Sec-WebSocket-Key: x"}, 101, ""},
	} {
		r.Log()
		c := r.dial(handshake("/ws", tt.lines...))
		log := r.Log()
		if c.status == 101 {
			r.accept()
		}
		if c.status != tt.status || !strings.Contains(log, tt.log) {
			t.Errorf("%s: %d, want %d and %q in\n%s", tt.name, c.status, tt.status, tt.log, log)
		}
		if c.head.Get("Sec-WebSocket-Version") != "" {
			t.Errorf("%s: a version is announced", tt.name)
		}
		if stays := tt.name != "no key"; c.status >= 400 && stays == strings.Contains(c.raw, "Connection: close\r\n") {
			t.Errorf("%s: %s", tt.name, c.raw)
		}
	}
}

// TestConnectionStays sends a good handshake behind refused ones on the same
// connection.
func TestConnectionStays(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( "" => ( BACKEND ) )
wstunnel.origins = ( "o" )`)
	c := r.dial(handshake("/ws"))
	c.ask(t, handshake("/ws", "Origin: other"))
	if c.status != 403 {
		t.Fatal(c.status)
	}
	c.ask(t, handshake("/ws", "Origin: o"))
	if c.status != 101 {
		t.Fatal(c.status)
	}
	r.accept()
}

// TestDown checks that a backend that is down is told before anything that is
// wrong with the handshake, and that the client can go on.
func TestDown(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	r := rigWith(t, gone, `wstunnel.server = ( "/ws" => ( BACKEND ) )
wstunnel.origins = ( "o" )`)
	c := r.dial(handshake("/ws", "Origin: o"))
	if log := r.Log(); c.status != 503 || !strings.Contains(log, "establishing connection failed: socket: tcp:") {
		t.Errorf("%d\n%s", c.status, log)
	}
	c.ask(t, handshake("/ws", "Origin: bad", "Sec-WebSocket-Version: 1"))
	if c.status != 503 {
		t.Errorf("%d, want 503: the host is down", c.status)
	}
	c.ask(t, handshake("/other"))
	if c.status != 404 {
		t.Error(c.status)
	}
}

func TestMapExtensionsAndConditions(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( ".a" => ( BACKEND ) )
wstunnel.map-extensions = ( ".b" => ".a", ".c" => ".none" )
$HTTP["url"] =^ "/off" { wstunnel.server = ( "/off/on" => ( BACKEND ) ) }`)
	for path, want := range map[string]int{
		"/x.a": 101, "/x.b": 101, "/x.c": 404, "/%78.%61?q": 101,
		"/off/x.a": 404, "/off/on": 101,
	} {
		c := r.dial(handshake(path))
		if c.status != want {
			t.Errorf("%s: %d, want %d", path, c.status, want)
		}
		if c.status == 101 {
			r.accept()
		}
	}
}

// TestEarlyFrames sends frames right behind the request head.
func TestEarlyFrames(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( "" => ( BACKEND ) )`)
	c := r.dial(handshake("/ws") + masked(ws.OpText, "early") + masked(ws.OpPing, "p") + masked(ws.OpClose, ""))
	expectEnd(t, c, plain(ws.OpPong, "p")+closed1000)
	expectEnd(t, r.accept(), "early")
	c = r.dial(handshake("/ws") + "\x83\x80")
	expectEnd(t, c, closed1002)
}

func TestRequestBody(t *testing.T) {
	for _, stream := range []string{"0", "1", "2"} {
		r := newRig(t, `wstunnel.server = ( "" => ( BACKEND ) )
server.http-parseopts = ( "method-get-body" => "enable" )
server.stream-request-body = `+stream)
		for _, raw := range []string{
			handshake("/ws", "Content-Length: 5") + "abcde",
			handshake("/ws", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
			handshake("/ws", "Content-Length: 0"),
		} {
			c := r.dial(raw + masked(ws.OpText, "frame"))
			if c.status != 101 {
				t.Fatalf("stream %s: %d", stream, c.status)
			}
			expect(t, r.accept(), "frame")
		}
	}
}

func TestMaxRequestSize(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( "" => ( BACKEND ) )
server.max-request-size = 1`)
	c, b := r.open()
	send(t, c, masked(ws.OpBinary, strings.Repeat("x", 1000)))
	expect(t, b, strings.Repeat("x", 1000))
	send(t, c, masked(ws.OpBinary, strings.Repeat("x", 1000)))
	expectEnd(t, c, "")
	io.ReadAll(b)
	if log := r.Log(); !strings.Contains(log, "request-size too long: 2016 -> 413") {
		t.Error(log)
	}
}

func TestReset(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( "" => ( BACKEND ) )`)
	c, b := r.open()
	b.(*net.TCPConn).SetLinger(0)
	b.Close()
	expectEnd(t, c, closed1011)
}

func TestGracefulStop(t *testing.T) {
	r := newRig(t, `wstunnel.server = ( "" => ( BACKEND ) )`)
	c, b := r.open()
	r.Drain()
	expectEnd(t, b, "")
	send(t, b, "last")
	b.Close()
	expectEnd(t, c, plain(ws.OpText, "last")+closed1001)
}

// TestErrors are mistakes that stop the start.
func TestErrors(t *testing.T) {
	for conf, want := range map[string]string{
		`wstunnel.server = "x"`:                                                     "should have been a list",
		`wstunnel.server = ( "x" )`:                                                 "should have been a list of key => list",
		`wstunnel.server = ( "/ws" => ( "host" => "h" ) )`:                          "unexpected value for gw.server near [host]",
		`wstunnel.server = ( "" => (( "port" => 1 )) )`:                             "host or bin-path have to be set",
		`wstunnel.server = ( "" => (( "host" => "::1", "mode" => "authorizer" )) )`: "must not define any hosts with attribute",
		`wstunnel.balance = 1`:                                                      "should have been a string",
		`wstunnel.frame-type = ( "x" )`:                                             "should have been a string",
		`wstunnel.debug = "x"`:                                                      "expected an integer",
		`wstunnel.ping-interval = 65537`:                                            "expected a short integer, range 0 ... 65535",
		`wstunnel.ping-interval = "5s"`:                                             "expected a short integer",
		`wstunnel.origins = "x"`:                                                    "wstunnel.origins should have been a list",
		`wstunnel.origins = ( "a" => "b" )`:                                         "list of string values",
		`wstunnel.origins = ( "a", "" )`:                                            "unexpected empty string in wstunnel.origins",
		`wstunnel.map-extensions = ( "a" )`:                                         "list of key => string values",
	} {
		_, diags := servertest.Load(t, t.TempDir(), "server.document-root = env.ROOT\nserver.modules = ( \"mod_wstunnel\" )\n"+conf, Module)
		text := ""
		for _, d := range diags {
			text += d.Summary + "\n"
		}
		if !diags.HasErrors() || !strings.Contains(text, want) {
			t.Errorf("%s: %q, want %q", conf, text, want)
		}
	}
}

// TestAccepted are values that look odd and are fine.
func TestAccepted(t *testing.T) {
	for _, conf := range []string{
		`wstunnel.server = ( )`, `wstunnel.server = ( "/ws" => ( ) )`, `wstunnel.origins = ( )`,
		`wstunnel.ping-interval = "5"`, `wstunnel.ping-interval = 65536`, `wstunnel.debug = "4"`,
		`wstunnel.balance = "Hash"`, `wstunnel.frame-type = "x"`,
		`wstunnel.server = ( "" => ( "one" => ( "host" => "::1", "port" => "80" ) ) )`,
	} {
		_, diags := servertest.Load(t, t.TempDir(), "server.document-root = env.ROOT\nserver.modules = ( \"mod_wstunnel\" )\n"+conf, Module)
		if diags.HasErrors() {
			t.Errorf("%s: %v", conf, diags)
		}
	}
}
