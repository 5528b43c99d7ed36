package hap

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
)

// maxV1 is the length of the longest header of version 1, with its line end.
const maxV1 = 107

// parseV1 reads a line such as "PROXY TCP4 192.0.2.1 192.0.2.2 4711 80".
func parseV1(data []byte) (h Header, n int, err error) {
	end := bytes.Index(data[:min(len(data), maxV1)], []byte("\r\n"))
	switch {
	case end < 0 && len(data) < maxV1:
		return h, 0, ErrCut
	case end < 0:
		return h, 0, ErrMalformed
	}
	fields := strings.Split(string(data[len("PROXY "):end]), " ")
	if strings.HasPrefix(fields[0], "UNKNOWN") {
		return h, end + 2, nil
	}
	if len(fields) != 5 || fields[0] != "TCP4" && fields[0] != "TCP6" {
		return h, 0, ErrMalformed
	}
	is4 := fields[0] == "TCP4"
	from, ok := addrPort(fields[1], fields[3], is4)
	if !ok { // nobody asks for the other address
		return h, 0, ErrMalformed
	}
	return Header{Peer: from, Text: from.Addr().String()}, end + 2, nil
}

func addrPort(host, port string, is4 bool) (netip.AddrPort, bool) {
	addr, err1 := netip.ParseAddr(host)
	number, err2 := strconv.ParseUint(port, 10, 16)
	ok := err1 == nil && err2 == nil && addr.Is4() == is4 && addr.Zone() == "" && number > 0
	return netip.AddrPortFrom(addr, uint16(number)), ok
}
