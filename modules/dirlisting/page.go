package dirlisting

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// page is a listing as HTML, in the shape lighttpd gives it: the classes of
// its elements are what style sheets and scripts of admins refer to.
type page struct {
	r    *server.Request
	conf *config
	b    []byte
}

func newPage(r *server.Request, conf *config) *page {
	return &page{r: r, conf: conf, b: make([]byte, 0, 16<<10)}
}

func (p *page) add(parts ...string) {
	for _, s := range parts {
		p.b = append(p.b, s...)
	}
}

func (p *page) render(entries []entry) []byte {
	p.start()
	p.rows(entries)
	p.finish()
	return p.b
}

// start is everything in front of the entries.
func (p *page) start() {
	title := server.EncodeHTML(p.r.URI.Path)
	if p.conf.autoLayout {
		p.head(title)
	}
	p.include(p.conf.header, "header", p.conf.encodeHead)
	p.add("<h2>Index of ", title, "</h2>\n",
		"<div class=\"list\">\n<table summary=\"Directory Listing\" cellpadding=\"0\" cellspacing=\"0\">\n",
		"<thead><tr><th class=\"n\">Name</th><th class=\"m\">Last Modified</th>",
		"<th class=\"s\">Size</th><th class=\"t\">Type</th></tr></thead>\n<tbody>\n")
	if p.r.URI.Path != "/" {
		p.add("<tr class=\"d\"><td class=\"n\"><a href=\"../\">..</a>/</td>",
			"<td class=\"m\" data-value=\"-1\">&nbsp;</td>", directoryCells)
	}
}

func (p *page) rows(entries []entry) {
	for i := range entries {
		p.row(&entries[i])
	}
}

// finish is everything behind the entries.
func (p *page) finish() {
	p.add("</tbody>\n</table>\n</div>\n")
	p.include(p.conf.readme, "readme", p.conf.encodeReadme)
	if p.conf.autoLayout {
		p.foot()
	}
}

// head is everything up to the body.
func (p *page) head(title string) {
	p.add("<!DOCTYPE html>\n<html>\n<head>\n")
	if p.conf.encoding != "" {
		p.add("<meta charset=\"", p.conf.encoding, "\">\n")
	}
	p.add("<title>Index of ", title, "</title>\n")
	if p.conf.css != "" {
		p.add("<meta name=\"viewport\" content=\"initial-scale=1\">")
		p.add("<link rel=\"stylesheet\" type=\"text/css\" href=\"", p.conf.css, "\">\n")
	} else {
		p.add("<meta name=\"color-scheme\" content=\"light dark\">\n<style type=\"text/css\">\n", style, "</style>\n")
	}
	p.add("</head>\n<body>\n")
}

// foot is everything behind the table.
func (p *page) foot() {
	footer := p.conf.footer
	if footer == "" {
		footer = p.r.Core.Tag
	}
	if footer != "" {
		p.add("<div class=\"foot\">", footer, "</div>\n")
	}
	if p.conf.js != "" {
		p.add("<script type=\"text/javascript\" src=\"", p.conf.js, "\"></script>\n")
	} else {
		p.add("<script type=\"text/javascript\">\n", script, "</script>\n")
	}
	p.add("</body>\n</html>\n")
}

// directoryCells are size and type of a directory.
const directoryCells = "<td class=\"s\" data-value=\"-1\">- &nbsp;</td><td class=\"t\">Directory</td></tr>\n"

func (p *page) row(e *entry) {
	slash := ""
	p.add("<tr")
	if e.dir {
		slash = "/"
		p.add(" class=\"d\"")
	}
	p.add("><td class=\"n\"><a href=\"", server.EncodePart(e.name), slash, "\">", server.EncodeHTML(e.name), "</a>", slash,
		"</td><td class=\"m\">", time.Unix(e.mtime, 0).Format("2006-Jan-02 15:04:05"), "</td>")
	if e.dir {
		p.add(directoryCells)
		return
	}
	p.add("<td class=\"s\" data-value=\"", strconv.FormatInt(e.size, 10), "\">", sizeText(e.size),
		"</td><td class=\"t\">", p.typeOf(e.name), "</td></tr>\n")
}

func (p *page) typeOf(name string) string {
	if t := p.r.Core.MimeTypes.Type(name); t != "" {
		return t
	}
	return "application/octet-stream"
}

// maxInclude bounds a header or readme file, in bytes.
const maxInclude = 1 << 20

// include shows a file of the directory, or an absolute one; as plain text, or
// as it is.
func (p *page) include(name, class string, plain bool) {
	if name == "" {
		return
	}
	if !strings.HasPrefix(name, "/") {
		name = server.JoinPath(p.r.Physical.Path, name)
	}
	e, err := p.r.Stat(name)
	if err != nil || !e.IsRegular() || e.Size > maxInclude {
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return
	}
	if !plain {
		p.add(string(text))
		return
	}
	p.add("<pre class=\"", class, "\">", server.EncodeHTML(string(text)), "</pre>\n")
}

// sizeText is a size in units of 1024 bytes with one decimal, from K upward:
// never rounded up, except that a file that is not empty shows.
func sizeText(n int64) string {
	if 0 < n && n < 100 {
		n += 99
	}
	unit, tenth := -1, int64(0)
	for unit < 0 || n >= 1024 {
		tenth = min(n%1024/100, 9)
		n /= 1024
		unit++
	}
	if n > 999 {
		n, tenth = 0, 9
		unit++
	}
	return strconv.FormatInt(n, 10) + "." + strconv.FormatInt(tenth, 10) + "KMGTPE"[unit:unit+1]
}
