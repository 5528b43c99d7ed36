package eval

import "github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"

// Config is an evaluated configuration: the global context and every
// condition block, in order of first appearance.
type Config struct {
	Contexts []*Context
	Path     string            // as given to Load
	Sources  map[string][]byte // every source read, for snippets in messages
}

// Context is one block of the configuration (data_config).
type Context struct {
	ID         int
	Key        string // lighttpd's internal key, as its messages show it
	Parent     *Context
	Prev, Next *Context // members of an if/else chain
	Children   []*Context
	Cond       Cond
	Settings   []Setting
	Range      parser.Range // of the first header that opened it
}

// Setting is one key of a context. Variables and directives are alike.
type Setting struct {
	Name  string // as written; compare with strings.EqualFold
	Value Value
	Range parser.Range // the key, where it was last set
	Via   []parser.Range
}
