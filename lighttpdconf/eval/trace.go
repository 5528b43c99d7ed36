package eval

import "fmt"

// The lines of debug.log-condition-handling (section 14.5).

var resultNames = [...]string{Unset: "unset", Skip: "skipped", False: "false", True: "true"}

// String is the result as the trace shows it.
func (r Result) String() string { return resultNames[r] }

func (rs *Results) traceResult(x *Context, how string) {
	rs.Trace(fmt.Sprintf("%d (%s) result: %s (cond: %s)", x.ID, how, rs.entries[x.ID].whole, x.Key))
}

func traceUnknown(x *Context) string {
	return fmt.Sprintf("%d %s not available yet", x.Cond.Field.number(), x.Key)
}

func traceCompare(x *Context, s Subject) string {
	return fmt.Sprintf("%s compare to %s", x.Cond.head(), s.Text(x.Cond.Field, x.Cond.Header))
}
