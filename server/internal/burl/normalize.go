package burl

import "strings"

// Normalize applies o to a request target, fragment included, and reports
// false when the target is to be refused with status 400. A target that needs
// no change is returned as it is, without allocation.
func Normalize(target string, o Options) (string, bool) {
	if i := strings.IndexByte(target, '#'); i >= 0 {
		target = target[:i]
	}
	if !o.Normalize {
		return target, true
	}
	s := scan(target, o)
	if s.reject {
		return "", false
	}
	if s.rewrite {
		var ok bool
		if target, ok = rewrite(target, o); !ok {
			return "", false
		}
		s.dots = true // decoding may have made some
	}
	if !s.dots {
		return target, true
	}
	return dotSegments(target, o)
}

// verdict is what one look at a target tells.
type verdict struct {
	rewrite bool // some byte has to change
	dots    bool // "//" or "/." in the path
	reject  bool
}

// scan looks whether a target has anything to normalise. Most do not.
func scan(target string, o Options) verdict {
	var v verdict
	inPath := true
	for i := 0; i < len(target); i++ {
		switch raw[target[i]] {
		case rawPlain:
		case rawSlash:
			if inPath && i+1 < len(target) && (target[i+1] == '/' || target[i+1] == '.') {
				v.dots = true
			}
		case rawQuery:
			inPath = false
		default:
			v.rewrite = true
			return v
		}
	}
	return v
}

// rewrite brings percent-encoding into the wanted form.
func rewrite(target string, o Options) (string, bool) {
	out := make([]byte, 0, 512)
	inPath := true
	for i := 0; i < len(target); i++ {
		c, encoded := target[i], false
		if c == '%' {
			if d, ok := unhex(target[i:]); ok {
				c, encoded = d, true
				i += 2
			}
		}
		if refused(c, o) {
			return "", false
		}
		switch {
		case encoded && c == '/' && inPath:
			if o.Path2FReject {
				return "", false
			}
			if o.Path2FDecode {
				out = append(out, '/')
			} else {
				out = appendEscape(out, c)
			}
		case c == ' ' && !inPath && o.Query20Plus:
			out = append(out, '+')
		case encoded && !decodes(c, inPath, o), !encoded && raw[c] >= rawEscape:
			out = appendEscape(out, c)
		default:
			if c == '?' {
				inPath = false
			}
			out = append(out, c)
		}
	}
	return string(out), true
}

// refused reports bytes that may not be in a target, raw or encoded.
func refused(c byte, o Options) bool {
	if c < 0x20 || c == 0x7f {
		return o.CtrlsReject
	}
	return o.InvalidUTF8Reject && (c == 0xc0 || c == 0xc1 || c >= 0xf5)
}

// decodes reports whether an encoded c is to be written raw.
func decodes(c byte, inPath bool, o Options) bool {
	if !o.Required {
		return unreserved[c]
	}
	if inPath {
		return raw[c] < rawEscape && c != '/' && c != '?'
	}
	return raw[c] < rawEscape && c != '&' && c != '=' && c != ';' && c != '+'
}

// dotSegments resolves the path of a target, or refuses it.
func dotSegments(target string, o Options) (string, bool) {
	if !o.DotsegRemove && !o.DotsegReject {
		return target, true
	}
	path, rest := target, ""
	if i := strings.IndexByte(target, '?'); i >= 0 {
		path, rest = target[:i], target[i:]
	}
	clean := Simplify(path)
	switch {
	case clean == path:
		return target, true
	case o.DotsegReject:
		return "", false
	}
	return clean + rest, true
}
