package eval

import (
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// Config is an evaluated configuration: the global context and every
// condition block, in order of first appearance.
type Config struct {
	Contexts []*Context
	Path     string            // as given to Load
	Sources  map[string][]byte // every source read, for snippets in messages

	// OnMatchLimit is told when a regular expression gave up on a subject;
	// the condition counts as not matched. It may be called from any
	// request's goroutine. Nil is silent.
	OnMatchLimit func(error)

	byField [][]*Context // contexts by the field they compare
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

	slots    map[string]int // lower-case name → index in Settings
	captures bool           // somebody uses the captures of the condition
}

// Setting is one key of a context. Variables and directives are alike.
type Setting struct {
	Name  string // as written; names differing in ASCII case are the same
	Value Value
	Range parser.Range   // the key, where it was last set
	Via   []parser.Range // the includes that led there, innermost first
}

// Get returns the setting of that name in this context alone; case does not
// matter. Values of enclosing contexts are not looked at.
func (x *Context) Get(name string) (Setting, bool) {
	i, ok := x.slots[asciiLower(name)]
	if !ok {
		return Setting{}, false
	}
	return x.Settings[i], true
}

// SetListener gives a $SERVER["socket"] block the address it is compared
// with: the listener's text after name resolution, such as "0.0.0.0:81" for
// ":81". Only == and != compare it.
func (x *Context) SetListener(canonical string) {
	if x.Cond.Field == ServerSocket && (x.Cond.Op == Equal || x.Cond.Op == NotEqual) {
		x.Cond.Value = canonical
	}
}
