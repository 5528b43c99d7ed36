package main

import (
	"fmt"
	"time"
)

// work is one run of a case against one server: how many units were done.
type work func(addr string, pid int) (units float64, detail string, err error)

// benchCase is one line of the table.
type benchCase struct {
	name   string
	unit   string // what a figure means
	extra  string // lines of lighttpd.conf
	tunnel bool   // wants a tunnel, and a backend of its kind
	back   func() (*backend, error)
	// cost turns what was spent into the figure: CPU time or memory a unit.
	memory bool
	work   func(scale float64) work
}

// cases are all cases, cheapest kind first.
func cases() []benchCase {
	return append(staticCases(), tunnelCases()...)
}

func staticCases() []benchCase {
	get := func(path, fields string) string {
		return "GET " + path + " HTTP/1.1\r\nHost: bench.example.org\r\n" + fields + "\r\n"
	}
	kept := func(request string, n int) func(float64) work {
		return func(scale float64) work { return keptWork(request, int(float64(n)*scale)) }
	}
	const us = "CPU µs a request"
	return []benchCase{
		{name: "static 1k", unit: us, work: kept(get("/1k.html", ""), 150_000)},
		{name: "static 4k", unit: us, work: kept(get("/4k.html", ""), 150_000)},
		{name: "static 100k", unit: us, work: kept(get("/100k.bin", ""), 30_000)},
		{name: "static 10M", unit: us, work: kept(get("/10m.bin", ""), 400)},
		{name: "304", unit: us, work: kept(get("/1k.html", "If-Modified-Since: Sat, 02 Jan 2021 03:04:05 GMT\r\n"), 150_000)},
		{name: "404", unit: us, work: kept(get("/nothing", ""), 150_000)},
		{name: "directory redirect", unit: us, work: kept(get("/dir", ""), 150_000)},
		{name: "static 1k, 100 condition blocks", unit: us, extra: conditions(50), work: kept(get("/1k.html", ""), 150_000)},
		{name: "static 1k, 16 idle modules", unit: us, extra: idleModules, work: kept(get("/1k.html", ""), 150_000)},
		{name: "static 1k, new connection", unit: us, work: func(scale float64) work {
			return freshWork(get("/1k.html", "Connection: close\r\n"), int(20_000*scale))
		}},
		{name: "idle keep-alive connection", unit: "bytes of memory", memory: true, work: func(float64) work {
			return idleWork(get("/1k.html", ""), 1000)
		}},
	}
}

func keptWork(request string, n int) work {
	return func(addr string, _ int) (float64, string, error) {
		begin := time.Now()
		err := requests(addr, request, n, 64)
		return float64(n/64) * 64, fmt.Sprintf("%.0f requests/s", float64(n)/time.Since(begin).Seconds()), err
	}
}

func freshWork(request string, n int) work {
	return func(addr string, _ int) (float64, string, error) {
		begin := time.Now()
		err := fresh(addr, request, n, 16)
		return float64(n/16) * 16, fmt.Sprintf("%.0f connections/s", float64(n)/time.Since(begin).Seconds()), err
	}
}

// measure runs one case against everyone, round by round.
func measure(c benchCase, s *site, all []contender, opt options) (row, error) {
	r := row{name: c.name, unit: c.unit}
	figures, details := map[string][]float64{}, map[string]string{}
	for range opt.rounds {
		for _, who := range all {
			if c.tunnel && !who.tunnel || !c.tunnel && !who.static {
				continue
			}
			figure, detail, err := once(c, s, who, opt.scale)
			if err != nil && who.name == all[0].name {
				return r, fmt.Errorf("%s: %w", who.name, err)
			}
			if err != nil { // one that cannot do it does not stop the others
				figure, detail = 0, "failed: "+err.Error()
			}
			figures[who.name] = append(figures[who.name], figure)
			details[who.name] = detail
		}
	}
	for _, who := range all {
		if f := figures[who.name]; len(f) > 0 {
			r.results = append(r.results, result{who.name, median(f), details[who.name]})
		}
	}
	return r, nil
}

// once starts one server, lets it work, and returns the cost of a unit.
func once(c benchCase, s *site, who contender, scale float64) (float64, string, error) {
	set := setup{root: s.root, extra: c.extra}
	if c.back != nil {
		b, err := c.back()
		if err != nil {
			return 0, "", err
		}
		defer b.close()
		set.backend = b.port
	}
	server, err := who.launch(s.dir, set)
	if err != nil {
		return 0, "", err
	}
	defer server.stop()
	pid := server.cmd.Process.Pid
	if c.memory {
		return c.work(scale)(server.addr, pid)
	}
	if _, _, err := c.work(scale/20)(server.addr, pid); err != nil { // warm up
		return 0, "", err
	}
	m := startMeter(pid)
	units, detail, err := c.work(scale)(server.addr, pid)
	used := m.end()
	if err != nil {
		return 0, "", err
	}
	return used.Seconds() * 1e6 / units, detail, nil
}
