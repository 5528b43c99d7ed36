package status

import "testing"

func TestUnits(t *testing.T) {
	for n, want := range map[float64]string{
		0: "0  req", 999: "999  req", 1000: "1000  req", 1001: "1 kreq", 12345: "12 kreq", 3e6: "3 Mreq", 1e21: "1000 Ereq",
	} {
		if got := requestCount(n); got != want {
			t.Errorf("%v requests: %q, want %q", n, got, want)
		}
	}
	for n, want := range map[float64]string{0: "0.00  byte", 642.4: "642.40  byte", 1024: "1024.00  byte", 3215: "3.14 kbyte", 5 << 30: "5.00 Gbyte"} {
		if got := byteCount(n); got != want {
			t.Errorf("%v bytes: %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 s", 59: "59 s", 60: "1 min", 3661: "1 hours 1 min 1 s", 86400: "1 days", 93784: "1 days 2 hours 3 min 4 s"} {
		if got := duration(n); got != want {
			t.Errorf("%d seconds: %q, want %q", n, got, want)
		}
	}
}
