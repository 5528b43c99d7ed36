package cgi

import (
	"os"

	"github.com/lighttpd-go/lighttpd-go/modules/internal/backend"
	"github.com/lighttpd-go/lighttpd-go/modules/internal/cgienv"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// run starts the program for r and makes the response of its output.
func (m *module) run(r *server.Request, conf *config, program string) server.Result {
	if rc := backend.Admit(r); rc != server.GoOn {
		return rc
	}
	upgrade := backend.MayUpgrade(r, conf.upgrade)
	body, err := r.CollectCounted()
	if err != nil {
		return r.FailBody(err)
	}
	c := newCommand(r, program, body.Len())
	if err := c.input(body, upgrade); err != nil {
		return r.FailBody(err)
	}
	p, err := m.start(c, conf.limits)
	if c.stdin != nil && body.Len() == 0 {
		c.stdin.Close() // /dev/null
	}
	if err != nil {
		r.Errorf("fork/spawn %s: %s", c.argv[0], server.Strerror(err))
		return r.Fail(500)
	}
	switch {
	case c.stdin == nil && !upgrade:
		go p.feed(body)
	default:
		close(p.fed)
	}
	rc := backend.Respond(r, p, options(r, conf, p, upgrade))
	if upgrade && r.Tunnel == nil {
		p.closeInput()
	}
	return rc
}

// newCommand is the program with its arguments and its environment, which is
// nothing but the variables of the request and what the loader needs.
func newCommand(r *server.Request, program string, length int64) command {
	c := command{file: r.Physical.Path, argv: []string{r.Physical.Path}}
	if program != "" {
		c.argv = []string{program, r.Physical.Path}
	}
	c.env = []string{}
	for _, v := range cgienv.Variables(r, cgienv.Options{ContentLength: length}) {
		c.env = append(c.env, v.Key+"="+v.Value)
	}
	for _, name := range []string{"LD_PRELOAD", "LD_LIBRARY_PATH"} {
		if value, ok := os.LookupEnv(name); ok {
			c.env = append(c.env, name+"="+value)
		}
	}
	return c
}

// input decides what the program reads: nothing, a file that it may seek in,
// or a pipe.
func (c *command) input(body *server.Body, upgrade bool) (err error) {
	switch {
	case upgrade:
	case body.Len() == 0:
		c.stdin, err = os.Open(os.DevNull)
	default:
		c.stdin, err = body.File()
	}
	return err
}

// options are what the directives say about the program's answer.
func options(r *server.Request, conf *config, p *process, upgrade bool) backend.Options {
	o := backend.Options{Kind: backend.CGI, Name: r.Physical.Path, BodySent: p.fed}
	if conf.localRedir {
		o.LocalRedirect = r.LocalRedirect
	}
	if conf.sendfile {
		o.Sendfile = &backend.Sendfile{DocRoots: conf.sendfileRoot}
	}
	if upgrade {
		limits := backend.Limits(r)
		o.Tunnel = func(s server.Stream, early []byte) error { return limits.Relay(s, p, p.in, early) }
	}
	return o
}
