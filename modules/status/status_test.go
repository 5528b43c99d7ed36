package status_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/modules/access"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/modules/status"
	"github.com/lighttpd-go/lighttpd-go/server"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

const conf = `
server.document-root = env.ROOT
server.modules = ( "mod_access", "mod_status", "mod_extra" )
server.tag = "T&T"
status.status-url = "/status"
status.config-url = "/config"
status.statistics-url = "/statistics"
status.metrics-url = "/metrics"
$HTTP["query-string"] == "off" { status.status-url = "" }
$HTTP["query-string"] == "plain" { status.enable-sort = "disable" }
$HTTP["query-string"] == "no" { url.access-deny = ( "" ) }
`

// extra is a module with counters, as those with backends are.
func extra(counters ...server.Counter) server.Module {
	return server.Define("mod_extra", server.Table[struct{}]{}, func(l *server.Loader, _ *server.Settings[struct{}]) (server.Hooks, error) {
		l.Figures().AddCounters(func() []server.Counter { return counters })
		return server.Hooks{}, nil
	})
}

func start(t testing.TB, counters ...server.Counter) *servertest.Server {
	t.Helper()
	s := servertest.New(t, conf, access.Module, static.Module, status.Module, extra(counters...))
	s.Write(map[string]string{"a.txt": strings.Repeat("x", 3000)})
	s.Opts.MaxConnections = 4
	return s
}

func TestAuto(t *testing.T) {
	s := start(t)
	s.Get("/a.txt")
	s.Get("/none")
	if r := s.Get("/status?auto"); !strings.HasPrefix(r.Body, "Total Accesses: 0\nTotal kBytes: 0\nUptime: 0\n") {
		t.Errorf("before the first second: %q", r.Body)
	}
	s.Trigger(time.Now())
	r := s.Get("/status?auto")
	want := regexp.MustCompile(`^Total Accesses: 3\nTotal kBytes: 3\nUptime: \d+\nBusyServers: 1\nIdleServers: 3\nScoreboard: h___\n$`)
	if !want.MatchString(r.Body) || r.Get("Content-Type") != "text/plain" {
		t.Errorf("%s", r.Raw)
	}
}

func TestJSON(t *testing.T) {
	s := start(t)
	for range 10 {
		s.Get("/a.txt")
	}
	s.Trigger(time.Now())
	body := regexp.MustCompile(`^(.*)\{
	"RequestsTotal": 10,
	"TrafficTotal": 31,
	"Uptime": \d+,
	"BusyServers": 1,
	"IdleServers": 3,
	"RequestAverage5s":2,
	"TrafficAverage5s":6
\}(.*)$`)
	for query, around := range map[string]string{
		"json": "|", "json=1&x": "|", "jsonp=abc_1": "abc_1(|);", "jsonp=": "|", "jsonp=_a": "|", "jsonp=1a": "|",
		"jsonp=a.b": "|", "jsonp=alert(1)": "|", "json&jsonp=a": "|", "jsonp=A": "A(|);",
	} {
		r := s.Get("/status?" + query)
		got := body.FindStringSubmatch(r.Body)
		if got == nil || got[1]+"|"+got[2] != around || r.Get("Content-Type") != "application/javascript" {
			t.Errorf("?%s, want %s: %s", query, around, r.Raw)
		}
	}
	for range 5 {
		s.Trigger(time.Now())
	}
	if r := s.Get("/status?json"); !strings.Contains(r.Body, `"RequestAverage5s":2`) || !strings.Contains(r.Body, `"RequestsTotal": 20`) {
		t.Errorf("five seconds later: %s", r.Body)
	}
	s.Trigger(time.Now())
	if r := s.Get("/status?json"); !strings.Contains(r.Body, `"RequestAverage5s":0`) {
		t.Errorf("six seconds later: %s", r.Body)
	}
}

func TestHTML(t *testing.T) {
	s := start(t)
	s.Get("/a.txt")
	s.Trigger(time.Now())
	r := s.Get("/status?x=<b>%22", "Cookie: x")
	for _, want := range []string{
		"<!DOCTYPE html>", "<title>Status</title>", "<h1>Server-Status (T&amp;T)</h1>",
		`<tr><td>Hostname</td><td class="string">h</td></tr>`, `<tr><td>Requests</td><td class="string">1  req</td></tr>`,
		"<b>1 connections</b>\nh\n", "<td>h = handle-req</td>",
		`<td class="string">127.0.0.1</td><td class="int">0/0</td><td class="int">0/0</td><td class="string">handle-req</td>`,
		"<script>",
	} {
		if !strings.Contains(r.Body, want) {
			t.Errorf("no %s in\n%s", want, r.Body)
		}
	}
	if strings.Contains(r.Body, "<b>%22") || strings.Contains(r.Body, "x=<b>") {
		t.Errorf("not escaped:\n%s", r.Body)
	}
	if r := s.Get("/status?plain"); strings.Contains(r.Body, "<script") || strings.Contains(r.Body, "<button") {
		t.Error("sorting was disabled")
	}
	if regexp.MustCompile(`(src|href)="?(https?:)?//|@import|url\(`).MatchString(r.Body) {
		t.Error("the page needs something from elsewhere")
	}
}

func TestRefresh(t *testing.T) {
	s := start(t)
	for query, want := range map[string]string{
		"refresh=5": "5", "refresh=604800": "604800", "refresh=604801": "604800", "refresh=0": "", "refresh=-1": "",
		"refresh=5x": "", "x&refresh=5": "", "refresh=": "", "5": "",
	} {
		r := s.Get("/status?" + query)
		got := ""
		if m := regexp.MustCompile(`<meta http-equiv="refresh" content="(.*?)">`).FindStringSubmatch(r.Body); m != nil {
			got = m[1]
		}
		if got != want {
			t.Errorf("?%s: %q, want %q", query, got, want)
		}
	}
}

func TestConfigPage(t *testing.T) {
	r := start(t).Get("/config")
	for _, want := range []string{"<h1>T&amp;T</h1>", "<td>access<br />status<br />extra<br />staticfile</td>", "linux-sysepoll"} {
		if !strings.Contains(r.Body, want) {
			t.Errorf("no %s in\n%s", want, r.Body)
		}
	}
}

func TestStatistics(t *testing.T) {
	r := start(t, server.Counter{Name: "gw.active-requests", Value: 2}, server.Counter{Name: "gw.backend..load", Value: 1},
		server.Counter{Name: "gw.backend..load", Value: 4}).Get("/statistics")
	if r.Body != "gw.backend..load: 5\ngw.active-requests: 2\n" || r.Status != 200 || r.Get("Content-Type") != "text/plain" {
		t.Errorf("%s", r.Raw)
	}
	if r := start(t).Get("/statistics"); r.Status != 204 || r.Get("Content-Type") != "text/plain" {
		t.Errorf("%s", r.Raw)
	}
}

func TestWhichRequests(t *testing.T) {
	s := start(t)
	for request, want := range map[string]int{
		"GET /status": 200, "HEAD /status": 200, "DELETE /status": 200, "FROB /status": 501, "GET /%73tatus": 200,
		"GET /status/": 404, "GET /status?off": 404, "GET /Status": 404, "GET /status?no": 403, "OPTIONS /metrics": 200,
	} {
		if r := s.Do(request + " HTTP/1.1\nHost: h\n\n"); r.Status != want {
			t.Errorf("%s: %d, want %d", request, r.Status, want)
		}
	}
}

var (
	described = regexp.MustCompile(`^# (HELP [a-z_]+ [A-Z][^\n]*\.|TYPE [a-z_]+ (counter|gauge))$`)
	sample    = regexp.MustCompile(`^([a-z_]+)(\{[a-z]+="(?:[^"\\]|\\[\\"n])*"\})? -?\d+$`)
)

// Every sample belongs to the metric described before it, by the rules of
// each format.
func TestMetricsFormat(t *testing.T) {
	s := start(t, server.Counter{Name: "a\"b\\c\nd\xff", Value: 3})
	for accept, open := range map[string]bool{"": false, "application/openmetrics-text; version=1.0.0,text/plain;q=0.5": true} {
		r := s.Get("/metrics", "Accept: "+accept)
		if strings.Contains(r.Get("Content-Type"), "openmetrics") != open {
			t.Errorf("Content-Type: %s", r.Get("Content-Type"))
		}
		body, ok := strings.CutSuffix(r.Body, "# EOF\n")
		if ok != open {
			t.Errorf("EOF is there: %v", ok)
		}
		checkMetrics(t, body, open)
		if !strings.Contains(body, `lighttpd_statistics{name="a\"b\\c\nd`+"\uFFFD\"} 3\n") {
			t.Errorf("counter of a module is missing:\n%s", body)
		}
	}
}

func checkMetrics(t *testing.T, body string, open bool) {
	t.Helper()
	name, seen := "", map[string]bool{}
	for _, line := range strings.Split(strings.TrimSuffix(body, "\n"), "\n") {
		if described.MatchString(line) {
			words := strings.Fields(line)
			if words[1] == "HELP" && seen[words[2]] {
				t.Errorf("%s comes twice", words[2])
			}
			seen[words[2]] = true
			if words[1] == "TYPE" {
				name = words[2]
				if words[3] == "counter" && open {
					name += "_total"
				}
			}
			continue
		}
		m := sample.FindStringSubmatch(line)
		if m == nil || m[1] != name {
			t.Errorf("behind the description of %s: %q", name, line)
		}
	}
}

func TestMetrics(t *testing.T) {
	s := start(t)
	s.Get("/a.txt")
	s.Get("/none")
	s.Do("BAD\n\n")
	r := s.Get("/metrics")
	for _, want := range []string{
		`lighttpd_requests_total{class="2xx"} 1`, `lighttpd_requests_total{class="4xx"} 2`,
		`lighttpd_accepted_connections_total 4`, `lighttpd_connections{state="handle-req"} 1`,
		`lighttpd_connections_limit 4`, `lighttpd_tunnels 0`,
	} {
		if !strings.Contains(r.Body, want+"\n") {
			t.Errorf("no %s in\n%s", want, r.Body)
		}
	}
}

// A tunnel is seen while it is open, and its end is counted with the reason.
func TestTunnels(t *testing.T) {
	open, end := make(chan bool), make(chan bool)
	tunnel := server.Define("mod_extra", server.Table[struct{}]{}, func(*server.Loader, *server.Settings[struct{}]) (server.Hooks, error) {
		return server.Hooks{URIClean: func(r *server.Request) server.Result {
			if r.URI.Path != "/tunnel" {
				return server.GoOn
			}
			r.Status = 101
			r.Tunnel = func(s server.Stream) error {
				fmt.Fprint(s, "hello")
				open <- true
				<-end
				return &server.TunnelEnd{Reason: "of a test"}
			}
			return server.Finished
		}}, nil
	})
	s := servertest.New(t, conf, access.Module, static.Module, status.Module, tunnel)
	done := make(chan bool)
	go func() {
		s.Bytes("GET /tunnel?a=<i> HTTP/1.1\r\nHost: tunnels\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		close(done)
	}()
	<-open
	page := s.Get("/status").Body
	for _, want := range []string{"write (tunnel)", "<td>Open</td><td class=\"int\">1</td>", "5.00  byte", "/tunnel?a=&lt;i&gt;", "<td class=\"string\">tunnels</td>"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	if auto := s.Get("/status?auto").Body; !strings.Contains(auto, "BusyServers: 2\n") || !strings.Contains(auto, "Scoreboard: hW") {
		t.Errorf("%s", auto)
	}
	end <- true
	<-done
	metrics := s.Get("/metrics").Body
	for _, want := range []string{"lighttpd_tunnels 0\n", "lighttpd_tunnels_opened_total 1\n", "lighttpd_tunnel_sent_bytes_total 5\n", "lighttpd_tunnels_ended_total{reason=\"of a test\"} 1\n"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s in\n%s", want, metrics)
		}
	}
}
