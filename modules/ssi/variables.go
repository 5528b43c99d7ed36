package ssi

import (
	"os"
	"os/user"
	"path"
	"strconv"
	"syscall"
	"time"

	"github.com/lestrrat-go/strftime"
	"github.com/lighttpd-go/lighttpd-go/modules/internal/cgienv"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// gmt is what C calls UTC.
var gmt = time.FixedZone("GMT", 0)

// own are the variables of SSI itself.
var own = map[string]func(d *document) string{
	"DATE_GMT":      func(d *document) string { return d.format(d.now.In(gmt)) },
	"DATE_LOCAL":    func(d *document) string { return d.format(d.now.Local()) },
	"LAST_MODIFIED": lastModified,
	"DOCUMENT_NAME": func(d *document) string { return path.Base(d.at.file) },
	"DOCUMENT_URI":  func(d *document) string { return d.at.uri },
	"USER_NAME":     owner,
	"SCRIPT_URI":    func(d *document) string { return d.r.URI.Scheme + "://" + d.r.URI.Authority + d.r.Target },
	"SCRIPT_URL":    func(d *document) string { return d.r.Target },
}

// lookup finds a variable: SSI's own, the CGI environment, what set stored.
func (d *document) lookup(name string) (string, bool) {
	if f, ok := own[name]; ok {
		return f(d), true
	}
	for _, v := range d.environment() {
		if v.Key == name {
			return v.Value, true
		}
	}
	v, ok := d.vars[name]
	return v, ok
}

// environment is the CGI environment of the request, without what would tell
// a page the client's password.
func (d *document) environment() []server.Pair {
	if d.cgi != nil {
		return d.cgi
	}
	d.cgi = []server.Pair{}
	for _, v := range cgienv.Variables(d.r, cgienv.Options{}) {
		if v.Key != "HTTP_AUTHORIZATION" {
			d.cgi = append(d.cgi, v)
		}
	}
	return d.cgi
}

// format writes a time by config timefmt. A format that C would not know
// gives nothing.
func (d *document) format(t time.Time) string {
	text, err := strftime.Format(d.timefmt, t)
	if err != nil {
		d.r.Errorf("ssi: timefmt %q: %v", d.timefmt, err)
	}
	return text
}

func lastModified(d *document) string {
	info, err := os.Stat(d.at.file)
	if err != nil {
		return ""
	}
	return d.format(info.ModTime().Local())
}

// owner is the name, or else the number, of the file's owner.
func owner(d *document) string {
	info, err := os.Stat(d.at.file)
	if err != nil {
		return ""
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	id := strconv.FormatUint(uint64(st.Uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}
