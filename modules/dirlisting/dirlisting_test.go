package dirlisting_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lighttpd-go/lighttpd-go/modules/dirlisting"
	"github.com/lighttpd-go/lighttpd-go/modules/index"
	"github.com/lighttpd-go/lighttpd-go/modules/static"
	"github.com/lighttpd-go/lighttpd-go/server/servertest"
)

func serve(t *testing.T, conf string) *servertest.Server {
	t.Helper()
	s := servertest.New(t, `
server.document-root = env.ROOT + "/www"
mimetype.assign = ( ".txt" => "text/plain" )
dir-listing.activate = "enable"
index-file.names = ( "index.html" )
`+conf, dirlisting.Module, index.Module, static.Module)
	s.Write(map[string]string{
		"www/dl/a.txt": "abc", "www/dl/B": "", "www/dl/sub/": "", "www/dl/Zd/": "", "www/dl/.dot": "x",
		"www/dl/q&\"<it's>;": strings.Repeat("x", 1500), "www/dl/HEADER.txt": "h<e>ad", "www/dl/README.txt": "r&m",
		"www/index/index.html": "index", "notice": "<b>notice</b>",
	})
	if err := os.Symlink("nowhere", filepath.Join(s.Root, "www/dl/dangling")); err != nil {
		t.Fatal(err)
	}
	return s
}

var assets = regexp.MustCompile(`(?s)<style type="text/css">.*?</style>|<script type="text/javascript">.*?</script>`)

// shape is a page without style and script.
func shape(page string) string {
	return assets.ReplaceAllStringFunc(page, func(s string) string { return s[:strings.IndexByte(s, '>')+1] })
}

func TestPage(t *testing.T) {
	s := serve(t, `
dir-listing.encoding = "utf-8"
dir-listing.show-header = "enable"
dir-listing.show-readme = "enable"
dir-listing.hide-readme-file = "enable"
`)
	r := s.Get("/dl/")
	when := servertest.Epoch.Format("2006-Jan-02 15:04:05")
	want := strings.ReplaceAll(`<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>Index of /dl/</title>
<meta name="color-scheme" content="light dark">
<style type="text/css">
</head>
<body>
<pre class="header">h&#x3C;e&#x3E;ad</pre>
<h2>Index of /dl/</h2>
<div class="list">
<table summary="Directory Listing" cellpadding="0" cellspacing="0">
<thead><tr><th class="n">Name</th><th class="m">Last Modified</th><th class="s">Size</th><th class="t">Type</th></tr></thead>
<tbody>
<tr class="d"><td class="n"><a href="../">..</a>/</td><td class="m" data-value="-1">&nbsp;</td><td class="s" data-value="-1">- &nbsp;</td><td class="t">Directory</td></tr>
<tr class="d"><td class="n"><a href="Zd/">Zd</a>/</td><td class="m">WHEN</td><td class="s" data-value="-1">- &nbsp;</td><td class="t">Directory</td></tr>
<tr class="d"><td class="n"><a href="sub/">sub</a>/</td><td class="m">WHEN</td><td class="s" data-value="-1">- &nbsp;</td><td class="t">Directory</td></tr>
<tr><td class="n"><a href="B">B</a></td><td class="m">WHEN</td><td class="s" data-value="0">0.0K</td><td class="t">application/octet-stream</td></tr>
<tr><td class="n"><a href="HEADER.txt">HEADER.txt</a></td><td class="m">WHEN</td><td class="s" data-value="6">0.1K</td><td class="t">text/plain</td></tr>
<tr><td class="n"><a href="a.txt">a.txt</a></td><td class="m">WHEN</td><td class="s" data-value="3">0.1K</td><td class="t">text/plain</td></tr>
<tr><td class="n"><a href="q%26%22%3Cit%27s%3E%3B">q&#x26;&#x22;&#x3C;it&#x27;s&#x3E;;</a></td><td class="m">WHEN</td><td class="s" data-value="1500">1.4K</td><td class="t">application/octet-stream</td></tr>
</tbody>
</table>
</div>
<pre class="readme">r&#x26;m</pre>
<div class="foot">lighttpd/1.4.86</div>
<script type="text/javascript">
</body>
</html>
`, "WHEN", when)
	if got := shape(r.Body); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if r.Names() != "Content-Type Accept-Ranges Content-Length" || r.Get("Content-Type") != "text/html;charset=utf-8" {
		t.Errorf("%s", r.Raw[:300])
	}
}

func TestBarePage(t *testing.T) {
	s := serve(t, `
dir-listing.auto-layout = "disable"
dir-listing.show-header = env.ROOT + "/notice"
dir-listing.encode-header = "disable"
dir-listing.exclude = ( "." )
`)
	r := s.Get("/dl/")
	if !strings.HasPrefix(r.Body, "<b>notice</b><h2>Index of /dl/</h2>\n<div class=\"list\">\n") || !strings.HasSuffix(r.Body, "</table>\n</div>\n") {
		t.Errorf("%s", r.Body)
	}
}

func TestExternalAssets(t *testing.T) {
	s := serve(t, `
dir-listing.external-css = "/c.css"
dir-listing.external-js = "/j.js"
dir-listing.set-footer = "<i>mine</i>"
`)
	r := s.Get("/")
	for _, want := range []string{
		"<meta name=\"viewport\" content=\"initial-scale=1\"><link rel=\"stylesheet\" type=\"text/css\" href=\"/c.css\">\n</head>",
		"<div class=\"foot\"><i>mine</i></div>\n<script type=\"text/javascript\" src=\"/j.js\"></script>\n</body>",
	} {
		if !strings.Contains(r.Body, want) {
			t.Errorf("no %s in\n%s", want, r.Body)
		}
	}
	if strings.Contains(r.Body, "..</a>") {
		t.Error("the root has a parent")
	}
	if !strings.Contains(r.Raw, "Link: </c.css>; rel=\"preload\"; as=\"style\"\r\nLink: </j.js>; rel=\"preload\"; as=\"script\"\r\n") {
		t.Errorf("%s", r.Raw)
	}
}

// names are the entries of a page.
func names(page string) []string {
	var list []string
	for _, m := range regexp.MustCompile(`<a href="([^"]*)">`).FindAllStringSubmatch(page, -1) {
		if m[1] != "../" {
			list = append(list, m[1])
		}
	}
	return list
}

func TestWhatIsShown(t *testing.T) {
	for _, c := range []struct{ conf, want string }{
		{``, "Zd/ sub/ B HEADER.txt README.txt a.txt q%26%22%3Cit%27s%3E%3B"},
		{`dir-listing.hide-dotfiles = "disable"`, "Zd/ sub/ .dot B HEADER.txt README.txt a.txt q%26%22%3Cit%27s%3E%3B"},
		{`dir-listing.exclude = ( "^[A-Z]", "q" )`, "sub/ a.txt"},
		{`dir-listing.exclude = ( "u", "\.txt$", "q" )`, "Zd/ B"},
		{`dir-listing.show-header = "a.txt" dir-listing.hide-header-file = "enable" dir-listing.exclude = ( "[A-Zq]" )`, "sub/"},
		{`server.tag = ""`, "Zd/ sub/ B HEADER.txt README.txt a.txt q%26%22%3Cit%27s%3E%3B"},
	} {
		r := serve(t, c.conf).Get("/dl/")
		if got := strings.Join(names(r.Body), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.conf, got, c.want)
		}
		if hasFoot := strings.Contains(r.Body, `class="foot"`); hasFoot != !strings.Contains(c.conf, "server.tag") {
			t.Errorf("%s: footer %v", c.conf, hasFoot)
		}
	}
}

func TestExcludeHidesWhatItCannotCompare(t *testing.T) {
	s := serve(t, `$HTTP["query-string"] == "x" { dir-listing.exclude = ( "nothing" ) }`)
	if err := os.WriteFile(filepath.Join(s.Root, "www/sub\xe4"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := names(s.Get("/").Body); !slices.Contains(got, "sub%E4") {
		t.Errorf("without exclude: %v", got)
	}
	if got := names(s.Get("/?x").Body); slices.Contains(got, "sub%E4") {
		t.Errorf("with exclude: %v", got)
	}
}

func TestUnsorted(t *testing.T) {
	const conf = `dir-listing.sort = "disable" dir-listing.show-readme = "enable" `
	s := serve(t, conf)
	whole := s.Get("/dl/")
	got := names(whole.Body)
	slices.Sort(got)
	if want := "B HEADER.txt README.txt Zd/ a.txt q%26%22%3Cit%27s%3E%3B sub/"; strings.Join(got, " ") != want {
		t.Errorf("%v", got)
	}
	if !whole.Has("Content-Length") || !strings.HasSuffix(whole.Body, "</body>\n</html>\n") {
		t.Errorf("%s", whole.Raw)
	}
	for i := range 200 {
		s.Write(map[string]string{fmt.Sprintf("www/many/%d", i): ""})
	}
	if got := names(s.Get("/many/").Body); len(got) != 200 {
		t.Errorf("%d of 200 entries", len(got))
	}
	s = serve(t, conf+`server.stream-response-body = 1`)
	if r := s.Get("/dl/"); r.Get("Transfer-Encoding") != "chunked" || len(r.Body) != len(whole.Body) {
		t.Errorf("%s", r.Raw)
	}
	if r := s.Do("HEAD /dl/ HTTP/1.1\nHost: h\n\n"); r.Status != 200 || r.Body != "" {
		t.Errorf("HEAD: %s", r.Raw)
	}
}

func TestWhoIsAnswered(t *testing.T) {
	s := serve(t, `$HTTP["url"] =^ "/index/no" { dir-listing.activate = "disable" }`)
	s.Write(map[string]string{"www/index/no/": ""})
	for request, want := range map[string]int{
		"GET /dl/": 200, "HEAD /dl/": 200, "GET /dl": 301, "GET /index/": 200, "GET /index/no/": 403, "GET /none/": 404,
		"PUT /dl/": 501, "OPTIONS /dl/": 200, "GET /dl/?C=S&O=D": 200,
	} {
		if r := s.Do(request + " HTTP/1.1\nHost: h\n\n"); r.Status != want {
			t.Errorf("%s: %d, want %d", request, r.Status, want)
		}
	}
	if r := s.Get("/dl/", "Range: bytes=0-8"); r.Status != 206 || r.Body != "<!DOCTYPE" {
		t.Errorf("range: %s", r.Raw)
	}
	if r := s.Get("/dl/", "If-None-Match: *", "If-Modified-Since: Sat, 02 Jan 2121 03:04:05 GMT"); r.Status != 200 {
		t.Errorf("conditional: %d", r.Status)
	}
}

func TestJSON(t *testing.T) {
	s := serve(t, ``)
	r := s.Get("/dl/?json")
	var list []struct {
		Name, Type  string
		Size, Mtime int64
	}
	if err := json.Unmarshal([]byte(r.Body), &list); err != nil || r.Get("Content-Type") != "application/json" {
		t.Fatalf("%v in %s", err, r.Raw)
	}
	found := map[string]string{}
	for _, e := range list {
		if e.Mtime != servertest.Epoch.Unix() {
			t.Errorf("%s: time %d", e.Name, e.Mtime)
		}
		found[e.Name] = e.Type
		if e.Type == "file" {
			found[e.Name] += fmt.Sprint(e.Size)
		}
	}
	want := map[string]string{
		"a.txt": "file3", "B": "file0", "sub": "dir", "Zd": "dir", "HEADER.txt": "file6", "README.txt": "file3",
		"q&\"<it's>;": "file1500",
	}
	if fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", found, want)
	}
	if !strings.Contains(r.Body, `{"name":"a.txt","type":"file","size":3,"mtime":1609556645}`) {
		t.Errorf("%s", r.Body)
	}
	if r := s.Get("/dl/?jsonp"); r.Get("Content-Type") != "text/html" {
		t.Errorf("%s", r.Raw)
	}
}

func TestCache(t *testing.T) {
	s := serve(t, `dir-listing.cache = ( "path" => env.ROOT + "/cache", "max-age" => 1000 )`)
	first := s.Get("/dl/")
	if first.Names() != "Content-Type Cache-Control ETag Accept-Ranges Content-Length" || first.Get("Cache-Control") != "max-age=1000" {
		t.Errorf("%s", first.Raw)
	}
	kept := filepath.Join(s.Root, "cache", s.Root, "www/dl/dirlist.html")
	info, err := os.Stat(kept)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	if err := os.WriteFile(filepath.Join(s.Root, "www/dl/new"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	again := s.Get("/dl/?C=N")
	if again.Body != first.Body || again.Get("ETag") != first.Get("ETag") {
		t.Error("the kept listing is not used")
	}
	if r := s.Get("/dl/?json"); !strings.Contains(r.Body, `"new"`) {
		t.Errorf("JSON comes from the HTML file: %s", r.Body)
	}
	past := time.Now().Add(-1001 * time.Second)
	if err := os.Chtimes(kept, past, past); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Unix() + 1; time.Now().Unix() < end; { // the stat cache holds for this second
		time.Sleep(10 * time.Millisecond)
	}
	if r := s.Get("/dl/"); !slices.Contains(names(r.Body), "new") {
		t.Error("a listing that is too old is used")
	}
}

func TestCacheDirectoryThatCannotBeUsed(t *testing.T) {
	s := serve(t, `dir-listing.cache = ( "path" => env.ROOT + "/notice" )`)
	if r := s.Get("/dl/"); r.Status != 200 || r.Has("ETag") {
		t.Errorf("%s", r.Raw)
	}
	if log := s.Log(); !strings.Contains(log, "dir-listing.cache "+s.Root+"/notice/") {
		t.Errorf("log: %q", log)
	}
}

func TestMistakes(t *testing.T) {
	for conf, want := range map[string]string{
		`dir-listing.exclude = ( "(" )`:          "pcre2_compile: missing closing parenthesis",
		`dir-listing.exclude = "a"`:              "dir-listing.exclude",
		`dir-listing.cache = ( "max-age" => 5 )`: `dir-listing.cache must include "path"`,
		`dir-listing.cache = ( "path" => 5 )`:    `dir-listing.cache "path" must have string value`,
		`dir-listing.hide-dotfiles = ( "a" )`:    "dir-listing.hide-dotfiles",
	} {
		_, diags := servertest.Load(t, t.TempDir(), "server.document-root = env.ROOT\ndir-listing.activate = \"enable\"\n"+conf, dirlisting.Module)
		if !diags.HasErrors() || !strings.Contains(fmt.Sprint(diags), want) {
			t.Errorf("%s: %v", conf, diags)
		}
	}
	s, diags := servertest.Load(t, t.TempDir(), `
server.document-root = env.ROOT
dir-listing.activate = "enable"
dir-listing.cache = ( "max-age" => 0 )
`, dirlisting.Module)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	s.Close()
}

func TestUnreadableDirectory(t *testing.T) {
	s := serve(t, "")
	dir := filepath.Join(s.Root, "www/dl")
	if err := os.Chmod(dir, 0); err != nil {
		t.Fatal(err)
	}
	want := 403
	if _, err := os.ReadDir(dir); err == nil {
		want = 200 // permissions do not stop the superuser
	}
	if r := s.Get("/dl/"); r.Status != want {
		t.Errorf("%d, want %d", r.Status, want)
	}
	os.Chmod(dir, 0o700)
}
