package eval

import "net/netip"

// Field is what a condition compares (comp_key_t).
type Field uint8

// The fields a condition can name. RequestHeader takes a header name beside
// it; user-agent, referer, cookie and language are header names too.
const (
	Unconditional     Field = iota // the global context
	HTTPURL                        // $HTTP["url"]: decoded path without query
	HTTPQueryString                // $HTTP["query-string"], $HTTP["querystring"]
	HTTPHost                       // $HTTP["host"]
	HTTPScheme                     // $HTTP["scheme"]
	HTTPRequestMethod              // $HTTP["request-method"]
	HTTPRemoteIP                   // $HTTP["remote-ip"], $HTTP["remoteip"]
	ServerSocket                   // $SERVER["socket"]
	RequestHeader                  // $REQUEST_HEADER["any-name"]
)

// Subject is the request's (or connection's) side of a comparison.
type Subject interface {
	// Known reports whether f can be asked for yet (conditional_is_valid).
	Known(f Field) bool
	// Text is the compared text of f; header is the name for RequestHeader,
	// in lower case. An absent header, query or host is "".
	Text(f Field, header string) string
	// RemoteAddr is the client's address; invalid for a unix socket peer.
	RemoteAddr() netip.Addr
}

// number is the field as debug.log-condition-handling shows it.
func (f Field) number() int { return fieldNumbers[f] }

// fieldNumbers are the values of lighttpd's comp_key_t.
var fieldNumbers = [...]int{
	Unconditional:     0,
	ServerSocket:      1,
	HTTPURL:           2,
	HTTPHost:          3,
	HTTPRemoteIP:      8,
	HTTPQueryString:   9,
	HTTPScheme:        10,
	HTTPRequestMethod: 11,
	RequestHeader:     12,
}

// fieldName is a field with the header name that belongs to it.
type fieldName struct {
	field  Field
	header string
}

// httpFields are the names that $HTTP["…"] takes, in the order messages list
// them.
var httpFields = map[string]fieldName{
	"url":            {field: HTTPURL},
	"host":           {field: HTTPHost},
	"scheme":         {field: HTTPScheme},
	"querystring":    {field: HTTPQueryString},
	"query-string":   {field: HTTPQueryString},
	"request-method": {field: HTTPRequestMethod},
	"remoteip":       {field: HTTPRemoteIP},
	"remote-ip":      {field: HTTPRemoteIP},
	"useragent":      {RequestHeader, "user-agent"},
	"user-agent":     {RequestHeader, "user-agent"},
	"language":       {RequestHeader, "accept-language"},
	"referer":        {RequestHeader, "referer"},
	"cookie":         {RequestHeader, "cookie"},
}

// lookupField resolves $OBJECT["name"]. Both are case-sensitive; only the
// name of a header is not.
func lookupField(object, name string) (fieldName, bool) {
	switch object {
	case "HTTP":
		f, ok := httpFields[name]
		return f, ok
	case "REQUEST_HEADER":
		return fieldName{RequestHeader, asciiLower(name)}, true
	case "SERVER":
		if name == "socket" {
			return fieldName{field: ServerSocket}, true
		}
	}
	return fieldName{}, false
}
