package server

import (
	"fmt"
	"maps"
	"slices"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server/internal/burl"
	"github.com/lighttpd-go/lighttpd-go/server/internal/h1"
)

// parseOpts is server.http-parseopts as written, with its older spellings.
type parseOpts struct {
	headerStrict, hostStrict, hostNormalize, getBody bool

	url       burl.Options
	urlSet    bool // url holds something; the defaults apply otherwise
	noDecode  bool // url-path-2f-decode was disabled by name
	normalize bool // false once url-normalize was disabled
}

// parseOptFields are the options of server.http-parseopts and where they go.
var parseOptFields = map[string]func(*parseOpts) *bool{
	"header-strict":            func(o *parseOpts) *bool { return &o.headerStrict },
	"host-strict":              func(o *parseOpts) *bool { return &o.hostStrict },
	"host-normalize":           func(o *parseOpts) *bool { return &o.hostNormalize },
	"method-get-body":          func(o *parseOpts) *bool { return &o.getBody },
	"url-normalize":            func(o *parseOpts) *bool { return &o.url.Normalize },
	"url-normalize-unreserved": func(o *parseOpts) *bool { return &o.url.Unreserved },
	"url-normalize-required":   func(o *parseOpts) *bool { return &o.url.Required },
	"url-ctrls-reject":         func(o *parseOpts) *bool { return &o.url.CtrlsReject },
	"url-path-backslash-trans": func(o *parseOpts) *bool { return &o.url.BackslashTrans },
	"url-path-2f-decode":       func(o *parseOpts) *bool { return &o.url.Path2FDecode },
	"url-path-2f-reject":       func(o *parseOpts) *bool { return &o.url.Path2FReject },
	"url-path-dotseg-remove":   func(o *parseOpts) *bool { return &o.url.DotsegRemove },
	"url-path-dotseg-reject":   func(o *parseOpts) *bool { return &o.url.DotsegReject },
	"url-query-20-plus":        func(o *parseOpts) *bool { return &o.url.Query20Plus },
	"url-invalid-utf8-reject":  func(o *parseOpts) *bool { return &o.url.InvalidUTF8Reject },
}

// optBool binds one of the older single-option spellings.
func optBool(field func(*parseOpts) *bool) Bind[ServerConfig] {
	return Bool(func(c *ServerConfig) *bool { return field(&c.opts) })
}

// bindParseOpts binds the map. It changes the options it names and leaves
// what the older spellings and the defaults say of the others.
func bindParseOpts() Bind[ServerConfig] {
	return Bind[ServerConfig]{Type: TypeStringMap, apply: func(at At, v eval.Value) (func(*ServerConfig), error) {
		if err := checkArray(at.Name, TypeStringMap, v); err != nil {
			return nil, err
		}
		for _, e := range v.List {
			checkParseOpt(at, e)
		}
		return func(c *ServerConfig) { c.opts.set(v.List) }, nil
	}}
}

// checkParseOpt reports an option or a value that does not exist.
func checkParseOpt(at At, e eval.Element) {
	if _, ok := truthOf(e.Value); !ok {
		at.Loader.refuse(at, &valueError{
			summary: fmt.Sprintf(`unrecognized value for server.http-parseopts: %s => %s (expect "[enable|disable]")`, e.Key, e.Value.Str),
			detail:  fmt.Sprintf(`write "%s" => "enable" or "%s" => "disable"`, e.Key, e.Key),
			place:   e.Range,
		})
	}
	if parseOptFields[e.Key] == nil {
		known := slices.Sorted(maps.Keys(parseOptFields))
		detail := "known options are " + wordList(known)
		if near := nearest(e.Key, known); near != "" {
			detail = fmt.Sprintf("did you mean %q?", near)
		}
		at.Loader.refuse(at, &valueError{
			summary: "unrecognized key for server.http-parseopts: " + e.Key,
			detail:  detail, place: e.Range,
		})
	}
}

// set applies the elements of the map.
func (o *parseOpts) set(elements []eval.Element) {
	o.url, o.urlSet, o.normalize = burl.Default(), true, true
	for _, e := range elements {
		field := parseOptFields[e.Key]
		on, ok := truthOf(e.Value)
		if field == nil || !ok {
			continue
		}
		*field(o) = on
		switch {
		case e.Key == "url-normalize" && !on:
			o.normalize = false
		case e.Key == "url-path-2f-decode" && !on:
			o.noDecode = true
		}
	}
}

// policy works out what applies (config_http_parseopts).
func (o *parseOpts) policy(p *h1.Policy) {
	p.HeaderStrict = o.headerStrict
	p.HostStrict = o.hostStrict
	p.HostNormalize = o.hostNormalize || o.hostStrict
	p.GETBody = o.getBody
	if !o.urlSet {
		p.URL = burl.Default()
		return
	}
	p.URL = o.url
	if !o.normalize {
		p.URL = burl.Options{}
	}
	if p.URL == (burl.Options{}) {
		return
	}
	p.URL.Normalize = true
	if !p.URL.Unreserved && !p.URL.Required {
		p.URL.Unreserved = true
		p.URL.InvalidUTF8Reject = true
		p.URL.Path2FDecode = p.URL.Path2FDecode || !o.noDecode
	}
}
