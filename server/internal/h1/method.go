package h1

// methods are the ones lighttpd knows; anything else is 501.
var methods = map[string]bool{
	"GET": true, "HEAD": true, "QUERY": true, "POST": true, "PUT": true,
	"DELETE": true, "CONNECT": true, "OPTIONS": true, "TRACE": true,
	"ACL": true, "BASELINE-CONTROL": true, "BIND": true, "CHECKIN": true,
	"CHECKOUT": true, "COPY": true, "LABEL": true, "LINK": true,
	"LOCK": true, "MERGE": true, "MKACTIVITY": true, "MKCALENDAR": true,
	"MKCOL": true, "MKREDIRECTREF": true, "MKWORKSPACE": true,
	"MOVE": true, "ORDERPATCH": true, "PATCH": true, "PROPFIND": true,
	"PROPPATCH": true, "REBIND": true, "REPORT": true, "SEARCH": true,
	"UNBIND": true, "UNCHECKOUT": true, "UNLINK": true, "UNLOCK": true,
	"UPDATE": true, "UPDATEREDIRECTREF": true, "VERSION-CONTROL": true,
}

// KnownMethod reports whether lighttpd knows the method. Case matters.
func KnownMethod(m string) bool { return m == "GET" || methods[m] }
