package main

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// blocks writes a configuration full of conditions, each block with a core
// directive, so that lighttpd asks for all of them at the start of a request.
func blocks(r *rand.Rand) string {
	w := &blockWriter{Rand: r}
	for range 12 {
		w.chain(0)
	}
	return w.b.String()
}

type blockWriter struct {
	*rand.Rand
	b     strings.Builder
	count int
}

func (w *blockWriter) pick(list []string) string { return list[w.IntN(len(list))] }

func (w *blockWriter) chain(depth int) {
	w.b.WriteString(w.condition())
	w.body(depth)
	for w.IntN(2) == 0 {
		w.b.WriteString("\nelse ")
		if w.IntN(3) == 0 {
			w.body(depth)
			break
		}
		w.b.WriteString(w.condition())
		w.body(depth)
	}
	w.b.WriteString("\n")
}

func (w *blockWriter) body(depth int) {
	w.count++
	fmt.Fprintf(&w.b, " {\n server.tag := \"t%d\"\n", w.count)
	for depth < 3 && w.IntN(3) == 0 {
		w.chain(depth + 1)
	}
	w.b.WriteString("}")
}

func (w *blockWriter) condition() string {
	f := asked[w.IntN(len(asked))]
	op := w.pick(operators)
	value := w.pick(f.texts)
	if op == "=~" || op == "!~" {
		value = w.pick(f.patterns)
	}
	return fmt.Sprintf(`$%s %s "%s"`, w.pick(f.names), op, value)
}

// asked are the fields of a request that the campaign controls.
var asked = []struct{ names, texts, patterns []string }{
	{
		[]string{`HTTP["host"]`},
		[]string{"a.test", "a.test:18940", "a.test:81", "b.test", "a.test:0x51", "[::1]", "127.0.0.1", "A.test", "a", "test", "[0:0::1]:81"},
		[]string{`^a\.`, "test$", "a|b", "^127", ":81$", `^a\.test$`, "^(?!a)", `(a)\.(t)`},
	},
	{
		[]string{`HTTP["url"]`},
		[]string{"/a", "/b", "/a/b", "/index.html", "/", ".php", ""},
		[]string{"^/a", `\.php$`, "^/(a|b)", "^/[^/]*$", "b$", "", "^$", "/a(?!/b)"},
	},
	{[]string{`HTTP["querystring"]`, `HTTP["query-string"]`}, []string{"", "x=1", "x", "1"}, []string{"^x=", "[0-9]", "^$", "."}},
	{
		[]string{`HTTP["remoteip"]`, `HTTP["remote-ip"]`},
		[]string{
			"127.0.0.1", "127.0.0.0/8", "10.0.0.0/8", "::1", "::ffff:127.0.0.1", "::ffff:127.0.0.0/104", "127.0.0.1/31",
			"127.0.0.0/33", "fe80::/10", "::/1", "[::1]", "127.0.0.2/31", "::ffff:0.0.0.0/96", "[127.0.0.1]", "127.0.0.0/ 8",
		},
		[]string{"127|10", "^1+2", `[0-9]\.1$`},
	},
	{
		[]string{`HTTP["useragent"]`, `REQUEST_HEADER["User-Agent"]`, `REQUEST_HEADER["X-None"]`, `HTTP["cookie"]`},
		[]string{"", "Moz", "Mozilla/5", "x"}, constructs,
	},
	{[]string{`HTTP["request-method"]`}, []string{"GET", "HEAD"}, []string{"G|H", "^G"}},
	{[]string{`HTTP["scheme"]`}, []string{"http", "https"}, []string{"^http$", "s"}},
}

// constructs are patterns of every kind, for the texts in agents.
var constructs = []string{
	"Moz(illa)?", "^$", "x$|y", "(?i)moz", "(?i)^ſ?k", "^(?!Moz)", "Moz(?=illa)", "(?<=/)[0-9]", "(?<!/)5", `(.)\1`, `(?<c>l)\k<c>`,
	"l++l", "(?>l|la)a", "l*+a", `\h`, `\H+\h\H`, `\R`, `z\Ki`, "[[:upper:]]{2}", "[[:^alpha:]]$", `\p{Lu}\p{Ll}+`, `\P{L}`, `^\w+$`, `\bK\b`,
	`^(\((?:[^()]|(?1))*\))$`, `\((?R)?\)`, "(<)?a(?(1)>|$)", "(?|(M)|(z))o", "(?x) M o z # x", "(?s)a.b", "(?m)^b", `\x4doz`, `\Q(a)\E`,
	"[^a-zA-Z/.0-9]", "é", "[é]", `^.$`, "a{2,}", "(?:a|b)*+b", `\d\.\d(?!\d)`, `(a)?\1b`, "(a|ab)(c|bcd)d?$", "(?<n>a)(?&n)b",
}

// agents are texts that such patterns tell apart.
var agents = []string{
	"", "Moz", "Mozilla/5.0", "y", "moz", "MOZ illa", "a", "<a>", "(a(b)c)", "(a)", "()", "aab", "abcd", "K", "\u212a", "é", "l l", "illa", "x\ty",
	"1.2", "caf\xe9",
}

// probe is a request, as eval sees it.
type probe struct{ method, host, path, query, agent string }

func randomProbe(r *rand.Rand) probe {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	return probe{
		method: pick("GET", "HEAD"),
		host:   pick("a.test", "a.test:81", "a.test:8199", "b.test", "127.0.0.1", "[::1]", "ca.test", "a"),
		path:   pick("/a", "/b", "/a/b", "/", "/x.php", "/index.html", "/ab"),
		query:  pick("", "x=1", "y", "x"),
		agent:  pick(agents...),
	}
}

// head is the request as it is sent.
func (p probe) head() string {
	target := p.path
	if p.query != "" {
		target += "?" + p.query
	}
	h := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", p.method, target, p.host)
	if p.agent != "" {
		h += "User-Agent: " + p.agent + "\r\n"
	}
	return h + "\r\n"
}

// Known is true of every field: the head was read.
func (p probe) Known(eval.Field) bool { return true }

// Text is what conditions compare.
func (p probe) Text(f eval.Field, header string) string {
	switch f {
	case eval.HTTPURL:
		return p.path
	case eval.HTTPQueryString:
		return p.query
	case eval.HTTPHost:
		return p.host
	case eval.HTTPScheme:
		return "http"
	case eval.HTTPRequestMethod:
		return p.method
	case eval.HTTPRemoteIP:
		return p.RemoteAddr().String()
	case eval.RequestHeader:
		if header == "user-agent" {
			return p.agent
		}
	}
	return ""
}

// RemoteAddr is the campaign's own address.
func (p probe) RemoteAddr() netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, 1}) }

// trace is what debug.log-condition-handling would show.
func trace(c *eval.Config, p probe) []string {
	var lines []string
	rs := eval.Results{Trace: func(line string) { lines = append(lines, line) }}
	rs.Reset(len(c.Contexts))
	for id := range c.Contexts[1:] {
		c.Check(id+1, &rs, p)
	}
	return lines
}
