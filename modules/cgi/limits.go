package cgi

import (
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// limits are the values of cgi.limits. Zero is none.
type limits struct {
	read, write time.Duration
	shut        syscall.Signal // tcp-fin-propagate
}

func parseLimits(at server.At, v eval.Value) (limits, error) {
	var l limits
	for _, e := range v.List {
		switch strings.ToLower(e.Key) {
		case "read-timeout":
			l.read = seconds(e.Value)
		case "write-timeout":
			l.write = seconds(e.Value)
		case "tcp-fin-propagate":
			l.shut = signal(e.Value)
		default:
			at.Loader.Warnf(at.Range, "unrecognized cgi.limits param: %s", e.Key)
		}
	}
	return l, nil
}

// number reads an integer or decimal digits; what is neither counts as 0.
func number(v eval.Value) int64 {
	if v.Kind == eval.Integer {
		return max(int64(v.Int), 0)
	}
	n, err := strconv.ParseInt(v.Str, 10, 32)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func seconds(v eval.Value) time.Duration {
	return time.Duration(min(number(v), 1<<31-1)) * time.Second
}

// signal reads a number, or a name with or without SIG. An unknown name is
// SIGTERM.
func signal(v eval.Value) syscall.Signal {
	if n := number(v); n > 0 || v.Kind == eval.Integer || v.Str == "0" {
		return syscall.Signal(min(n, 64))
	}
	name := strings.ToUpper(v.Str)
	if !strings.HasPrefix(name, "SIG") {
		name = "SIG" + name
	}
	if s := unix.SignalNum(name); s != 0 {
		return s
	}
	return syscall.SIGTERM
}
