package ssi

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// maxOutput bounds, in bytes, what is taken of a command's output.
const maxOutput = 32 << 20

// action is what a statement does; always also in a branch that is false.
type action struct {
	do     func(d *document, s *statement)
	always bool
}

// actions are the statements by name. They are made at load: a variable of
// the package could not refer to itself through include.
func actions() map[string]action {
	return map[string]action{
		"echo":     {do: (*document).echo},
		"set":      {do: (*document).set},
		"config":   {do: (*document).config},
		"include":  {do: func(d *document, s *statement) { d.withFile(s, (*document).include) }},
		"fsize":    {do: func(d *document, s *statement) { d.withFile(s, (*document).fsize) }},
		"flastmod": {do: func(d *document, s *statement) { d.withFile(s, (*document).flastmod) }},
		"printenv": {do: (*document).printenv},
		"exec":     {do: (*document).exec},
		"comment":  {do: func(*document, *statement) {}},
		"if":       {do: func(d *document, s *statement) { d.branch.open(func() bool { return d.truth(s) }) }, always: true},
		"elif":     {do: func(d *document, s *statement) { d.branch.next(func() bool { return d.truth(s) }) }, always: true},
		"else":     {do: func(d *document, _ *statement) { d.branch.next(func() bool { return true }) }, always: true},
		"endif":    {do: func(d *document, _ *statement) { d.branch.close() }, always: true},
	}
}

func (d *document) echo(s *statement) {
	name, ok := s.find("var")
	if !ok {
		d.r.Errorf("ssi: %s var is missing", s.name)
		return
	}
	if value, ok := d.lookup(name); ok {
		d.say(value)
		return
	}
	d.say("(none)")
}

// set stores a variable. One of the CGI environment cannot be shadowed.
func (d *document) set(s *statement) {
	name, named := s.find("var")
	value, valued := s.find("value")
	if !named || !valued {
		d.r.Errorf("ssi: var and value have to be set in <!--#set %s=%s -->", name, value)
		return
	}
	d.vars[name] = value
}

func (d *document) config(s *statement) {
	for _, a := range s.attrs {
		switch a.name {
		case "timefmt":
			d.timefmt = a.value
		case "sizefmt":
			d.abbrev = a.value == "abbrev"
			if a.value != "abbrev" && a.value != "bytes" {
				d.r.Errorf("ssi: unknown value for attribute '%s': %s", a.name, a.value)
			}
		default:
			d.r.Errorf("ssi: unknown attribute for %s: %s", s.name, a.name)
		}
	}
}

// withFile calls do with the file that the statement names.
func (d *document) withFile(s *statement, do func(d *document, virtual bool, p place, info os.FileInfo)) {
	file, virtual := s.get("file"), s.get("virtual")
	if (file == "") == (virtual == "") {
		d.r.Errorf("ssi: %s needs either file or virtual", s.name)
		return
	}
	p := d.besideDocument(file)
	if virtual != "" {
		p = d.mapped(virtual)
	}
	info, err := os.Stat(p.file)
	if err != nil || info.IsDir() {
		d.r.Errorf("ssi: %s failed: %s", s.name, p.file)
		return
	}
	do(d, virtual != "", p, info)
}

// include inserts a file, or carries its statements out.
func (d *document) include(virtual bool, p place, info os.FileInfo) {
	switch {
	case !virtual || d.conf.depth == 0:
		d.insert(p.file)
	case d.depth >= int(d.conf.depth):
		d.say("(error: include directives recurse deeper than pre-defined ssi.recursion-max)")
	case p.file == d.at.file:
		d.say("(error: include directives create an infinite loop)")
	default:
		d.depth++
		if err := d.process(p); err != nil {
			d.r.Errorf("ssi: include failed: %s: %v", p.file, err)
		}
		d.depth--
	}
}

// insert adds a file as it is, without holding it in memory.
func (d *document) insert(name string) {
	f, err := os.Open(name)
	if err != nil {
		d.r.Errorf("ssi: include failed: %s: %s", name, server.Strerror(err))
		return
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		f.Close()
		return
	}
	d.note(info)
	d.flush()
	d.r.Queue.AppendFile(f, 0, info.Size(), f)
}

// fsize tells a size in bytes, or in whole units of 1024.
func (d *document) fsize(_ bool, _ place, info os.FileInfo) {
	size := info.Size()
	if !d.abbrev {
		d.say(strconv.FormatInt(size, 10))
		return
	}
	units := []string{" B", " kB", " MB", " GB", " TB", " PB", " EB"}
	for size > 1024 && len(units) > 1 {
		size, units = size>>10, units[1:]
	}
	d.say(strconv.FormatInt(size, 10) + units[0])
}

func (d *document) flastmod(_ bool, _ place, info os.FileInfo) {
	d.say(d.format(info.ModTime().Local()))
}

// printenv lists variables, each kind sorted by name.
func (d *document) printenv(*statement) {
	mine := make([]server.Pair, 0, len(d.vars))
	for name, value := range d.vars {
		mine = append(mine, server.Pair{Key: name, Value: value})
	}
	for _, kind := range [][]server.Pair{mine, slices.Clone(d.environment())} {
		slices.SortStableFunc(kind, func(a, b server.Pair) int { return strings.Compare(a.Key, b.Key) })
		for _, v := range kind {
			d.say(v.Key + "=" + server.EncodeHTML(v.Value) + "\n")
		}
	}
}

// exec runs a shell command and waits for it.
func (d *document) exec(s *statement) {
	command := s.get("cmd")
	if command == "" || !d.conf.exec {
		if command != "" {
			d.r.Errorf("ssi: exec is disabled by ssi.exec: %s", command)
		}
		return
	}
	out, err := shellOutput(command)
	d.out.Write(out)
	if err != nil {
		d.r.Errorf("ssi: command %q: %v", command, err)
	}
}

// shellOutput is what a command prints; its standard error is the server's.
func shellOutput(command string) ([]byte, error) {
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	n, err := io.CopyN(&out, pipe, maxOutput+1)
	if n > maxOutput {
		cmd.Process.Kill()
		cmd.Wait()
		return out.Bytes()[:maxOutput], fmt.Errorf("printed more than %d bytes", maxOutput)
	}
	if werr := cmd.Wait(); err == nil || err == io.EOF {
		err = werr
	}
	return out.Bytes(), err
}
