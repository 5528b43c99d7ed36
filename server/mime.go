package server

import "strings"

// mimeByName is the number of entries from which mimetype.assign is looked up
// by the file's name and not entry by entry.
const mimeByName = 16

// MimeTable is a mimetype.assign: file names and the types they are sent
// with. It is not written to once made.
type MimeTable struct {
	pairs  []Pair            // fewer than mimeByName: in order, first suffix wins
	byName map[string]string // otherwise: lower-case key to type
}

// NewMimeTable makes a table of the entries of mimetype.assign, or, with
// builtin, of lighttpd's own entries for a configuration that has none.
func NewMimeTable(pairs []Pair, builtin bool) *MimeTable {
	if builtin {
		pairs = builtinTypes()
	}
	t := &MimeTable{pairs: make([]Pair, len(pairs))}
	for i, p := range pairs {
		if p.Key == ".js" && p.Value == "application/javascript" {
			p.Value = "text/javascript" // RFC 9239
		}
		t.pairs[i] = p
	}
	if len(t.pairs) < mimeByName {
		return t
	}
	t.byName = make(map[string]string, len(t.pairs))
	for _, p := range t.pairs {
		key := lowerASCII(p.Key)
		if _, ok := t.byName[key]; !ok {
			t.byName[key] = p.Value
		}
	}
	return t
}

// Type is the type of a file, "" if the table has none for it. Few entries
// are tried in order, and the first that is a suffix of the path wins; many
// are looked up by the file's name, the longest suffix first. Case does not
// matter.
func (t *MimeTable) Type(path string) string {
	if t.byName != nil {
		return t.named(lowerASCII(path[strings.LastIndexByte(path, '/')+1:]))
	}
	for i := range t.pairs {
		if HasSuffixFold(path, t.pairs[i].Key) {
			return t.pairs[i].Value
		}
	}
	return ""
}

// named looks up a lower-case base name: as a whole, then at each dot, with
// the dot and without it.
func (t *MimeTable) named(name string) string {
	if v, ok := t.byName[name]; ok {
		return v
	}
	for rest := name; ; {
		dot := strings.IndexByte(rest, '.')
		if dot < 0 {
			return t.byName[""]
		}
		if v, ok := t.byName[rest[dot:]]; ok {
			return v
		}
		rest = rest[dot+1:]
		if v, ok := t.byName[rest]; ok {
			return v
		}
	}
}

// builtinTypes is what lighttpd uses without a global mimetype.assign.
func builtinTypes() []Pair {
	var pairs []Pair
	for _, t := range builtinTypeKeys {
		for _, key := range t.keys {
			pairs = append(pairs, Pair{key, t.value})
		}
	}
	return pairs
}

var builtinTypeKeys = []struct {
	value string
	keys  []string
}{
	{"text/html", []string{".html", ".htm"}},
	{"text/plain;charset=utf-8", []string{".txt", ".text", "README"}},
	{"text/plain", []string{".conf", ".log"}},
	{"text/css;charset=utf-8", []string{".css"}},
	{"text/javascript", []string{".js", ".mjs"}},
	{"text/xml", []string{".xml"}},
	{"text/csv", []string{".csv"}},
	{"text/x-rst", []string{".rst"}},
	{"text/rtf", []string{".rtf"}},
	{"text/calendar", []string{".ics"}},
	{"text/markdown;charset=utf-8", []string{".md"}},
	{"audio/aac", []string{".aac"}},
	{"audio/flac", []string{".flac"}},
	{"audio/mp4", []string{".m4a"}},
	{"audio/mpeg", []string{".mp3"}},
	{"audio/opus", []string{".opus"}},
	{"audio/x-wav", []string{".wav"}},
	{"audio/webm", []string{".weba"}},
	{"audio/ogg", []string{".oga", ".ogg"}},
	{"application/ogg", []string{".ogx"}},
	{"image/apng", []string{".apng"}},
	{"image/avif", []string{".avif"}},
	{"image/bmp", []string{".bmp"}},
	{"image/gif", []string{".gif"}},
	{"image/png", []string{".png"}},
	{"image/tiff", []string{".tiff"}},
	{"image/webp", []string{".webp"}},
	{"image/vnd.microsoft.icon", []string{".ico"}},
	{"image/jpeg", []string{".jpeg", ".jpg"}},
	{"image/svg+xml", []string{".svg", ".svgz"}},
	{"video/x-msvideo", []string{".avi"}},
	{"video/x-matroska", []string{".mkv"}},
	{"video/ogg", []string{".ogv"}},
	{"video/webm", []string{".webm"}},
	{"video/mp4", []string{".m4v", ".mp4"}},
	{"video/mpeg", []string{".mpeg", ".mpg"}},
	{"video/quicktime", []string{".mov", ".qt"}},
	{"application/json", []string{".json"}},
	{"application/xml-dtd", []string{".dtd"}},
	{"application/pdf", []string{".pdf"}},
	{"application/xhtml+xml", []string{".xhtml"}},
	{"application/xslt+xml", []string{".xsl", ".xslt"}},
	{"application/vnd.ms-fontobject", []string{".eot"}},
	{"font/otf", []string{".otf"}},
	{"font/sfnt", []string{".sfnt"}},
	{"font/collection", []string{".ttc"}},
	{"font/ttf", []string{".ttf"}},
	{"font/woff", []string{".woff"}},
	{"font/woff2", []string{".woff2"}},
	{"application/x-7z-compressed", []string{".7z"}},
	{"application/x-bzip2", []string{".bz2"}},
	{"application/gzip", []string{".gz"}},
	{"application/vnd.rar", []string{".rar"}},
	{"application/x-tar", []string{".tar"}},
	{"application/x-xz", []string{".xz"}},
	{"application/zip", []string{".zip"}},
	{"application/zstd", []string{".zst"}},
	{"application/x-gtar-compressed", []string{".tar.gz", ".tgz"}},
	{"application/octet-stream", []string{".bin", ".img", ".so", ""}},
	{"application/java-vm", []string{".class"}},
	{"application/java-archive", []string{".jar"}},
	{"application/x-iso9660-image", []string{".iso"}},
	{"application/x-lha", []string{".lha"}},
	{"application/x-lzh", []string{".lhz"}},
	{"application/x-bittorrent", []string{".torrent"}},
	{"application/x-msdos-program", []string{".dll", ".exe"}},
	{"application/vnd.debian.binary-package", []string{".deb"}},
	{"application/x-apple-diskimage", []string{".dmg"}},
	{"application/x-redhat-package-manager", []string{".rpm"}},
	{"application/pgp-signature", []string{".sig"}},
}

// lowerASCII lower-cases A to Z and nothing else, unlike strings.ToLower. A
// string without them is returned as it is.
func lowerASCII(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if c := b[i]; 'A' <= c && c <= 'Z' {
					b[i] = c | 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// HasSuffixFold reports whether s ends in suffix, ASCII case aside
// (buffer_eq_icase_ssn).
func HasSuffixFold(s, suffix string) bool {
	if len(s) < len(suffix) {
		return false
	}
	s = s[len(s)-len(suffix):]
	for i := range len(s) {
		a, b := s[i], suffix[i]
		if a == b {
			continue
		}
		if a|0x20 != b|0x20 || a|0x20 < 'a' || a|0x20 > 'z' {
			return false
		}
	}
	return true
}
