package accesslog

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/lestrrat-go/strftime"
)

// stampLayout is %t, the time of the Common Log Format.
const stampLayout = "[02/Jan/2006:15:04:05 -0700]"

// clock remembers the text of the present second.
type clock struct{ now atomic.Pointer[stamp] }

type stamp struct {
	second int64
	text   string
}

// text is t in the Common Log Format, local time.
func (c *clock) text(t time.Time) string {
	if s := c.now.Load(); s != nil && s.second == t.Unix() {
		return s.text
	}
	s := &stamp{t.Unix(), t.Local().Format(stampLayout)}
	c.now.Store(s)
	return s.text
}

// epochs are the special tokens of %{…}t: a count since the epoch, or the
// fraction of the second.
var epochs = map[string]func(dst []byte, t time.Time) []byte{
	"sec":       func(dst []byte, t time.Time) []byte { return strconv.AppendInt(dst, t.Unix(), 10) },
	"msec":      func(dst []byte, t time.Time) []byte { return appendRoundedUp(dst, t.UnixNano(), 1e6) },
	"usec":      func(dst []byte, t time.Time) []byte { return appendRoundedUp(dst, t.UnixNano(), 1e3) },
	"nsec":      func(dst []byte, t time.Time) []byte { return strconv.AppendInt(dst, t.UnixNano(), 10) },
	"msec_frac": func(dst []byte, t time.Time) []byte { return fmt.Appendf(dst, "%03d", t.Nanosecond()/1e6) },
	"usec_frac": func(dst []byte, t time.Time) []byte { return fmt.Appendf(dst, "%06d", t.Nanosecond()/1e3) },
	"nsec_frac": func(dst []byte, t time.Time) []byte { return fmt.Appendf(dst, "%09d", t.Nanosecond()) },
}

func appendRoundedUp(dst []byte, ns, unit int64) []byte {
	return strconv.AppendInt(dst, (ns+unit-1)/unit, 10)
}

// buildTime is %t and %{…}t. As in lighttpd a format has room for one text
// of whole seconds.
func buildTime(c *compiler, name string) (appender, error) {
	when := func(e *entry) time.Time { return e.end }
	rest, isBegin := strings.CutPrefix(name, "begin:")
	if isBegin {
		when = func(e *entry) time.Time { return e.r.Start }
	}
	rest = strings.TrimPrefix(rest, "end:")
	if epoch, ok := epochs[rest]; ok && rest != "sec" {
		return func(dst []byte, e *entry) []byte { return epoch(dst, when(e)) }, nil
	}
	if c.stamps++; c.stamps > 1 {
		return nil, fmt.Errorf("only one time of whole seconds fits in a format")
	}
	switch {
	case rest == "":
		return func(dst []byte, e *entry) []byte { return append(dst, e.clock.text(when(e))...) }, nil
	case rest == "sec":
		return func(dst []byte, e *entry) []byte { return epochs["sec"](dst, when(e)) }, nil
	case !strings.Contains(rest, "%"):
		return nil, fmt.Errorf("%q is neither a strftime format nor a known time", rest)
	}
	layout, err := strftime.New(rest)
	if err != nil {
		return nil, fmt.Errorf("time format %q: %w", rest, err)
	}
	return func(dst []byte, e *entry) []byte { return append(dst, layout.FormatString(when(e).Local())...) }, nil
}

// units are those of %{…}T.
var units = map[string]time.Duration{
	"": time.Second, "s": time.Second, "sec": time.Second,
	"ms": time.Millisecond, "msec": time.Millisecond,
	"us": time.Microsecond, "usec": time.Microsecond,
	"ns": time.Nanosecond, "nsec": time.Nanosecond,
}

// buildDuration is %T and %D: seconds are a difference of whole-second
// clocks, smaller units are rounded up, and a clock that went back gives -1.
func buildDuration(_ *compiler, name string) (appender, error) {
	unit, ok := units[name]
	if !ok {
		return nil, fmt.Errorf("%q is not a unit of time; s, ms, us and ns are", name)
	}
	return func(dst []byte, e *entry) []byte {
		used := e.end.Sub(e.r.Start)
		switch {
		case used < 0:
			return append(dst, "-1"...)
		case unit == time.Second:
			return strconv.AppendInt(dst, e.end.Unix()-e.r.Start.Unix(), 10)
		}
		return appendRoundedUp(dst, int64(used), int64(unit))
	}, nil
}
