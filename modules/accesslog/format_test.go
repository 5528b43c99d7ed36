package accesslog

import (
	"strings"
	"testing"
	"time"
)

func TestCompileRefuses(t *testing.T) {
	long := strings.Repeat("%m-", 64)
	for _, tc := range []struct{ format, want string }{
		{`%`, "without a field letter"},
		{`a %>`, "without a field letter"},
		{`%Z`, `unknown field "%Z"`},
		{`%{x`, "missing }"},
		{`%{}i`, "nothing between the braces"},
		{`%{x}`, "without a field letter"},
		{`%{h}T`, "not a unit of time"},
		{`%{there}p`, "not known for a port"},
		{`%{half}a`, "not known for an address"},
		{`%{now}t`, "neither a strftime format"},
		{`%t %{%Y}t`, "only one time"},
		{`%t %{sec}t`, "only one time"},
		{`%{sec}t %{sec}t`, "only one time"},
		{long, "more than 127"},
	} {
		_, err := compile(tc.format)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q: got error %v, want one with %q", tc.format, err, tc.want)
		}
	}
}

func TestCompileAccepts(t *testing.T) {
	for _, f := range []string{
		`%h %V %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"`,
		`%{msec}t.%{usec_frac}t %{begin:nsec}t`, `%{begin:%H:%M:%S}t`,
		`%i%o%C%e`, `%P`, `%{mask}h`, `%{ns}T %D`,
	} {
		if _, err := compile(f); err != nil {
			t.Errorf("%q: %v", f, err)
		}
	}
}

func TestLiteralText(t *testing.T) {
	f, err := compile(`100%% \q \t\n%P\\ end\`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(f.append(nil, &entry{})), "100% q \t\n\\ end\\"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(f.items) != 1 {
		t.Errorf("adjacent text became %d items", len(f.items))
	}
}

func TestEscape(t *testing.T) {
	const all = "a\"\\\x00\a\b\t\n\v\f\r\x1b\x7fé"
	for _, tc := range []struct {
		json bool
		want string
	}{
		{false, `a\"\\\x00\a\b\t\n\v\f\r\x1B\x7F\xC3\xA9`},
		{true, `a\"\\\u0000\u0007\b\t\n\u000B\f\r\u001B\u007Fé`},
	} {
		if got := string(appendEscaped(nil, all, tc.json)); got != tc.want {
			t.Errorf("json %v: got %s, want %s", tc.json, got, tc.want)
		}
	}
}

func TestEpochsRoundUp(t *testing.T) {
	at := time.Unix(1700000000, 1_000_001)
	for name, want := range map[string]string{
		"sec": "1700000000", "msec": "1700000000002", "usec": "1700000000001001", "nsec": "1700000000001000001",
		"msec_frac": "001", "usec_frac": "001000", "nsec_frac": "001000001",
	} {
		if got := string(epochs[name](nil, at)); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
