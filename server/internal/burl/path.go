package burl

import "strings"

// DecodePath turns the path of a target into the one that files are looked
// up with: percent-decoded once, a decoded control byte replaced by "_", then
// simplified. It reports false, which is status 400, when the result does not
// start with "/". A path that needs no change is returned without allocation.
//
// Whatever the target was, the result has no "." or ".." segment, so it
// cannot lead out of the directory it is appended to.
func DecodePath(path string) (string, bool) {
	if i := strings.IndexByte(path, '%'); i >= 0 {
		path = decode(path, i)
	}
	path = Simplify(path)
	return path, len(path) > 0 && path[0] == '/'
}

// decode percent-decodes path, which has its first "%" at i. An invalid "%"
// is kept, "+" is not a blank.
func decode(path string, i int) string {
	out := append(make([]byte, 0, 512), path[:i]...)
	for ; i < len(path); i++ {
		c := path[i]
		if c == '%' {
			if d, ok := unhex(path[i:]); ok {
				i += 2
				if c = d; c < 0x20 || c == 0x7f {
					c = '_'
				}
			}
		}
		out = append(out, c)
	}
	return string(out)
}

// Simplify collapses "//" and resolves "/./" and "/x/../"; a trailing "/."
// or "/.." leaves its slash, and ".." at the root is dropped
// (buffer_path_simplify). An already simple path is returned as it is.
func Simplify(path string) string {
	i := firstDot(path)
	if i < 0 {
		return path
	}
	return resolve(path, i)
}

// firstDot finds the first slash that "/" or "." follows, or, in a path
// without a leading slash, a leading dot segment. Names such as "/.well-known"
// are found too; resolving leaves them.
func firstDot(path string) int {
	if len(path) > 0 && path[0] == '.' {
		return 0
	}
	for i := 0; i+1 < len(path); i++ {
		if path[i] == '/' && (path[i+1] == '/' || path[i+1] == '.') {
			return i
		}
	}
	return -1
}

// resolve simplifies path, of which the bytes before i are simple.
func resolve(path string, i int) string {
	out := append(make([]byte, 0, 512), path[:i]...)
	for i < len(path) {
		if path[i] == '/' {
			i++
			if len(out) == 0 || out[len(out)-1] != '/' {
				out = append(out, '/')
			}
			if i == len(path) {
				break
			}
			if path[i] == '/' {
				continue
			}
		}
		end := len(path)
		if j := strings.IndexByte(path[i:], '/'); j >= 0 {
			end = i + j
		}
		switch seg := path[i:end]; seg {
		case ".":
		case "..":
			out = pop(out)
		default:
			out = append(out, seg...)
		}
		i = end
	}
	if string(out) == path {
		return path
	}
	return string(out)
}

// pop removes the last segment of a path that ends in a slash. A path without
// a leading slash becomes the root when its first segment goes.
func pop(out []byte) []byte {
	n := len(out) - 1
	if n <= 0 {
		return out
	}
	for n > 0 && out[n-1] != '/' {
		n--
	}
	if n == 0 {
		return append(out[:0], '/')
	}
	return out[:n]
}
