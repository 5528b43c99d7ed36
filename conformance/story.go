// Package conformance compares this server with lighttpd, byte for byte.
//
// A story is a text archive in testdata: a configuration, requests, and what
// the server must answer. "go test ./conformance -update" runs the stories
// against the installed lighttpd and records its answers; a plain run replays
// them against this server. Probes, in testdata/probes, are the same idea with
// one request a line, for tables of hundreds of small cases.
package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// FileTime is the modification time of every file a story brings along, so
// that Last-Modified and ETag are the same on every run.
var FileTime = time.Date(2021, 1, 2, 3, 4, 5, 0, time.UTC)

// patience bounds every wait of a story: far more than a healthy server needs.
const patience = 15 * time.Second

// storyKey finds the story's state in testscript's values.
type storyKey struct{}

// story is what the commands of one running script share.
type story struct {
	binary   Binary
	work     string
	server   *Server
	backends map[string]*Backend
	env      []string // for the server: where the backends listen
}

// Commands are the words a story can use beside testscript's own.
func Commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"serve":    cmdServe,
		"halt":     cmdHalt,
		"signal":   cmdSignal,
		"request":  cmdRequest,
		"log":      cmdLog,
		"backend":  cmdBackend,
		"recorded": cmdRecorded,
		"ws":       cmdWS,
		"t":        cmdCheck("-t"),
		"tt":       cmdCheck("-tt"),
		"dump":     cmdCheck("-p"),
		"touch":    cmdTouch,
	}
}

// Setup prepares a story's directory and ties its servers to its end.
func Setup(binary Binary) func(*testscript.Env) error {
	return func(env *testscript.Env) error {
		s := &story{binary: binary, work: env.WorkDir, backends: map[string]*Backend{}}
		env.Values[storyKey{}] = s
		env.Vars = append(env.Vars, "WORK="+env.WorkDir)
		env.Defer(func() {
			for _, b := range s.backends {
				b.Close()
			}
		})
		return setFileTimes(env.WorkDir)
	}
}

// setFileTimes gives everything below dir the time FileTime.
func setFileTimes(dir string) error {
	return filepath.Walk(dir, func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, FileTime, FileTime)
	})
}

func storyOf(ts *testscript.TestScript) *story { return ts.Value(storyKey{}).(*story) }

// running returns the server the story has started.
func running(ts *testscript.TestScript) *Server {
	srv := storyOf(ts).server
	if srv == nil {
		ts.Fatalf("no server is running: use serve first")
	}
	return srv
}

// cmdServe: serve CONF. Starts the server and waits until it takes connections.
func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve CONF (use tt for a configuration that is refused)")
	}
	s := storyOf(ts)
	if s.server != nil {
		ts.Fatalf("the story's server is already running")
	}
	srv, err := Start(s.binary, s.work, ts.ReadFile(args[0]), s.env)
	ts.Check(err)
	s.server = srv
	ts.Defer(func() { // runs after the script, also when it failed
		if s.server != srv {
			return
		}
		if err := srv.Stop(); err != nil {
			ts.Logf("%s", srv.Log())
			ts.Fatalf("the server did not stop cleanly: %v", err)
		}
	})
}

// cmdHalt: halt [SIGNAL]. Ends the server, or waits for its end, and prints its
// exit status.
func cmdHalt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: halt [SIGNAL]")
	}
	srv := running(ts)
	if len(args) == 1 {
		ts.Check(srv.Signal(args[0]))
	}
	code, err := srv.Wait()
	ts.Check(err)
	storyOf(ts).server = nil
	fmt.Fprintf(ts.Stdout(), "exit %d\n", code)
}

// cmdSignal: signal SIGNAL. The server is expected to go on.
func cmdSignal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: signal SIGNAL")
	}
	ts.Check(running(ts).Signal(args[0]))
}

// cmdTouch: touch FILE... gives files made by the script the fixed time.
func cmdTouch(ts *testscript.TestScript, _ bool, args []string) {
	for _, f := range args {
		ts.Check(os.Chtimes(ts.MkAbs(f), FileTime, FileTime))
	}
}

// cmdRequest: request [-half-close] FILE... sends the files, one connection a
// file, and leaves what came back in the file "response".
func cmdRequest(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("unsupported: ! request")
	}
	srv := running(ts)
	var ex Exchange
	if len(args) > 0 && args[0] == "-half-close" {
		ex.HalfClose, args = true, args[1:]
	}
	if len(args) == 0 {
		ts.Fatalf("usage: request [-half-close] FILE...")
	}
	var out strings.Builder
	for i, f := range args {
		if i > 0 {
			out.WriteString("=====\n")
		}
		raw, err := RequestBytes(ts.ReadFile(f))
		ts.Check(err)
		ex.Raw = raw
		text, err := ex.Run(srv)
		ts.Check(err)
		out.WriteString(text)
	}
	ts.Check(os.WriteFile(ts.MkAbs("response"), []byte(out.String()), 0o644))
}

// cmdLog: log [-f FILE] PATTERN waits for a line of the error log (or FILE);
// with "!" no line may match by now.
func cmdLog(ts *testscript.TestScript, neg bool, args []string) {
	var read func() string
	if len(args) == 3 && args[0] == "-f" {
		name := ts.MkAbs(args[1])
		read = func() string { b, _ := os.ReadFile(name); return string(b) }
		args = args[2:]
	}
	if len(args) != 1 {
		ts.Fatalf("usage: log [-f FILE] PATTERN")
	}
	if read == nil {
		read = running(ts).Log
	}
	re, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	if neg {
		if re.MatchString(read()) {
			ts.Fatalf("the log has %q:\n%s", args[0], read())
		}
		return
	}
	for end := time.Now().Add(patience); !re.MatchString(read()); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("the log has no %q:\n%s", args[0], read())
		}
	}
}

// cmdCheck: t, tt and dump run the server with one option and print the exit
// status, then what it wrote.
func cmdCheck(option string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 1 {
			ts.Fatalf("usage: t|tt|dump CONF")
		}
		s := storyOf(ts)
		text, err := s.binary.Check(s.work, option, args[0], s.env)
		ts.Check(err)
		fmt.Fprint(ts.Stdout(), text)
	}
}
