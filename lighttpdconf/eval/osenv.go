package eval

import (
	"io"
	"os"
	"syscall"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// OSEnv is the environment of this process: its files, its shell, its
// variables, and var.CWD and var.PID.
func OSEnv() Env {
	vars := map[string]Value{"var.PID": IntegerValue(int32(os.Getpid()))}
	if dir, err := os.Getwd(); err == nil {
		vars["var.CWD"] = StringValue(dir)
	}
	return Env{ReadFile: readFile, Glob: glob, Shell: runShell, Getenv: os.LookupEnv, Vars: vars}
}

// readFile reads a configuration file, or standard input for "-".
func readFile(name string) ([]byte, error) {
	if name == "-" {
		return readSource(os.Stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readSource(f)
}

// readSource refuses what is larger than a configuration may be, even if it
// never ends.
func readSource(r io.Reader) ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(r, parser.MaxSource+1))
	if err == nil && len(src) > parser.MaxSource {
		err = syscall.EOVERFLOW
	}
	return src, err
}
