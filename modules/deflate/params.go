package deflate

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// params tune the encoders; 0 is an encoder's default, and a brotli quality
// of 0 is stored as -1.
type params struct{ gzipLevel, brQuality, brWindow, zstdLevel, zstdWindow int }

// tuned are the parameters in force: deflate.compression-level stands in for
// what deflate.params leaves out.
func (c *config) tuned() params {
	p := c.params
	if c.level == 0 {
		return p
	}
	if p.gzipLevel == 0 {
		p.gzipLevel = c.level
	}
	if p.brQuality == 0 {
		p.brQuality = c.level
	}
	if p.zstdLevel == 0 {
		p.zstdLevel = c.level
	}
	return p
}

// param is one entry of deflate.params: its range, and the field it sets if
// it has an effect here.
type param struct {
	least, most int
	set         func(p *params, n int)
}

// knownParams are by lower-case name.
var knownParams = map[string]param{
	"gzip.level":              {1, 9, func(p *params, n int) { p.gzipLevel = n }},
	"gzip.windowbits":         {9, 15, nil},
	"gzip.memlevel":           {1, 9, nil},
	"gzip.strategy":           {0, 4, nil},
	"brotli_param_quality":    {0, 11, setQuality},
	"brotli_param_lgwin":      {10, 24, func(p *params, n int) { p.brWindow = n }},
	"brotli_param_mode":       {0, 2, nil},
	"zstd_c_compressionlevel": {-131072, 22, func(p *params, n int) { p.zstdLevel = n }},
	"zstd_c_strategy":         {1, 9, nil},
	"zstd_c_windowlog":        {10, 31, func(p *params, n int) { p.zstdWindow = min(n, 23) }},
	"bzip2.blocksize100k":     {1, 9, nil},
}

func setQuality(p *params, n int) {
	p.brQuality = n
	if n == 0 {
		p.brQuality = -1
	}
}

// parseParams tells of names and values it cannot use; they stop nothing, as
// in lighttpd.
func parseParams(at server.At, v eval.Value) (params, error) {
	var p params
	for _, e := range v.List {
		known, ok := knownParams[strings.ToLower(e.Key)]
		switch {
		case !ok:
			at.Loader.Warnf(e.Range, "unrecognized key for %s: %s", at.Name, e.Key)
		case e.Value.Kind != eval.Integer || int(e.Value.Int) < known.least || int(e.Value.Int) > known.most:
			at.Loader.Warnf(e.Range, "invalid value for %s: %s should be a number from %d to %d", at.Name, e.Key, known.least, known.most)
		case known.set != nil:
			known.set(&p, int(e.Value.Int))
		}
	}
	return p, nil
}
