package deflate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// config is what the directives say for one request.
type config struct {
	types    typeList
	allowed  []coder
	minSize  uint16
	maxSize  uint32 // KiB, 0 = no limit
	level    int    // 0 = each encoding's default
	params   params
	maxLoad  float64
	cacheDir string
	buffer   uint16 // accepted, without effect
}

// The order is lighttpd's: where a block has an old and a new name, the later
// row counts.
var directives = server.Table[config]{
	{
		Name: "deflate.mimetypes",
		Bind: server.Parsed(server.TypeStringList, parseTypes, typesOf),
		Doc: "Types to compress: beginnings of `Content-Type`. `\"\"` is every type. " +
			"Nothing is compressed while the list is empty.",
	},
	{
		Name:    "deflate.allowed-encodings",
		Bind:    server.Parsed(server.TypeStringList, parseAllowed, allowedOf),
		Default: "( )",
		Doc: "Encodings to use, the preferred one first: `zstd`, `br`, `gzip`, `deflate`. " +
			"An empty list stands for all, in this order.",
	},
	{
		Name: "deflate.max-compress-size", Bind: server.Int(maxSizeOf), Default: "131072",
		Doc: "Largest body to compress, in KiB; 0 is no limit.",
	},
	{
		Name: "deflate.min-compress-size", Bind: server.Short(func(c *config) *uint16 { return &c.minSize }), Default: "256",
		Doc: "Bodies of this many bytes and less are not compressed.",
	},
	{
		Name: "deflate.compression-level",
		Bind: server.Parsed(server.TypeShort, parseLevel, func(c *config) *int { return &c.level }),
		Doc:  "1 (fast) to 9 (small); each encoding has a default of its own.",
	},
	{
		Name: "deflate.output-buffer-size", Bind: server.Short(func(c *config) *uint16 { return &c.buffer }), Default: "0",
		Doc: "Accepted for compatibility; has no effect.",
	},
	{
		Name: "deflate.work-block-size", Bind: server.Short(func(c *config) *uint16 { return &c.buffer }), Default: "2048",
		Doc: "Accepted for compatibility; has no effect.",
	},
	{
		Name: "deflate.max-loadavg", Bind: server.Parsed(server.TypeString, parseLoad, maxLoadOf),
		Doc: "Compress nothing while the load average of the last minute is above this number.",
	},
	{
		Name: "deflate.cache-dir", Bind: server.String(cacheDirOf),
		Doc: "Directory for compressed copies of files, which are used again while the file is unchanged. It is created if missing and never cleaned up.",
	},
	{
		Name: "deflate.params",
		Bind: server.Parsed(server.TypeMap, parseParams, func(c *config) *params { return &c.params }),
		Doc: "Parameters of the encoders: `gzip.level`, `BROTLI_PARAM_QUALITY`, `BROTLI_PARAM_LGWIN`, `ZSTD_c_compressionLevel`, `ZSTD_c_windowLog`; " +
			"`gzip.windowBits`, `gzip.memLevel`, `gzip.strategy`, `BROTLI_PARAM_MODE`, `ZSTD_c_strategy` and `bzip2.blockSize100k` are accepted without effect.",
	},
	{Name: "compress.filetype", Bind: server.Parsed(server.TypeStringList, parseTypes, typesOf), Doc: older("deflate.mimetypes")},
	{Name: "compress.allowed-encodings", Bind: server.Parsed(server.TypeStringList, parseAllowed, allowedOf), Doc: older("deflate.allowed-encodings")},
	{Name: "compress.cache-dir", Bind: server.Parsed(server.TypeString, parseOldString, cacheDirOf), Doc: older("deflate.cache-dir")},
	{Name: "compress.max-filesize", Bind: server.Int(maxSizeOf), Doc: older("deflate.max-compress-size")},
	{Name: "compress.max-loadavg", Bind: server.Parsed(server.TypeString, parseLoad, maxLoadOf), Doc: older("deflate.max-loadavg")},
}

func typesOf(c *config) *typeList  { return &c.types }
func allowedOf(c *config) *[]coder { return &c.allowed }
func maxSizeOf(c *config) *uint32  { return &c.maxSize }
func maxLoadOf(c *config) *float64 { return &c.maxLoad }
func cacheDirOf(c *config) *string { return &c.cacheDir }
func older(name string) string     { return "Older name of " + name + "." }

// successors are the names that replaced those of mod_compress.
var successors = map[string]string{
	"compress.filetype":          "deflate.mimetypes",
	"compress.allowed-encodings": "deflate.allowed-encodings",
	"compress.cache-dir":         "deflate.cache-dir",
	"compress.max-loadavg":       "deflate.max-loadavg",
}

// noteOld warns of an old name.
func noteOld(at server.At) {
	if young, ok := successors[at.Name]; ok {
		at.Loader.Warnf(at.Range, "DEPRECATED: %s replaced with %s", at.Name, young)
	}
}

func parseOldString(at server.At, v eval.Value) (string, error) {
	noteOld(at)
	return v.Str, nil
}

// typeList is the beginnings of Content-Type to compress.
type typeList []string

func parseTypes(at server.At, v eval.Value) (typeList, error) {
	noteOld(at)
	var list typeList
	for _, e := range v.List {
		s := e.Value.Str
		if len(s) > 2 {
			s = strings.TrimSuffix(s, "*")
		}
		if s == "application/javascript" {
			s = "text/javascript"
		}
		list = append(list, s)
	}
	return list, nil
}

// match reports whether a response of that type is to be compressed.
func (l typeList) match(contentType string, known bool) bool {
	if !known {
		return len(l) > 0 && l[0] == ""
	}
	for _, prefix := range l {
		if strings.HasPrefix(contentType, prefix) {
			return true
		}
	}
	return false
}

func parseLevel(at server.At, v eval.Value) (int, error) {
	level := int(v.Int)
	if v.Kind == eval.String {
		level, _ = strconv.Atoi(v.Str)
	}
	if level < 1 || level > 9 {
		return 0, fmt.Errorf("%s must be between 1 and 9, not %d", at.Name, level)
	}
	return level, nil
}

// parseLoad takes what is no number for 0, which is no limit, as lighttpd
// does, and says so.
func parseLoad(at server.At, v eval.Value) (float64, error) {
	noteOld(at)
	load, err := strconv.ParseFloat(v.Str, 64)
	if err != nil && v.Str != "" {
		at.Loader.Warnf(at.Range, "%s should be a number such as \"3.50\", not %q: there is no limit", at.Name, v.Str)
	}
	return load, nil
}
