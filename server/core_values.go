package server

import (
	"os"
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// Ignored checks a value's type and does nothing with it, for directives that
// are accepted so that a configuration loads.
func Ignored[C any](t Type) Bind[C] {
	return Bind[C]{Type: t, apply: func(at At, v eval.Value) (func(*C), error) {
		return nil, checkType(at.Name, t, v)
	}}
}

// serverTag binds server.tag: an empty one counts outside of conditions only.
func serverTag() Bind[Core] {
	return Bind[Core]{Type: TypeString, apply: func(at At, v eval.Value) (func(*Core), error) {
		text, err := decodeString(at.Name, v)
		if err != nil {
			return nil, err
		}
		tag := cleanTag(text)
		if tag == "" && at.Context.ID != 0 {
			return nil, nil
		}
		return func(c *Core) { c.Tag = tag }, nil
	}}
}

// cleanTag keeps a tag from ending its header line: behind a line feed comes
// a blank, as for a folded line, and a tag of white space alone is none.
func cleanTag(s string) string {
	if strings.Trim(s, " \t\r\n") == "" {
		return ""
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		if s[i] == '\n' && !strings.HasPrefix(s[i+1:], " ") && !strings.HasPrefix(s[i+1:], "\t") {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// streamed is one of the two directives about streaming: its value, and
// whether the administrator has written one.
type streamed func(*Core) (bits *uint16, written *bool)

func requestStream(c *Core) (*uint16, *bool)  { return &c.StreamRequestBody, &c.streamRequestSet }
func responseStream(c *Core) (*uint16, *bool) { return &c.StreamResponseBody, &c.streamResponseSet }

// streamBits binds a bit mask in which 2, small buffers, implies 1.
func streamBits(field streamed) Bind[Core] {
	return Bind[Core]{Type: TypeShort, apply: func(at At, v eval.Value) (func(*Core), error) {
		n, err := decodeShort(at.Name, v)
		if n&2 != 0 {
			n |= 1
		}
		isDefault := at.Range.File == ""
		return func(c *Core) {
			bits, written := field(c)
			*bits, *written = n, !isDefault
		}, err
	}}
}

// lowercase binds server.force-lowercase-filenames and remembers that the
// admin has decided.
func lowercase() Bind[Core] {
	return Bind[Core]{Type: TypeBool, apply: func(at At, v eval.Value) (func(*Core), error) {
		on, err := decodeBool(at.Name, v)
		return func(c *Core) { c.ForceLowercase, c.lowercaseSet = on, true }, err
	}}
}

func parseMimeTypes(_ At, v eval.Value) (*MimeTable, error) {
	pairs := make([]Pair, len(v.List))
	for i, e := range v.List {
		pairs[i] = Pair{e.Key, e.Value.Str}
	}
	return NewMimeTable(pairs, false), nil
}

// rewriteShown changes two values the way lighttpd does, so that -p shows
// them as they are used.
func rewriteShown(cfg *eval.Config) {
	for _, ctx := range cfg.Contexts {
		for i := range ctx.Settings {
			value := &ctx.Settings[i].Value
			switch strings.ToLower(ctx.Settings[i].Name) {
			case "server.tag":
				*value = eval.StringValue(cleanTag(value.Str))
			case "mimetype.assign":
				*value = eval.ArrayValue(modernTypes(value.List))
			}
		}
	}
}

// modernTypes gives scripts the type of RFC 9239.
func modernTypes(list []eval.Element) []eval.Element {
	list = slices.Clone(list)
	for i, e := range list {
		if e.Key == ".js" && e.Value.Str == "application/javascript" {
			list[i].Value = eval.StringValue("text/javascript")
		}
	}
	return list
}

// complete fills in what lighttpd derives when it is not set.
func (c *Core) complete() {
	if c.MimeTypes == nil {
		c.MimeTypes = NewMimeTable(nil, true)
	}
	if !c.lowercaseSet {
		c.ForceLowercase = ignoresCase(c.DocumentRoot)
	}
}

// ignoresCase probes a file system: a directory that is the same in upper and
// in lower case.
func ignoresCase(dir string) bool {
	upper, lower := strings.ToUpper(dir), strings.ToLower(dir)
	if upper == lower {
		return false
	}
	a, err := os.Stat(upper)
	if err != nil {
		return false
	}
	b, err := os.Stat(lower)
	return err == nil && os.SameFile(a, b)
}
