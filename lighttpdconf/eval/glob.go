package eval

import (
	"errors"
	"os"
	"slices"
	"strings"
)

// maxBraces bounds what a pattern such as {a,b}{a,b}{a,b}… expands to.
const maxBraces = 10000

// glob lists the files that match a POSIX pattern with braces: in byte order,
// but brace alternatives in the order written. A wildcard does not match a
// leading dot.
func glob(pattern string) ([]string, error) {
	patterns, err := expandBraces(pattern)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, p := range patterns {
		all = append(all, globOne(p)...)
	}
	return all, nil
}

var errBraces = errors.New("too many alternatives in braces")

// expandBraces replaces the first {a,b} by each alternative in turn until
// there is none left. Braces that do not pair, and {}, stand for themselves.
func expandBraces(pattern string) ([]string, error) {
	done, todo := []string(nil), []string{pattern}
	for len(todo) > 0 {
		p := todo[0]
		todo = todo[1:]
		if len(done)+len(todo) > maxBraces {
			return nil, errBraces
		}
		before, alternatives, after := firstBrace(p)
		if alternatives == nil {
			done = append(done, p)
			continue
		}
		expanded := make([]string, len(alternatives))
		for i, a := range alternatives {
			expanded[i] = before + a + after
		}
		todo = slices.Concat(expanded, todo)
	}
	return done, nil
}

// firstBrace splits at the first brace pair outside a bracket expression.
func firstBrace(p string) (before string, alternatives []string, after string) {
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '{':
			if strings.HasPrefix(p[i:], "{}") {
				continue
			}
			if list, end := alternativesOf(p[i:]); list != nil {
				return p[:i], list, p[i+end:]
			}
			return p, nil, ""
		}
	}
	return p, nil, ""
}

// alternativesOf splits p, which begins with "{", at its commas. end is the
// length up to the closing brace.
func alternativesOf(p string) (list []string, end int) {
	depth, start := 0, 1
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '{':
			depth++
		case ',':
			if depth == 1 {
				list = append(list, p[start:i])
				start = i + 1
			}
		case '}':
			if depth--; depth == 0 {
				return append(list, p[start:i]), i + 1
			}
		}
	}
	return nil, 0
}

// globOne expands a pattern without braces, component by component.
func globOne(pattern string) []string {
	found := []string{""}
	for rest, more := pattern, true; more; {
		var part string
		part, rest, more = strings.Cut(rest, "/")
		tail := ""
		if more {
			tail = "/"
		}
		found = extend(found, part, tail)
	}
	found = slices.DeleteFunc(found, func(name string) bool {
		_, err := os.Lstat(name)
		return err != nil
	})
	slices.Sort(found)
	return found
}

// extend appends every name that matches part to each of the directories.
func extend(dirs []string, part, tail string) []string {
	if !strings.ContainsAny(part, "*?[") {
		for i := range dirs {
			dirs[i] += unescape(part) + tail
		}
		return dirs
	}
	var out []string
	for _, dir := range dirs {
		for _, name := range namesIn(dir, part) {
			if matchName(part, name) {
				out = append(out, dir+name+tail)
			}
		}
	}
	return out
}

// namesIn reads a directory, with . and .. for patterns that could match
// them. One that cannot be read has no names.
func namesIn(dir, part string) []string {
	if dir == "" {
		dir = "."
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return nil
	}
	if strings.HasPrefix(part, ".") {
		names = append(names, ".", "..")
	}
	return names
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
