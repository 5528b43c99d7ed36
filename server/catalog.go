package server

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
)

// catalog knows every directive there is: those of this binary's modules,
// those of the core, and those of lighttpd that nobody has built yet.
type catalog struct {
	built  map[string]Module      // by name
	known  map[string]knownModule // by name
	owners map[string]string      // lower-case directive → module, "" for the core
	names  []string               // of directives, as they are written
	order  []string               // modules of this binary
}

func newCatalog(mods []Module) catalog {
	c := catalog{
		built:  map[string]Module{},
		known:  map[string]knownModule{},
		owners: map[string]string{},
	}
	for _, rows := range coreRows() {
		for _, row := range rows.Rows {
			c.add(row.Name, "")
		}
	}
	for _, m := range mods {
		c.built[m.name] = m
		c.order = append(c.order, m.name)
		for _, row := range m.rows {
			c.add(row.Name, m.name)
		}
	}
	for _, m := range knownModules {
		c.known[m.name] = m
		for _, names := range m.directives {
			for _, name := range strings.Fields(names) {
				c.add(name, m.name)
			}
		}
	}
	slices.Sort(c.names)
	return c
}

func (c *catalog) add(directive, owner string) {
	key := strings.ToLower(directive)
	if _, ok := c.owners[key]; !ok {
		c.owners[key] = owner
		c.names = append(c.names, directive)
	}
}

// unknown explains a key that no loaded module has asked for.
func (c *catalog) unknown(setting eval.Setting, loaded []string) (summary, detail string) {
	key := setting.Name
	summary = "WARNING: unknown config-key: " + key + " (ignored)"
	owner, ok := c.owners[strings.ToLower(key)]
	switch {
	case !ok:
		if near := nearest(key, c.names); near != "" {
			detail = "did you mean " + near + "?"
		}
	case c.isBuilt(owner):
		if detail = c.unused(owner, setting); detail == "" {
			detail = owner + " is not in server.modules"
		}
	case slices.Contains(loaded, owner):
		detail = "it belongs to " + owner + ", which is not built into this server yet"
	default:
		detail = "it belongs to " + owner + ", which is not in server.modules, and not built into this server yet"
	}
	return summary, detail
}

// unused explains the two modules that lighttpd leaves out, even if they are
// listed, because a value that should bring them in cannot be read.
func (c *catalog) unused(owner string, setting eval.Setting) string {
	if owner != "mod_indexfile" && owner != "mod_dirlisting" {
		return ""
	}
	for _, row := range c.built[owner].rows {
		var bad *valueError
		if strings.EqualFold(row.Name, setting.Name) && errors.As(checkType(row.Name, row.Type, setting.Value), &bad) {
			return bad.detail
		}
	}
	return ""
}

func (c *catalog) isBuilt(module string) bool {
	_, ok := c.built[module]
	return ok
}

// explainModule says what is known of a name in server.modules that is no
// module of lighttpd 1.4.86.
func (c *catalog) explainModule(name string) string {
	if successor, ok := removedModules[name]; ok {
		return successor
	}
	names := slices.Clone(c.order)
	for _, m := range knownModules {
		names = append(names, m.name)
	}
	if near := nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if !strings.HasPrefix(name, "mod_") && slices.Contains(names, "mod_"+name) {
		return fmt.Sprintf("write %q", "mod_"+name)
	}
	return "there is no such module in lighttpd " + Release
}
