package server

// Table lists a module's directives (config_plugin_keys_t[]). The order is
// meaning: within a block, a later row overrides an earlier one.
type Table[C any] []Directive[C]

// Directive is one row: a name an admin can write, and what it does.
type Directive[C any] struct {
	Name    string
	Bind    Bind[C]
	Scope   Scope
	Default string // as it would stand in lighttpd.conf; "" = unset
	Doc     string // Markdown, goes into the reference
}

// Scope says where a directive may stand (T_CONFIG_SCOPE_*).
type Scope uint8

const (
	// PerRequest directives may stand in any block (T_CONFIG_SCOPE_CONNECTION).
	PerRequest Scope = iota
	// PerSocket directives stand globally or in $SERVER["socket"] blocks.
	PerSocket
	// PerServer directives stand globally.
	PerServer
)

// Type is the type of a directive's value (config_values_type_t).
type Type uint8

// The types of section 12.1.
const (
	TypeString     Type = iota // T_CONFIG_STRING
	TypeBool                   // T_CONFIG_BOOL
	TypeShort                  // T_CONFIG_SHORT
	TypeInt                    // T_CONFIG_INT
	TypeStringList             // T_CONFIG_ARRAY_VLIST
	TypeStringMap              // T_CONFIG_ARRAY_KVSTRING
	TypeArrayMap               // T_CONFIG_ARRAY_KVARRAY
	TypeMap                    // T_CONFIG_ARRAY_KVANY
	TypeArray                  // T_CONFIG_ARRAY
)

// Row is a directive without its type parameter, for messages and reference.
type Row struct {
	Name, Default, Doc string
	Type               Type
	Scope              Scope
}

func (t Table[C]) rows() []Row {
	rows := make([]Row, len(t))
	for i, d := range t {
		rows[i] = Row{Name: d.Name, Default: d.Default, Doc: d.Doc, Type: d.Bind.Type, Scope: d.Scope}
	}
	return rows
}
