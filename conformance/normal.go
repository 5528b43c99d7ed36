package conformance

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Some bytes differ between two runs (dates, ports), or between lighttpd
// 1.4.69 and 1.4.86 in a way that has nothing to do with the story (the text
// of the built-in error page). They are replaced by a word in brackets.

// pageOverhead are the lengths of the built-in error pages of 1.4.69 and
// 1.4.86 without the two copies of "404 Not Found" in them.
var pageOverhead = []int{341 - 2*len("404 Not Found"), 158 - 2*len("404 Not Found")}

// page is the built-in error page of 1.4.86.
func page(title string) string {
	return "<!DOCTYPE html>\n<html lang=\"en\">\n <head>\n  <meta charset=\"UTF-8\" />\n  <title>" + title +
		"</title>\n </head>\n <body>\n  <h1>" + title + "</h1>\n </body>\n</html>\n"
}

var (
	dateField   = regexp.MustCompile(`(?m)^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r$`)
	oldVersion  = regexp.MustCompile(`lighttpd/1\.4\.\d+`)
	oldPage     = regexp.MustCompile(`(?s)^<\?xml version="1\.0" encoding="iso-8859-1"\?>.*<h1>(.*?)</h1>.*</html>\n$`)
	lengthField = regexp.MustCompile(`(?m)^Content-Length: (\d+)\r$`)
)

// Text is the response as a story shows it: CRs of the head dropped, bytes
// outside ASCII escaped, what varies replaced.
func (r *Response) Text(port string) string {
	head, body := r.Head, string(r.Body)
	if title := r.isErrorPage(); title != "" {
		head = lengthField.ReplaceAllString(head, "Content-Length: [page]\r")
		if body != "" {
			body = fmt.Sprintf("[error page %s]\n", title)
		}
	}
	head = dateField.ReplaceAllString(head, "Date: [date]\r")
	head = strings.ReplaceAll(head, "127.0.0.1:"+port, "127.0.0.1:[port]")
	body = strings.ReplaceAll(body, "127.0.0.1:"+port, "127.0.0.1:[port]")
	var b strings.Builder
	for _, line := range strings.SplitAfter(oldVersion.ReplaceAllString(head, "lighttpd/1.4.86"), "\n") {
		switch {
		case strings.HasSuffix(line, "\r\n"):
			line = strings.TrimSuffix(line, "\r\n") + "\n"
		case line != "":
			line = "[bare LF]" + line
		}
		b.WriteString(visible(line))
	}
	b.WriteString("\n")
	if body != "" {
		b.WriteString(visible(oldVersion.ReplaceAllString(body, "lighttpd/1.4.86")))
		if !strings.HasSuffix(body, "\n") {
			b.WriteString("\n")
		}
	}
	return b.String()
}

// isErrorPage returns the title of a built-in error page, or "". The response
// to HEAD is known by its length only.
func (r *Response) isErrorPage() string {
	if r.Status < 400 {
		return ""
	}
	line, _, _ := strings.Cut(r.Head, "\r\n")
	title := strings.TrimSpace(line[len("HTTP/1.1"):])
	if r.method != "HEAD" {
		old := oldPage.FindSubmatch(r.Body)
		if string(r.Body) == page(title) || old != nil && string(old[1]) == title {
			return title
		}
		return ""
	}
	for _, n := range pageOverhead {
		if r.Field("Content-Length") == strconv.Itoa(n+2*len(title)) {
			return title
		}
	}
	return ""
}

// visible escapes what a text file cannot show.
func visible(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n' || c == '\t' || c >= ' ' && c < 0x7f:
			b.WriteByte(c)
		case c == '\r':
			b.WriteString(`\r`)
		default:
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	return b.String()
}

var logPrefix = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: \([\w.+-]+\.\d+\) `)

// logLines drops time and place in front of log lines.
func logLines(s string) string {
	return oldVersion.ReplaceAllString(logPrefix.ReplaceAllString(s, ""), "lighttpd/1.4.86")
}

var (
	dumpCWD       = regexp.MustCompile(`(?m)^(\s*var\.CWD\s*= )".*"$`)
	dumpPID       = regexp.MustCompile(`(?m)^(\s*var\.PID\s*= )\d+$`)
	dumpCondition = regexp.MustCompile(`(?m)^(\s*(?:else )?)(\$[A-Z])`)
)

// normaliseDump makes -p output comparable: 1.4.69 prints conditions without
// the word "if".
func normaliseDump(s string) string {
	s = dumpCWD.ReplaceAllString(s, `$1"[cwd]"`)
	s = dumpPID.ReplaceAllString(s, `${1}[pid]`)
	return dumpCondition.ReplaceAllString(s, "${1}if $2")
}
