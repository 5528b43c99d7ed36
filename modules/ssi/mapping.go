package ssi

import (
	"net/url"
	"path"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/server"
)

// decode undoes percent-encoding; what is not encoded properly stays.
func decode(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// besideDocument is where file="name" leads: below the directory of the
// document, which dot segments cannot leave.
func (d *document) besideDocument(name string) place {
	name = path.Clean("/" + decode(name))
	return place{
		uri:  server.JoinPath(path.Dir(d.at.uri), name),
		rel:  server.JoinPath(path.Dir(d.at.rel), name),
		file: server.JoinPath(path.Dir(d.at.file), name),
	}
}

// mapped is where virtual="url" leads: mapped like the document itself, that
// is, behind the same alias if the paths begin alike, else in the document
// root. A query is no part of it: as in lighttpd no file is called like that.
func (d *document) mapped(target string) place {
	target = decode(target)
	if !strings.HasPrefix(target, "/") {
		target = path.Dir(d.at.uri) + "/" + target
	}
	uri := path.Clean("/" + target)
	rel := uri
	if d.r.Core.ForceLowercase {
		rel = strings.ToLower(rel)
	}
	return place{uri: uri, rel: rel, file: d.fileOf(rel)}
}

func (d *document) fileOf(rel string) string {
	shared := 0 // length of the directories both have
	for i := 0; i < len(rel) && i < len(d.at.rel) && rel[i] == d.at.rel[i]; i++ {
		if rel[i] == '/' {
			shared = i
		}
	}
	if base, ok := strings.CutSuffix(d.at.file, d.at.rel[shared:]); ok {
		return server.JoinPath(base, rel[shared:])
	}
	return server.JoinPath(d.r.Physical.DocRoot, rel)
}
