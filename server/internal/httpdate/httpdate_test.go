package httpdate

import (
	"testing"
	"time"
)

func TestAppend(t *testing.T) {
	for _, unix := range []int64{0, 1609556645, 1<<31 - 1, 4102444800} {
		at := time.Unix(unix, 999)
		want := at.UTC().Format(Layout)
		if got := string(Append([]byte("x"), at)); got != "x"+want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := Format(time.Date(2021, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))); got != "Sat, 02 Jan 2021 02:04:05 GMT" {
		t.Errorf("got %q", got)
	}
}

// TestAppendNow: the kept second is the right one, and costs nothing.
func TestAppendNow(t *testing.T) {
	var buf []byte
	for i := range 100 {
		at := time.Now().Add(time.Duration(i%3) * time.Second)
		if got, want := string(Append(nil, at)), at.UTC().Format(Layout); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
	at := time.Now()
	buf = Append(buf, at)
	if n := testing.AllocsPerRun(100, func() { buf = Append(buf[:0], at) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestParse has the answers that lighttpd 1.4.69 gave in 2026.
func TestParse(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	const second = "2021-01-02T03:04:06Z"
	for _, test := range []struct{ in, want string }{ // "" is no date
		{"Sat, 02 Jan 2021 03:04:06 GMT", second},
		{"Mon, 02 Jan 2021 03:04:06 GMT", second},
		{"Xxx, 02 Jan 2021 03:04:06 GMT", ""},
		{"sat, 02 Jan 2021 03:04:06 GMT", ""},
		{"Sat, 02 jan 2021 03:04:06 GMT", ""},
		{"Sat, 99 Jan 2021 03:04:06 GMT", "2021-04-09T03:04:06Z"},
		{"Sat, 00 Feb 2021 03:04:06 GMT", "2021-01-31T03:04:06Z"},
		{"Sat, 01 Jan 2021 27:04:06 GMT", second},
		{"Sat, 02 Jan 2021 03:04:99 GMT", "2021-01-02T03:05:39Z"},
		{"Sat, 02 Jan 2021 03:04:06 UTC", ""},
		{"Sat; 02 Jan 2021 03:04:06 GMT", ""},
		{"Sat, 0a Jan 2021 03:04:06 GMT", ""},
		{"Sat, 02 Jan 202/ 03:04:06 GMT", ""},
		{"Sat, 02 Jan 2021 03-04-06 GMT", ""},
		{"Sat, 02 Jan 2021 03:04:06 GMT; length=6", ""},
		{"Saturday, 02-Jan-21 03:04:06 GMT", second},
		{"Sunday, 02-Jan-21 03:04:06 GMT", second},
		{"Wednesday, 02-Jan-21 03:04:06 GMT", second},
		{"Saturday, 02-Jan-21 03:04:06 GMT; length=6", second},
		{"Fri, 02-Jan-21 03:04:06 GMT", ""},
		{"Saturday, 02-Jan-76 03:04:06 GMT", "2076-01-02T03:04:06Z"},
		{"Saturday, 02-Jan-77 03:04:06 GMT", "1977-01-02T03:04:06Z"},
		{"Saturday, 02 Jan 21 03:04:06 GMT", ""},
		{"Saturday, 02-Jan-2021 03:04:06 GMT", ""},
		{"Sat Jan  2 03:04:06 2021", second},
		{"Sat Jan 02 03:04:06 2021", second},
		{"Sat Jan  2 03:04:06 2021 GMT", second},
		{"Sat Jan 2 03:04:06 2021", ""},
		{"Sat Jan 33 03:04:06 2021", "2021-02-02T03:04:06Z"},
		{"Sat Jan  2 03:04:06 21", ""},
		{"Sat, 02 Jan 2021 03:04:06", ""},
		{"1", ""},
		{"", ""},
	} {
		got := ""
		if at, ok := parseAt(test.in, now); ok {
			got = at.Format(time.RFC3339)
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
	if at, ok := Parse("Sat, 02 Jan 2021 03:04:05 GMT"); !ok || at.Unix() != 1609556645 {
		t.Errorf("got %v, %v", at, ok)
	}
}

// FuzzParse: whatever is written can be read, and nothing panics.
func FuzzParse(f *testing.F) {
	f.Add("Sat, 02 Jan 2021 03:04:05 GMT")
	f.Add("Saturday, 02-Jan-21 03:04:06 GMT")
	f.Add("Sat Jan  2 03:04:06 2021")
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := Parse(s)
		if !ok || at.Year() < 0 || at.Year() > 9999 {
			return
		}
		if again, ok := Parse(Format(at)); !ok || !again.Equal(at) {
			t.Fatalf("%q is %v, then %v", s, at, again)
		}
	})
}
