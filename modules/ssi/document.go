package ssi

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// maxFile bounds, in bytes, a file whose statements are carried out; it is
// held in memory as a whole.
const maxFile = 64 << 20

// place is a file and the URL path it stands for.
type place struct{ uri, rel, file string }

// document is one response being put together.
type document struct {
	r    *server.Request
	conf *config
	at   place // of the file being read
	out  bytes.Buffer

	actions map[string]action

	timefmt string
	abbrev  bool // sizefmt
	vars    map[string]string
	cgi     []server.Pair // CGI variables, once somebody asks
	branch  branches
	depth   int
	newest  time.Time // of the file and all it includes
	now     time.Time
}

func (m module) newDocument(r *server.Request, conf *config) *document {
	return &document{
		r: r, conf: conf, actions: m.actions,
		at:      place{r.URI.Path, r.Physical.RelPath, r.Physical.Path},
		timefmt: "%a, %d %b %Y %H:%M:%S %Z",
		vars:    map[string]string{},
		now:     time.Now(),
	}
}

// process reads a file and carries its statements out.
func (d *document) process(p place) error {
	text, err := d.read(p.file)
	if err != nil {
		return err
	}
	before := d.at
	d.at = p
	defer func() { d.at = before }()
	for {
		i := bytes.Index(text, []byte(opening))
		if i < 0 {
			d.text(text)
			return nil
		}
		d.text(text[:i])
		n := endOf(text[i:])
		if n < 0 {
			d.text(text[i:])
			return nil
		}
		d.statement(text[i : i+n])
		text = text[i+n:]
	}
}

// read returns a file's content and notes its age.
func (d *document) read(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("not a regular file")
	case info.Size() > maxFile:
		return nil, fmt.Errorf("more than %d bytes", maxFile)
	}
	d.note(info)
	return io.ReadAll(io.LimitReader(f, maxFile))
}

func (d *document) note(info os.FileInfo) {
	if t := info.ModTime(); t.After(d.newest) {
		d.newest = t
	}
}

// text adds what stands between statements.
func (d *document) text(p []byte) {
	if d.branch.active() {
		d.out.Write(p)
	}
}

// say adds a string to the output.
func (d *document) say(s string) { d.out.WriteString(s) }

// flush moves the output so far into the response.
func (d *document) flush() {
	d.r.Queue.AppendBytes(bytes.Clone(d.out.Bytes()))
	d.out.Reset()
}

// statement carries one out, or copies it if it is malformed.
func (d *document) statement(text []byte) {
	if len(text) > maxStatement {
		d.text([]byte(tooLong))
		return
	}
	s, ok := parse(string(text))
	if !ok {
		d.text(text)
		return
	}
	run, known := d.actions[s.name]
	switch {
	case !known:
		d.r.Errorf("ssi: unknown ssi-command: %s", s.name)
	case run.always || d.branch.active():
		run.do(d, &s)
	}
}
