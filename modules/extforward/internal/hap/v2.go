package hap

import (
	"bytes"
	"encoding/binary"
	"net/netip"
)

// headV2 is the length of what precedes the addresses: signature, version and
// command, family, length of the rest.
const headV2 = 16

// Commands and families of version 2.
const (
	commandLocal = 0x20
	commandProxy = 0x21
)

// families tell how addresses are laid out: the length of all, and how to read
// the client's.
var families = map[byte]struct {
	size int
	read func([]byte) (netip.AddrPort, string)
}{
	0x11: {12, func(b []byte) (netip.AddrPort, string) {
		return addressed(netip.AddrFrom4([4]byte(b)), b[8:])
	}},
	0x21: {36, func(b []byte) (netip.AddrPort, string) {
		return addressed(netip.AddrFrom16([16]byte(b)), b[32:])
	}},
	0x31: {216, func(b []byte) (netip.AddrPort, string) {
		path, _, _ := bytes.Cut(b[:108], []byte{0})
		return netip.AddrPort{}, string(path)
	}},
}

func addressed(addr netip.Addr, port []byte) (netip.AddrPort, string) {
	return netip.AddrPortFrom(addr, binary.BigEndian.Uint16(port)), addr.String()
}

// parseV2 reads a binary header.
func parseV2(data []byte) (h Header, n int, err error) {
	if len(data) < headV2 {
		return h, 0, ErrCut
	}
	command, family := data[12], data[13]
	n = headV2 + int(binary.BigEndian.Uint16(data[14:]))
	switch {
	case command != commandLocal && command != commandProxy:
		return h, 0, ErrMalformed
	case len(data) < n:
		return h, 0, ErrCut
	}
	layout, known := families[family]
	if command == commandLocal || !known {
		return h, n, nil
	}
	body := data[headV2:n]
	if len(body) < layout.size {
		return h, 0, ErrMalformed
	}
	h.Peer, h.Text = layout.read(body)
	eachTLV(body[layout.size:], h.take)
	return h, n, nil
}

// eachTLV calls f for each type, length and value in b. As in lighttpd, what
// is not well-formed ends the list and not the connection.
func eachTLV(b []byte, f func(kind byte, value []byte)) {
	for len(b) >= 3 {
		size := int(binary.BigEndian.Uint16(b[1:]))
		if len(b) < 3+size {
			return
		}
		f(b[0], b[3:3+size])
		b = b[3+size:]
	}
}

// Types of what may follow the addresses.
const (
	tlvUniqueID = 0x05
	tlvSSL      = 0x20
	tlvSSLCN    = 0x22
)

// sslVariables are the parts of tlvSSL that backends get.
var sslVariables = map[byte]string{
	0x21:     "SSL_PROTOCOL",
	tlvSSLCN: "SSL_CLIENT_S_DN_CN",
	0x23:     "SSL_CIPHER",
	0x24:     "SSL_SERVER_A_SIG",
	0x25:     "SSL_SERVER_A_KEY",
	0x26:     "SSL_GROUP",
	0x27:     "SSL_SERVER_SIG_SCHEME",
}

// take takes one of them in; those that nobody asks for are left out.
func (h *Header) take(kind byte, value []byte) {
	switch {
	case kind == tlvUniqueID:
		h.Env = append(h.Env, Variable{"PP2_UNIQUE_ID", string(value)})
	case kind == tlvSSL && len(value) >= 5:
		h.takeSSL(value)
	}
}

// Bits of the first byte of tlvSSL.
const (
	clientSSL      = 0x01
	clientCertConn = 0x02
	clientCertSess = 0x04
)

func (h *Header) takeSSL(value []byte) {
	h.TLS = value[0]&clientSSL != 0
	h.Verified = value[0]&(clientCertConn|clientCertSess) != 0 && binary.BigEndian.Uint32(value[1:]) == 0
	eachTLV(value[5:], func(kind byte, value []byte) {
		if name, ok := sslVariables[kind]; ok {
			h.Env = append(h.Env, Variable{name, string(value)})
		}
		if kind == tlvSSLCN {
			h.CN = string(value)
		}
	})
}
