package main

import (
	"fmt"
	"io"
	"sort"
	"strings"
)

// result is one contender's figure in one case.
type result struct {
	contender string
	value     float64 // in the case's unit
	detail    string  // throughput, latency
}

// row is one case with everyone's figures; ours is the first.
type row struct {
	name, unit string
	results    []result
}

// ratio is ours divided by the figure of the contender called name.
func (r row) ratio(name string) (float64, bool) {
	for _, other := range r.results {
		if other.contender == name && other.value > 0 && len(r.results) > 1 {
			return r.results[0].value / other.value, true
		}
	}
	return 0, false
}

// table is all rows so far.
type table struct{ rows []row }

// add prints a row at once, so that a long run can be watched.
func (t *table) add(w io.Writer, r row) {
	t.rows = append(t.rows, r)
	fmt.Fprintf(w, "%s (%s)\n", r.name, r.unit)
	for i, res := range r.results {
		ratio := ""
		if x, ok := r.ratio(res.contender); ok && i > 0 {
			ratio = fmt.Sprintf("ours is %.2f of it", x)
		}
		fmt.Fprintf(w, "    %-12s %10.2f   %-20s %s\n", res.contender, res.value, ratio, res.detail)
	}
}

// svg plots the ratios to lighttpd as bars; the line is 1.0.
func (t *table) svg() []byte {
	const left, width, step = 260, 360, 24
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">`+"\n",
		left+width+90, (len(t.rows)+3)*step)
	fmt.Fprintf(&b, `<text x="10" y="20">CPU time or memory, lighttpd-go divided by lighttpd (shorter is better)</text>`+"\n")
	const scale = width / 2.0 // 2.0 is the right edge
	for i, r := range t.rows {
		y := (i + 2) * step
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", left-8, y, escape(r.name))
		x, ok := r.ratio("lighttpd")
		if !ok {
			continue
		}
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.0f" height="14" fill="%s"/>`+"\n", left, y-12, min(x, 2)*scale, colour(x))
		fmt.Fprintf(&b, `<text x="%.0f" y="%d">%.2f</text>`+"\n", left+min(x, 2)*scale+6, y, x)
	}
	fmt.Fprintf(&b, `<line x1="%[1]d" x2="%[1]d" y1="30" y2="%[2]d" stroke="#333"/>`+"\n</svg>\n", left+int(scale), (len(t.rows)+2)*step)
	return []byte(b.String())
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func colour(ratio float64) string {
	if ratio <= 1 {
		return "#3a7"
	}
	return "#c73"
}

// median of the rounds; one slow round does not count.
func median(v []float64) float64 {
	sort.Float64s(v)
	return v[len(v)/2]
}
