package backend

import (
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// answer is a head whose fields have been given their meaning.
type answer struct {
	status      int // final: never 0
	given       bool
	length      int64 // -1 if not told
	chunked     bool
	close       bool // the client's connection is to be closed
	incremental bool
	location    string
	upgrade     string
	sendfile    string
	trailer     string
	fields      server.Header // what goes to the client
	bad         string        // why it cannot be used
}

// rule gives a field its meaning. It reports whether the client gets it.
type rule func(a *answer, f *server.Field) bool

// shared are the rules for all backends; cgi those for all but web servers;
// names are in lower case.
var (
	shared = map[string]rule{
		"upgrade":           (*answer).takeUpgrade,
		"http2-settings":    (*answer).drop,
		"content-length":    (*answer).takeLength,
		"transfer-encoding": (*answer).takeCoding,
		"content-type":      (*answer).takeType,
		"trailer":           (*answer).takeTrailer,
		"incremental":       (*answer).takeIncremental,
		"x-sendfile":        (*answer).takeSendfile,
	}
	cgi = map[string]rule{
		"status":     (*answer).takeStatus,
		"location":   (*answer).takeLocation,
		"connection": (*answer).takeConnection,
	}
	proxy = map[string]rule{"connection": (*answer).drop}
)

// interpret gives the fields of h their meaning. A mistake does not stop it:
// the answer then is bad.
func interpret(h head, kind Kind) *answer {
	a := &answer{status: h.status, given: h.status != 0, length: -1, bad: h.bad}
	own := cgi
	if kind == Proxy {
		own = proxy
	}
	for _, f := range h.fields {
		name := strings.ToLower(f.Name)
		meaning := own[name]
		if meaning == nil {
			meaning = shared[name]
		}
		switch {
		case meaning != nil && !meaning(a, &f):
		case f.Value == "", strings.HasPrefix(name, "x-lighttpd-"):
		default:
			a.fields.Add(f.Name, f.Value)
		}
	}
	a.settle()
	return a
}

// settle decides what the fields mean together.
func (a *answer) settle() {
	if a.chunked {
		a.length = -1
		a.fields.Del("Content-Length")
	}
	switch {
	case a.status != 0:
	case a.location != "":
		a.status = 302
	default:
		a.status = 200
	}
}

// interim reports an informational answer that another one follows.
func (a *answer) interim() bool { return a.bad == "" && a.status < 200 && a.status != 101 }

func (a *answer) drop(*server.Field) bool { return false }

// takeStatus lets the first status that is not 200 win.
func (a *answer) takeStatus(f *server.Field) bool {
	n := parseStatus(f.Value)
	switch {
	case n == 0:
		a.bad = "invalid Status"
	case a.status == 0 || a.status == 200:
		a.status = n
	}
	a.given = true
	return false
}

func (a *answer) takeLocation(f *server.Field) bool {
	a.location = f.Value
	return true
}

func (a *answer) takeConnection(f *server.Field) bool {
	for token := range strings.SplitSeq(f.Value, ",") {
		if strings.EqualFold(strings.Trim(token, " \t"), "close") {
			a.close = true
		}
	}
	return true
}

func (a *answer) takeUpgrade(f *server.Field) bool {
	a.upgrade = f.Value
	return false
}

// takeLength takes the first length. What is sent is the plain number.
func (a *answer) takeLength(f *server.Field) bool {
	if f.Value == "" || a.length >= 0 {
		return false
	}
	digits := strings.TrimPrefix(strings.TrimRight(f.Value, " \t"), "+")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !digit(digits[0]) {
		a.bad = "invalid Content-Length"
		return false
	}
	a.length, f.Value = n, strconv.FormatInt(n, 10)
	return true
}

func (a *answer) takeCoding(f *server.Field) bool {
	if f.Value == "" {
		return false
	}
	if a.chunked = strings.EqualFold(f.Value, "chunked"); !a.chunked {
		a.bad = "unknown Transfer-Encoding"
	}
	return false
}

// takeType gives scripts the type of RFC 9239.
func (a *answer) takeType(f *server.Field) bool {
	if rest, ok := strings.CutPrefix(f.Value, "application/javascript"); ok {
		f.Value = "text/javascript" + rest
	}
	return true
}

func (a *answer) takeTrailer(f *server.Field) bool {
	a.trailer = f.Value
	return true
}

func (a *answer) takeIncremental(f *server.Field) bool {
	a.incremental = strings.Trim(f.Value, " \t") == "?1"
	return true
}

func (a *answer) takeSendfile(f *server.Field) bool {
	a.sendfile = f.Value
	return false
}
