package burl

// AppendEncodedPath adds path with everything percent-encoded except letters,
// digits and "!()*-./_~", as lighttpd writes Location (ENCODING_REL_URI).
func AppendEncodedPath(dst []byte, path string) []byte { return appendURI(dst, path, &relURI) }

// AppendEncodedPart is AppendEncodedPath for a single name: "/" is encoded as
// well (ENCODING_REL_URI_PART).
func AppendEncodedPart(dst []byte, name string) []byte { return appendURI(dst, name, &relURIPart) }

// EncodePath is AppendEncodedPath as a string; a path with nothing to encode
// is returned as it is.
func EncodePath(path string) string {
	if plain(path, &relURI) {
		return path
	}
	return string(AppendEncodedPath(make([]byte, 0, len(path)+32), path))
}

// AppendHTML adds s with the characters that mean something in HTML, and
// controls, as &#xHH; (ENCODING_HTML). Bytes from 0x80 on are kept.
func AppendHTML(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if htmlPlain[c] {
			dst = append(dst, c)
			continue
		}
		dst = append(dst, '&', '#', 'x', upperHex[c>>4], upperHex[c&15], ';')
	}
	return dst
}

// EncodeHTML is AppendHTML as a string; text with nothing to escape is
// returned as it is.
func EncodeHTML(s string) string {
	if plain(s, &htmlPlain) {
		return s
	}
	return string(AppendHTML(make([]byte, 0, len(s)+32), s))
}

func appendURI(dst []byte, s string, keep *[256]bool) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; keep[c] {
			dst = append(dst, c)
		} else {
			dst = appendEscape(dst, c)
		}
	}
	return dst
}

// plain reports whether every byte of s is in keep.
func plain(s string, keep *[256]bool) bool {
	for i := 0; i < len(s); i++ {
		if !keep[s[i]] {
			return false
		}
	}
	return true
}
