package eval

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fieldAdvice says which fields there are when $OBJECT["name"] is none.
func fieldAdvice(object, name string) string {
	switch object {
	case "HTTP":
		if _, ok := httpFields[asciiLower(name)]; ok {
			return fmt.Sprintf("field names are lower case: $HTTP[%q]", asciiLower(name))
		}
		return fmt.Sprintf("$HTTP has the fields %s; any other header is $REQUEST_HEADER[%q]",
			strings.Join(slices.Sorted(maps.Keys(httpFields)), ", "), name)
	case "SERVER":
		return `the only field of $SERVER is "socket": $SERVER["socket"] == ":443"`
	}
	return `conditions begin with $HTTP["…"], $REQUEST_HEADER["…"] or $SERVER["socket"], in capital letters`
}

// addressAdvice says what an address looks like in a condition on f.
func addressAdvice(f Field) string {
	switch f {
	case HTTPRemoteIP:
		return `write an address or a network, such as "192.0.2.1", "192.0.2.0/24" or "2001:db8::/32"; ` +
			`to match the beginning of an address use a regular expression such as "^10\.[0-9]"`
	case ServerSocket:
		return `write an address and a port, such as ":443", "192.0.2.1:80" or "[2001:db8::1]:80"; ` +
			`a regular expression must begin with ":"`
	}
	return `write a host name, with a port from 1 to 65535 if need be; IPv6 addresses stand in brackets: "[2001:db8::1]:80"`
}
