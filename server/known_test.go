package server

import (
	"os"
	"strings"
	"testing"
)

// typeNames are the types as the table of lighttpd's directives names them.
var typeNames = map[string]Type{
	"string": TypeString, "bool": TypeBool, "short": TypeShort, "int": TypeInt,
	"list of strings": TypeStringList, "map to string": TypeStringMap, "map to map": TypeArrayMap,
	"map to any": TypeMap, "array": TypeArray,
}

var scopeNames = map[string]Scope{"connection": PerRequest, "socket": PerSocket, "server": PerServer}

// TestKnownDirectives compares our tables with the table of lighttpd's
// directives: nothing is missing, and types and scopes are the same.
func TestKnownDirectives(t *testing.T) {
	table, err := os.ReadFile("../../shared/spec/directives.tsv")
	if err != nil {
		t.Fatal(err)
	}
	core := map[string]Row{}
	for _, owner := range coreRows() {
		for _, row := range owner.Rows {
			core[row.Name] = row
		}
	}
	known := map[string]Row{}
	for _, m := range knownModules {
		for _, row := range Lighttpd(m.name) {
			known[m.name+" "+row.Name] = row
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
		cells := strings.Split(line, "\t")
		name, owner, scope := cells[0], cells[1], cells[3]
		typeName, _, _ := strings.Cut(cells[2], " (")
		if owner == "gw_backend" || owner == "mod_skeleton" {
			continue
		}
		owner, _, _ = strings.Cut(owner, ",")
		var row Row
		var ok bool
		if strings.HasPrefix(owner, "core") {
			row, ok = core[name]
			if ok && row.Scope != scopeNames[scope] {
				t.Errorf("%s: scope %d, lighttpd has %s", name, row.Scope, scope)
			}
		} else {
			row, ok = known[owner+" "+name]
		}
		if !ok {
			t.Errorf("%s of %s is missing", name, owner)
		} else if row.Type != typeNames[typeName] {
			t.Errorf("%s: type %d, lighttpd has %s", name, row.Type, typeName)
		}
	}
}
