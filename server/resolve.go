package server

import (
	"io/fs"
	"strconv"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// resolve decodes a table's directives in every context, once
// (config_plugin_values_init). Bad values are reported, all of them.
func resolve[C any](l *Loader, t Table[C]) *Settings[C] {
	s := &Settings[C]{tree: l.Config, slot: l.settings}
	s.merged.Store(&merged[C]{})
	l.settings++
	for _, apply := range defaults(l, t) {
		apply(&s.global)
	}
	for _, d := range t {
		l.own(d.Name)
	}
	for _, ctx := range l.Config.Contexts {
		applies := decodeContext(l, t, ctx)
		if ctx.ID == 0 {
			for _, apply := range applies {
				apply(&s.global)
			}
		} else if len(applies) > 0 {
			s.patches = append(s.patches, patch[C]{ctx.ID, applies})
		}
	}
	return s
}

// decodeContext decodes what one context sets, in the order of the table.
func decodeContext[C any](l *Loader, t Table[C], ctx *eval.Context) []func(*C) {
	var applies []func(*C)
	for i := range t {
		setting, ok := ctx.Get(t[i].Name)
		if !ok || setting.Value.Kind == eval.Broken {
			continue
		}
		at := At{Loader: l, Context: ctx, Name: t[i].Name, Range: setting.Range, Via: setting.Via}
		inPlace := checkScope(at, t[i].Scope)
		apply, err := t[i].Bind.apply(at, setting.Value)
		if err != nil {
			l.refuse(at, err)
		} else if apply != nil && inPlace {
			applies = append(applies, apply)
		}
	}
	return applies
}

// checkScope warns of a directive that its context cannot set. Its value is
// checked nevertheless and then ignored, as in lighttpd.
func checkScope(at At, scope Scope) bool {
	d := parser.Diagnostic{Severity: parser.Warning, Range: at.Range, Via: at.Via}
	switch {
	case at.Context.ID == 0 || scope == PerRequest:
		return true
	case scope == PerServer:
		d.Summary = "DEPRECATED: do not set global server options within conditions: " + at.Name
		d.Detail = "it is ignored here; move it out of the condition"
	case isSocketBlock(at.Context):
		return true
	default:
		d.Summary = "WARNING: " + at.Name + ` must be in global scope or $SERVER["socket"] with '==', or else is ignored`
	}
	at.Loader.Report(d)
	return false
}

// isSocketBlock tells a $SERVER["socket"] == "…" block.
func isSocketBlock(ctx *eval.Context) bool {
	return ctx.Cond.Field == eval.ServerSocket && ctx.Cond.Op == eval.Equal
}

// defaults decodes the Default texts of a table, by the same parser and
// binders as a configuration.
func defaults[C any](l *Loader, t Table[C]) []func(*C) {
	values, err := parseDefaults(t.rows())
	if err != nil {
		l.Report(*err)
		return nil
	}
	global := &eval.Context{}
	var applies []func(*C)
	for i := range t {
		if t[i].Default == "" {
			continue
		}
		at := At{Loader: l, Context: global, Name: t[i].Name}
		apply, err := t[i].Bind.apply(at, values[i])
		if err != nil {
			l.refuse(at, err)
		} else if apply != nil {
			applies = append(applies, apply)
		}
	}
	return applies
}

// parseDefaults evaluates the Default texts of rows; a row without one has
// the zero Value.
func parseDefaults(rows []Row) ([]eval.Value, *parser.Diagnostic) {
	var text strings.Builder
	for i, row := range rows {
		if row.Default != "" {
			text.WriteString("d." + strconv.Itoa(i) + " = " + row.Default + "\n")
		}
	}
	if text.Len() == 0 {
		return make([]eval.Value, len(rows)), nil
	}
	cfg, diags := eval.Load("defaults", eval.Env{
		ReadFile: func(string) ([]byte, error) { return []byte(text.String()), nil },
		Glob:     func(string) ([]string, error) { return nil, nil },
		Shell:    func(string, string) ([]byte, error) { return nil, fs.ErrPermission },
		Getenv:   func(string) (string, bool) { return "", false },
	})
	if diags.HasErrors() {
		return nil, &diags[0]
	}
	values := make([]eval.Value, len(rows))
	for i := range rows {
		if setting, ok := cfg.Contexts[0].Get("d." + strconv.Itoa(i)); ok {
			values[i] = setting.Value
		}
	}
	return values, nil
}
