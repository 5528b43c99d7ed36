package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// conditionCampaign compares the decisions about every block, step by step,
// as debug.log-condition-handling shows them: n configurations, and a few
// dozen requests to each.
func conditionCampaign(dir string, seed uint64, n int, w io.Writer) error {
	ref, err := newReference(dir)
	if err != nil {
		return err
	}
	for i := range uint64(n) {
		r := rand.New(rand.NewPCG(seed+i, 8))
		if err := ref.compareDecisions(r, w); err != nil {
			return fmt.Errorf("seed %d: %w", seed+i, err)
		}
	}
	return nil
}

const probesEach = 40

func (r *reference) compareDecisions(rnd *rand.Rand, w io.Writer) error {
	text, c := r.acceptedBlocks(rnd)
	server, err := r.serve(text)
	if err != nil {
		return err
	}
	defer server.stop()
	for range probesEach {
		p := randomProbe(rnd)
		want, err := server.traceOf(p)
		if err != nil {
			return err
		}
		got := trace(c, p)
		// What lighttpd says before that is about the connection.
		if len(want) > len(got) {
			want = want[len(want)-len(got):]
		}
		if !slices.EqualFunc(want, got, sameStep) {
			fmt.Fprintf(w, "%s\n%q\n%s", text, p.head(), firstStep(want, got))
			return errDifferent
		}
	}
	return nil
}

// firstStep shows where two traces part.
func firstStep(want, got []string) string {
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || !sameStep(want[i], got[i]) {
			return fmt.Sprintf("--- lighttpd:\n%s\n--- we:\n%s\n",
				strings.Join(want[min(i, len(want)):], "\n"), strings.Join(got[min(i, len(got)):], "\n"))
		}
	}
	return ""
}

// acceptedBlocks generates until there is nothing wrong.
func (r *reference) acceptedBlocks(rnd *rand.Rand) (string, *eval.Config) {
	for {
		text := blocks(rnd)
		e := eval.Env{ReadFile: func(string) ([]byte, error) { return []byte(text), nil }}
		c, diags := eval.Load("blocks", e)
		if diags.HasErrors() {
			continue
		}
		c.NormalizeQueries()
		diags = c.CompileConditions()
		// lighttpd negates the key of a value that it rewrote wrongly, and may
		// then refuse what we accept.
		want, err := r.run(conf{"main.conf": text})
		if !diags.HasErrors() && err == nil && want.ok {
			return text, c
		}
	}
}

// server is a lighttpd that is running.
type server struct {
	cmd       *exec.Cmd
	addr, log string
}

// serve starts lighttpd with the blocks, on a free port.
func (r *reference) serve(text string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	s := &server{addr: fmt.Sprintf("127.0.0.1:%d", port), log: filepath.Join(r.dir, "error.log")}
	head := fmt.Sprintf("server.document-root = %q\nserver.port = %d\nserver.bind = \"127.0.0.1\"\nserver.errorlog = %q\n"+
		"debug.log-condition-handling = \"enable\"\n", r.dir, port, s.log)
	file := filepath.Join(r.dir, "serve.conf")
	if err := os.WriteFile(file, []byte(head+text), 0o600); err != nil {
		return nil, err
	}
	args := []string{"-D", "-f", file}
	if r.modules != "" {
		args = append(args, "-m", r.modules)
	}
	s.cmd = exec.Command(r.binary, args...)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for range 500 {
		if conn, err := net.Dial("tcp", s.addr); err == nil {
			return s, conn.Close()
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.stop()
	return nil, errors.New("lighttpd does not listen")
}

func (s *server) stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

var source = regexp.MustCompile(`^[^(]*\(configfile-glue\.c\.\d+\) `)

// traceOf sends a request and returns what lighttpd logged about it.
func (s *server) traceOf(p probe) ([]string, error) {
	before, err := os.Stat(s.log)
	if err != nil {
		return nil, err
	}
	if err := s.exchange(p.head()); err != nil {
		return nil, err
	}
	log, err := os.ReadFile(s.log)
	if err != nil {
		return nil, err
	}
	var lines []string
	for line := range strings.Lines(string(log[before.Size():])) {
		if at := source.FindString(line); at != "" {
			lines = append(lines, strings.TrimSuffix(line[len(at):], "\n"))
		}
	}
	return lines, nil
}

// exchange reads the answer to its end; the log is written before that.
func (s *server) exchange(head string) error {
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := io.WriteString(conn, head); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, conn)
	return err
}

// sameStep compares two lines but for the keys of else branches, which
// lighttpd gets wrong where it rewrote a value. The log escapes what is not
// ASCII.
func sameStep(want, got string) bool { return withoutKey(want) == withoutKey(escaped(got)) }

var blockKey = regexp.MustCompile(`(\(cond: |go parent |go prev ).*$`)

func withoutKey(line string) string { return blockKey.ReplaceAllString(line, "$1") }
