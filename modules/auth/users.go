package auth

import (
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// require reads the users that an entry admits: valid-user, or tokens such as
// user=ann, joined by bars. Groups are taken and match nobody, as no backend
// here knows them.
func (p *ruleParser) require(e eval.Element) {
	rest := e.Value.Str
	if rest == "valid-user" {
		p.rule.anyUser = true
		return
	}
	for rest != "" {
		near := rest
		var token string
		token, rest, _ = strings.Cut(rest, "|")
		kind, name, ok := strings.Cut(token, "=")
		switch {
		case !ok:
			p.refuseToken(e, "missing '='", near)
			return
		case name == "":
			p.refuseToken(e, "missing token after '='", near)
			return
		case kind == "user":
			p.rule.users = append(p.rule.users, name)
		case kind == "group":
			p.report(parser.Warning, e, "auth.require 'require' field: 'group' matches nobody, as no file of users has groups; field value: %s", e.Value.Str)
		case kind == "host":
			p.report(parser.Warning, e, "warning parsing auth.require 'require' field: 'host' not implemented; field value: %s", e.Value.Str)
		default:
			p.refuseToken(e, "invalid/unsupported token", near)
			return
		}
	}
}

func (p *ruleParser) refuseToken(e eval.Element, problem, near string) {
	p.report(parser.Error, e, "error parsing auth.require 'require' field: %s "+
		`(expecting "valid-user" or "user=a|user=b|group=g|host=h"). error value: %s error near: %s`, problem, e.Value.Str, near)
}
