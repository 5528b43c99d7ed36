// Package accesslog ports mod_accesslog: one line for each request, in a
// format of the admin's, to files, pipes or syslog.
package accesslog

import (
	"errors"
	"time"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// Module is mod_accesslog.
var Module = server.Define("mod_accesslog", directives, load)

// config is what the directives say for one request.
type config struct {
	target *target // nil: no log
	format *format
	json   bool
	syslog bool
	level  uint16
}

var directives = server.Table[config]{
	{
		Name: "accesslog.filename",
		Bind: server.Parsed(server.TypeString, parseTarget, func(c *config) **target { return &c.target }),
		Doc: "File that takes the lines, or `|command` for a program that reads them. " +
			"`\"\"` in a condition keeps its requests out of the log.",
	},
	{
		Name: "accesslog.use-syslog",
		Bind: server.Bool(func(c *config) *bool { return &c.syslog }),
		Doc:  "Send the lines to syslog instead of the file.",
	},
	{
		Name:    "accesslog.format",
		Bind:    server.Parsed(server.TypeString, parseFormat, func(c *config) **format { return &c.format }),
		Default: `"%h %V %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""`,
		Doc:     "What a line says: literal text, and fields that begin with a percent sign.",
	},
	{
		Name:    "accesslog.syslog-level",
		Bind:    server.Short(func(c *config) *uint16 { return &c.level }),
		Default: "6",
		Doc:     "Priority of the lines in syslog, as its number: 6 is \"info\".",
	},
	{
		Name: "accesslog.escaping",
		Bind: server.Parsed(server.TypeString, parseEscaping, func(c *config) *bool { return &c.json }),
		Doc:  "`\"json\"` escapes what clients sent for use in JSON; anything else is lighttpd's own way (`\\xHH`).",
	},
}

// parseTarget leaves the opening to the start of the server, when user and
// root directory are the final ones.
func parseTarget(_ server.At, v eval.Value) (*target, error) {
	if v.Str == "" {
		return nil, nil
	}
	return &target{name: v.Str}, nil
}

func parseFormat(_ server.At, v eval.Value) (*format, error) {
	if v.Str == "" {
		return nil, errors.New("accesslog.format must not be empty")
	}
	return compile(v.Str)
}

func parseEscaping(_ server.At, v eval.Value) (bool, error) { return v.Str == "json", nil }

// module is mod_accesslog as loaded for one configuration.
type module struct {
	conf  *server.Settings[config]
	files *files
	clock clock
}

func load(l *server.Loader, conf *server.Settings[config]) (server.Hooks, error) {
	m := &module{conf: conf, files: newFiles(l.Server.SyslogFacility, l.Log)}
	conf.Each(func(c *config) {
		m.files.use(c.target)
		m.files.syslogWanted = m.files.syslogWanted || c.syslog
	})
	return server.Hooks{
		Start:       m.files.open,
		RequestDone: m.log,
		Trigger:     func(now time.Time) { m.files.flushOld(now) },
		Hangup:      m.files.reopen,
		Close:       m.files.close,
	}, nil
}

// log writes the line of a request that has ended. The settings are those of
// the blocks that are true now, that is, for a rewritten URL.
func (m *module) log(r *server.Request) {
	conf := m.conf.For(r)
	if conf.target == nil && !conf.syslog {
		return
	}
	e := entry{r: r, end: time.Now(), json: conf.json, clock: &m.clock}
	if conf.syslog {
		m.files.syslog(conf.level, conf.format.append(nil, &e))
		return
	}
	conf.target.file.write(e.end, func(dst []byte) []byte {
		return append(conf.format.append(dst, &e), '\n')
	})
}
