package status

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// units are the letters of thousands and 1024s.
const units = " kMGTPE"

// scaled divides v until it is no more than factor, and returns the letter
// that makes up for it.
func scaled(v, factor float64) (float64, byte) {
	i := 0
	for v > factor && i < len(units)-1 {
		v /= factor
		i++
	}
	return v, units[i]
}

// requestCount is a number of requests, such as "12  req" and "3 kreq".
func requestCount(n float64) string {
	v, unit := scaled(n, 1000)
	return fmt.Sprintf("%.0f %creq", v, unit)
}

// byteCount is a number of bytes, such as "3.14 kbyte".
func byteCount(n float64) string {
	v, unit := scaled(n, 1024)
	return fmt.Sprintf("%.2f %cbyte", v, unit)
}

// perSecond is a sum on average.
func perSecond(sum, seconds int64) float64 {
	if seconds <= 0 {
		return 0
	}
	return float64(sum) / float64(seconds)
}

// duration is a time as in "1 days 2 hours 3 min 4 s"; parts that are zero
// are left out, but for the seconds.
func duration(seconds int64) string {
	var parts []string
	for _, p := range []struct {
		size int64
		name string
	}{{86400, " days"}, {3600, " hours"}, {60, " min"}} {
		if n := seconds / p.size; n > 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+p.name)
			seconds %= p.size
		}
	}
	if seconds > 0 || len(parts) == 0 {
		parts = append(parts, strconv.FormatInt(seconds, 10)+" s")
	}
	return strings.Join(parts, " ")
}

// timestamp is a time as lighttpd writes it, in the local zone.
func timestamp(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") }
