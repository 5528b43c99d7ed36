package hap

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// v2 makes a header of version 2.
func v2(command, family byte, body string) string {
	length := binary.BigEndian.AppendUint16(nil, uint16(len(body)))
	return string(signature) + string([]byte{command, family}) + string(length) + body
}

func tlv(kind byte, value string) string {
	return string([]byte{kind, byte(len(value) >> 8), byte(len(value))}) + value
}

const (
	tcp4 = "\x01\x02\x03\x04\x05\x06\x07\x08\x12\x34\x00\x50"
	tcp6 = " \x01\r\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x05" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" + "\x12\x34\x00\x50"
)

var unix = "/run/peer.sock" + strings.Repeat("\x00", 216-14)

var headers = []struct{ name, in, want string }{
	{"v1 TCP4", "PROXY TCP4 1.2.3.4 5.6.7.8 4660 80\r\n", "1.2.3.4:4660 1.2.3.4"},
	{"v1 TCP6", "PROXY TCP6 2001:db8:0::5 ::1 4660 80\r\n", "[2001:db8::5]:4660 2001:db8::5"},
	{"v1 unknown", "PROXY UNKNOWN\r\n", "invalid AddrPort "},
	{"v1 unknown with addresses", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", "invalid AddrPort "},
	{"v1 longest", "PROXY UNKNOWN " + strings.Repeat("x", 91) + "\r\n", "invalid AddrPort "},
	{"v1 too long", "PROXY UNKNOWN " + strings.Repeat("x", 92) + "\r\n", "malformed"},
	{"v1 lower case", "PROXY tcp4 1.2.3.4 5.6.7.8 4660 80\r\n", "malformed"},
	{"v1 lower case word", "proxy TCP4 1.2.3.4 5.6.7.8 4660 80\r\n", "missing"},
	{"v1 wrong family", "PROXY TCP4 ::1 5.6.7.8 4660 80\r\n", "malformed"},
	{"v1 bad address", "PROXY TCP4 1.2.3.400 5.6.7.8 4660 80\r\n", "malformed"},
	{"v1 bad destination", "PROXY TCP4 1.2.3.4 x 4660 80\r\n", "1.2.3.4:4660 1.2.3.4"},
	{"v1 port 0", "PROXY TCP4 1.2.3.4 5.6.7.8 0 80\r\n", "malformed"},
	{"v1 port 65536", "PROXY TCP4 1.2.3.4 5.6.7.8 65536 80\r\n", "malformed"},
	{"v1 no port", "PROXY TCP4 1.2.3.4 5.6.7.8 4660\r\n", "malformed"},
	{"v1 too many fields", "PROXY TCP4 1.2.3.4 5.6.7.8 4660 80 1\r\n", "malformed"},
	{"v1 two blanks", "PROXY TCP4  1.2.3.4 5.6.7.8 4660 80\r\n", "malformed"},
	{"v1 bare LF", "PROXY TCP4 1.2.3.4 5.6.7.8 4660 80\n" + strings.Repeat("x", 99), "malformed"},
	{"v1 nothing", "PROXY \r\n", "malformed"},
	{"v2 TCP4", v2(0x21, 0x11, tcp4), "1.2.3.4:4660 1.2.3.4"},
	{"v2 TCP6", v2(0x21, 0x21, tcp6), "[2001:db8::5]:4660 2001:db8::5"},
	{"v2 unix", v2(0x21, 0x31, unix), "invalid AddrPort /run/peer.sock"},
	{"v2 local", v2(0x20, 0x00, ""), "invalid AddrPort "},
	{"v2 local with an address", v2(0x20, 0x11, tcp4), "invalid AddrPort "},
	{"v2 unspecified", v2(0x21, 0x00, "junk"), "invalid AddrPort "},
	{"v2 UDP", v2(0x21, 0x12, tcp4), "invalid AddrPort "},
	{"v2 other command", v2(0x22, 0x11, tcp4), "malformed"},
	{"v2 other version", v2(0x11, 0x11, tcp4), "malformed"},
	{"v2 short address", v2(0x21, 0x11, tcp4[:11]), "malformed"},
	{"v2 unique id", v2(0x21, 0x11, tcp4+tlv(5, "id")+tlv(0xea, "else")), "1.2.3.4:4660 1.2.3.4 PP2_UNIQUE_ID=id"},
	{"v2 SSL", v2(0x21, 0x11, tcp4+tlv(0x20, "\x01\x00\x00\x00\x01"+tlv(0x21, "TLSv1.3")+tlv(0x23, "AES")+tlv(0x99, "x"))),
		"1.2.3.4:4660 1.2.3.4 tls SSL_PROTOCOL=TLSv1.3 SSL_CIPHER=AES"},
	{"v2 verified", v2(0x21, 0x11, tcp4+tlv(0x20, "\x03\x00\x00\x00\x00"+tlv(0x22, "ann"))),
		"1.2.3.4:4660 1.2.3.4 tls verified ann SSL_CLIENT_S_DN_CN=ann"},
	{"v2 verified in the session", v2(0x21, 0x11, tcp4+tlv(0x20, "\x05\x00\x00\x00\x00")), "1.2.3.4:4660 1.2.3.4 tls verified "},
	{"v2 verification failed", v2(0x21, 0x11, tcp4+tlv(0x20, "\x07\x00\x00\x00\x09")), "1.2.3.4:4660 1.2.3.4 tls"},
	{"v2 no certificate", v2(0x21, 0x11, tcp4+tlv(0x20, "\x00\x00\x00\x00\x00")), "1.2.3.4:4660 1.2.3.4"},
	{"v2 SSL too short", v2(0x21, 0x11, tcp4+tlv(0x20, "\x01\x00\x00\x00")), "1.2.3.4:4660 1.2.3.4"},
	{"v2 TLV beyond the end", v2(0x21, 0x11, tcp4+"\x05\x00\x09id"), "1.2.3.4:4660 1.2.3.4"},
	{"v2 half a TLV", v2(0x21, 0x11, tcp4+"\x05\x00"), "1.2.3.4:4660 1.2.3.4"},
	{"v2 SSL part beyond the end", v2(0x21, 0x11, tcp4+tlv(0x20, "\x01\x00\x00\x00\x00\x21\x00\x09x")), "1.2.3.4:4660 1.2.3.4 tls"},
	{"HTTP", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "missing"},
	{"empty lines", "\r\n\r\nGET / HTTP/1.1\r\n", "missing"},
}

func (h Header) String() string {
	s := h.Peer.String() + " " + h.Text
	if h.TLS {
		s += " tls"
	}
	if h.Verified {
		s += " verified " + h.CN
	}
	for _, v := range h.Env {
		s += " " + v.Name + "=" + v.Value
	}
	return s
}

func TestParse(t *testing.T) {
	for _, c := range headers {
		h, n, err := Parse([]byte(c.in + "GET /"))
		got := fmt.Sprint(h)
		switch {
		case errors.Is(err, ErrMalformed):
			got = "malformed"
		case errors.Is(err, ErrMissing):
			got = "missing"
		case err != nil:
			got = err.Error()
		case n != len(c.in):
			t.Errorf("%s: takes %d bytes of %d", c.name, n, len(c.in))
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestCutAtEveryByte demands that no part of a header passes for one.
func TestCutAtEveryByte(t *testing.T) {
	for _, c := range headers {
		for n := range len(c.in) {
			if h, _, err := Parse([]byte(c.in[:n])); err == nil {
				t.Errorf("%s: the first %d bytes are %v", c.name, n, h)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range headers {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, n, err := Parse(data); err == nil && (n <= 0 || n > len(data) || h.Peer.IsValid() && h.Text == "") {
			t.Errorf("%v takes %d of %d bytes", h, n, len(data))
		}
	})
}
