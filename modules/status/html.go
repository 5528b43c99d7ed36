package status

import (
	"bytes"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// longestRefresh is a week, in seconds.
const longestRefresh = 604800

// view is what the status page shows.
type view struct {
	Style            template.CSS
	Script           template.JS // "": no sorting
	Tag, Host, Vhost string
	Refresh          int
	Refreshes        []refreshLink
	Uptime, Started  string
	Groups           []group
	Tiles            []tile
	Tunnels          *tunnels
	Connections      int
	Scoreboard       []string
	States           []stateCount
	Columns          []string
	Rows             []row
}

type refreshLink struct {
	Text, Query string
	Here        bool
}

// group is one of lighttpd's three pairs of figures.
type group struct{ Title, Requests, Traffic string }

// tile is a figure at the top of the page.
type tile struct{ Title, Value, Note string }

type tunnels struct {
	Open, Opened int64
	In, Out      string
	Ends         []server.Counter
}

// stateCount is how many connections are in a state, and their share in
// percent.
type stateCount struct {
	Letter, Name string
	N, Share     int
}

// row is one connection.
type row struct {
	Client, Read, Written, State, Time, Host, URI, File string
}

// html is the page for people.
func (m *module) html(r *server.Request, sortable bool) server.Result {
	rep, sights, tun, now := m.counts.report(time.Now()), m.figures.Sights(), m.figures.Tunnels(), time.Now()
	v := &view{
		Style: style, Tag: r.Core.Tag, Host: r.URI.Authority,
		Refresh:     refreshOf(r.URI.Query),
		Uptime:      duration(rep.uptime),
		Started:     timestamp(rep.started),
		Groups:      groups(rep),
		Connections: len(sights),
		Scoreboard:  scoreboard(sights),
		States:      stateCounts(sights),
		Columns:     []string{"Client IP", "Read", "Written", "State", "Time", "Host", "URI", "File"},
	}
	if name := m.vhost(r); name != v.Host {
		v.Vhost = name
	}
	v.Refreshes = refreshes(v.Refresh)
	if sortable {
		v.Script = sorting
	}
	v.Tiles = m.tiles(rep, len(sights), &tun)
	if tun.Opened > 0 {
		v.Tunnels = &tunnels{tun.Open, tun.Opened, byteCount(float64(tun.In)), byteCount(float64(tun.Out)), tun.Ends}
	}
	for i := range sights {
		v.Rows = append(v.Rows, rowOf(&sights[i], now))
	}
	return page(r, statusPage, v)
}

// page fills a template in. The templates are ours, and fail for no value.
func page(r *server.Request, t *template.Template, v any) server.Result {
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		r.Errorf("%v", err)
		return r.Fail(500)
	}
	return reply(r, "text/html", b.Bytes())
}

// vhost is the name that the request is served under.
func (m *module) vhost(r *server.Request) string {
	if r.Core.Name != "" {
		return r.Core.Name
	}
	return r.URI.Authority
}

// refreshOf is the N of ?refresh=N, or 0.
func refreshOf(query string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(query, "refresh="))
	if err != nil || !strings.HasPrefix(query, "refresh=") || n <= 0 {
		return 0
	}
	return min(n, longestRefresh)
}

func refreshes(now int) []refreshLink {
	links := []refreshLink{{"off", "?", now == 0}}
	for _, n := range []int{1, 5, 30} {
		links = append(links, refreshLink{strconv.Itoa(n) + " s", "?refresh=" + strconv.Itoa(n), n == now})
	}
	return links
}

func groups(rep report) []group {
	return []group{
		{"absolute (since start)", requestCount(float64(rep.total.requests)), byteCount(float64(rep.total.bytes))},
		{
			"average (since start)", requestCount(perSecond(rep.total.requests, rep.uptime)) + "/s",
			byteCount(perSecond(rep.total.bytes, rep.uptime)) + "/s",
		},
		{
			"average (5s sliding average)", requestCount(float64(rep.recent.requests)) + "/s",
			byteCount(float64(rep.recent.bytes)) + "/s",
		},
	}
}

func (m *module) tiles(rep report, busy int, tun *server.Tunnels) []tile {
	tiles := []tile{
		{"Requests", requestCount(float64(rep.recent.requests)) + "/s", requestCount(float64(rep.total.requests)) + " in all"},
		{"Traffic", byteCount(float64(rep.recent.bytes)) + "/s", byteCount(float64(rep.total.bytes)) + " in all"},
		{"Connections", strconv.Itoa(busy), strconv.Itoa(m.idle(busy)) + " more possible"},
		{"Tunnels", strconv.FormatInt(tun.Open, 10), strconv.FormatInt(tun.Opened, 10) + " in all"},
	}
	return tiles
}

// scoreboard is the letters of all connections, 50 a line.
func scoreboard(sights []server.Sight) []string {
	var lines []string
	var line []byte
	for i := range sights {
		line = append(line, states[sights[i].State].letter)
		if len(line) == 50 || i == len(sights)-1 {
			lines = append(lines, string(line))
			line = line[:0]
		}
	}
	return lines
}

// stateCounts goes through lighttpd's states.
func stateCounts(sights []server.Sight) []stateCount {
	var n [256]int
	for i := range sights {
		n[states[sights[i].State].letter]++
	}
	list := make([]stateCount, len(legend))
	for i, s := range legend {
		k := n[s.letter]
		list[i] = stateCount{string(s.letter), s.name, k, 100 * k / max(len(sights), 1)}
	}
	return list
}

func rowOf(s *server.Sight, now time.Time) row {
	r := row{
		Client: s.Client, State: states[s.State].name,
		Time: strconv.FormatInt(max(int64(now.Sub(s.Began)/time.Second), 0), 10),
		Host: s.Host, File: s.File,
		Read:    pair(s.Read, s.Body),
		Written: pair(s.Written, s.Queued),
	}
	if s.Tunnel {
		r.State += " (tunnel)"
		r.Written = pair(s.Written, s.Written)
	}
	if s.Server != "" && s.Server != s.Host {
		r.Host += " (" + s.Server + ")"
	}
	if s.Target != "" {
		r.URI = s.Path
		if s.Query != "" {
			r.URI += "?" + s.Query
		}
		r.URI += " (" + s.Target + ")"
	}
	return r
}

func pair(done, whole int64) string {
	return strconv.FormatInt(done, 10) + "/" + strconv.FormatInt(whole, 10)
}
