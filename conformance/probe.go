package conformance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/txtar"
)

// A probe is one request and what comes of it, on two or three lines, outcomes
// indented by two spaces:
//
//	GET /old HTTP/1.1|Host: h
//	  => 505 closes
//	  =86> 400 closes ; other HTTP versions are malformed since 1.4.77
//
// "|" is CRLF, Go's string escapes are understood, and the empty line that ends
// the head is added unless the request has one ("||"). In front of the request,
// "raw:" adds nothing, and "fin:" ends the sending direction afterwards.
//
// "=>" is what -update records from the installed lighttpd. "=86>" is what 1.4.86
// does where that differs, with the reason after the semicolon; this server has to
// do that.
//
// An outcome is the status (with "1.0:" in front for an HTTP/1.0 status line),
// whether the connection stays, and the response fields that are not the same
// everywhere; "show:" in the head of the file adds more of them, and the body.
type Probe struct {
	Request   string
	Recorded  string // "=>"
	Newer     string // "=86>", or ""
	NewerNote string
	line      int // of the request, in the file's lines
}

// Want is what this server has to do.
func (p Probe) Want() string {
	if p.Newer != "" {
		return p.Newer
	}
	return p.Recorded
}

// ProbeFile is one table of probes with its configuration and document root.
type ProbeFile struct {
	Name    string
	Probes  []Probe
	show    []string
	archive *txtar.Archive
	lines   []string // of the archive's file "probes"
}

// ReadProbes reads a table.
func ReadProbes(path string) (*ProbeFile, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	f := &ProbeFile{Name: strings.TrimSuffix(filepath.Base(path), ".txt"), archive: archive}
	for line := range strings.Lines(string(archive.Comment)) {
		if show, ok := strings.CutPrefix(line, "show:"); ok {
			f.show = strings.Fields(show)
		}
	}
	f.lines = strings.Split(strings.TrimSuffix(string(f.file("probes").Data), "\n"), "\n")
	return f, f.parse()
}

func (f *ProbeFile) file(name string) *txtar.File {
	for i := range f.archive.Files {
		if f.archive.Files[i].Name == name {
			return &f.archive.Files[i]
		}
	}
	return &txtar.File{}
}

func (f *ProbeFile) parse() error {
	for i, line := range f.lines {
		outcome := strings.TrimSpace(line)
		switch {
		case outcome == "" || line[0] == '#':
		case !strings.HasPrefix(line, "  "):
			f.Probes = append(f.Probes, Probe{Request: line, line: i})
		case len(f.Probes) == 0:
			return fmt.Errorf("%s: outcome without request: %q", f.Name, line)
		default:
			p := &f.Probes[len(f.Probes)-1]
			if rest, ok := strings.CutPrefix(outcome, "=86>"); ok {
				want, note, _ := strings.Cut(rest, " ; ")
				p.Newer, p.NewerNote = strings.TrimSpace(want), strings.TrimSpace(note)
			} else if rest, ok := strings.CutPrefix(outcome, "=>"); ok {
				p.Recorded = strings.TrimSpace(rest)
			} else {
				return fmt.Errorf("%s: neither => nor =86>: %q", f.Name, line)
			}
			if p.Newer != "" && p.NewerNote == "" {
				return fmt.Errorf("%s: =86> without a reason: %q", f.Name, line)
			}
		}
	}
	if len(f.Probes) == 0 {
		return fmt.Errorf("%s: no probes", f.Name)
	}
	return nil
}

// Start serves the file's document root, in dir.
func (f *ProbeFile) Start(b Binary, dir string) (*Server, error) {
	for _, file := range append(f.archive.Files, txtar.File{Name: "htdocs/alive", Data: []byte("alive\n")}) {
		name := filepath.Join(dir, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(name, file.Data, 0o644); err != nil {
			return nil, err
		}
	}
	if err := setFileTimes(dir); err != nil {
		return nil, err
	}
	return Start(b, dir, string(f.file("lighttpd.conf").Data), nil)
}

// Record writes the outcomes a reference gave into the file.
func (f *ProbeFile) Record(path string, outcomes []string) error {
	lines := slices.Clone(f.lines)
	for i := len(f.Probes) - 1; i >= 0; i-- {
		at := f.Probes[i].line + 1
		if at < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[at]), "=>") {
			lines[at] = "  => " + outcomes[i]
		} else {
			lines = slices.Insert(lines, at, "  => "+outcomes[i])
		}
	}
	f.file("probes").Data = []byte(strings.Join(lines, "\n") + "\n")
	return os.WriteFile(path, txtar.Format(f.archive), 0o644)
}

// alive is sent after the first response: it is answered if the connection stays.
const alive = "GET /alive HTTP/1.1\r\nHost: alive\r\nConnection: close\r\n\r\n"

// Run sends a probe on a connection of its own and describes the outcome.
func (f *ProbeFile) Run(s *Server, p Probe) (string, error) {
	raw, fin, err := p.bytes()
	if err != nil {
		return "", err
	}
	conn, err := dial(s.Addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience / 3))
	if err := (Exchange{Raw: raw, HalfClose: fin}).send(conn); err != nil {
		return "", err
	}
	got, err := readAll(conn, methods(raw), fin)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return "timeout", nil
	}
	if err != nil {
		return "", err
	}
	state := "closes"
	if final := finalResponses(got); final > len(methods(raw)) {
		state, got = "stays", got[:len(got)-1]
	}
	return f.describe(got, state, s), nil
}

// bytes returns what is sent, and whether the sending direction is ended then.
func (p Probe) bytes() ([]byte, bool, error) {
	text, fin := strings.CutPrefix(p.Request, "fin:")
	text, raw := strings.CutPrefix(text, "raw:")
	if !raw && !strings.Contains(text, "||") {
		text += "||"
	}
	out, err := Unescape(strings.ReplaceAll(text, "|", `\r\n`))
	return out, fin, err
}

// readAll reads responses until the server closes.
func readAll(conn *net.TCPConn, methods []string, fin bool) ([]*Response, error) {
	br := bufio.NewReader(conn)
	var got []*Response
	for {
		final := finalResponses(got)
		method := "GET"
		if final < len(methods) {
			method = methods[final]
		}
		r, err := ReadResponse(br, method)
		if ended(err) {
			return got, nil
		}
		if err != nil {
			return got, err
		}
		got = append(got, r)
		if finalResponses(got) == 1 && final == 0 && !fin {
			// The server may have closed: then this write may fail.
			io.WriteString(conn, alive)
		}
	}
}

// finalResponses counts the responses that are not interim ones.
func finalResponses(got []*Response) int {
	n := 0
	for _, r := range got {
		if r.Status >= 200 || r.Status == 101 {
			n++
		}
	}
	return n
}

// everywhere are fields that an outcome shows only on request.
var everywhere = []string{"Date", "Server", "Content-Length", "Content-Type", "ETag", "Last-Modified", "Accept-Ranges", "Connection"}

func (f *ProbeFile) describe(got []*Response, state string, s *Server) string {
	if len(got) == 0 {
		return "no response"
	}
	_, port, _ := net.SplitHostPort(s.Addr)
	var parts []string
	for _, r := range got {
		head, body, _ := strings.Cut(r.Text(port), "\n\n")
		lines := strings.Split(head, "\n")
		part := strings.Fields(lines[0])[1]
		if strings.HasPrefix(lines[0], "HTTP/1.0") {
			part = "1.0:" + part
		}
		for _, l := range lines[1:] {
			name, _, _ := strings.Cut(l, ":")
			if !slices.Contains(everywhere, name) || slices.Contains(f.show, name) {
				part += " {" + l + "}"
			}
		}
		if slices.Contains(f.show, "body") && body != "" {
			part += fmt.Sprintf(" %q", strings.TrimSuffix(body, "\n"))
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " & ") + " " + state
}
