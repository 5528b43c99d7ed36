package server

import (
	"fmt"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"
)

// ExplainedBlock is a condition block and what became of it.
type ExplainedBlock struct {
	ID        int    `json:"block"`
	Condition string `json:"condition"` // with those around it
	Place     string `json:"place"`
	// Result is "applies", "does not apply", "ruled out" by a block around
	// or before it, or "undecided".
	Result string `json:"result"`
	Reason string `json:"reason"`
	// Asked tells that the request's course depended on it; otherwise it was
	// evaluated afterwards, for the explanation.
	Asked bool `json:"asked"`
}

// ExplainedSetting is a directive in force and where it was set.
type ExplainedSetting struct {
	Name  string `json:"name"`
	Value string `json:"value"` // as it would be written
	Place string `json:"place"`
	Block int    `json:"block"`
	Owner string `json:"owner"`
}

// inForce is a setting with the block that has the last word.
type inForce struct {
	setting eval.Setting
	block   int
}

// blocks decides what nobody has asked for and tells the outcome of all.
func (e *explainer) blocks() {
	for _, ctx := range e.s.Config.Contexts[1:] {
		b := ExplainedBlock{
			ID: ctx.ID, Condition: conditionPath(ctx), Place: placeText(ctx.Range),
			Asked: e.asked[ctx.ID],
		}
		b.Result, b.Reason = e.outcome(ctx)
		e.out.Blocks = append(e.out.Blocks, b)
	}
}

func (e *explainer) applies(ctx *eval.Context) bool {
	return e.s.Config.Check(ctx.ID, &e.r.conds, e.r)
}

// outcome is the result of a block and the reason for it.
func (e *explainer) outcome(ctx *eval.Context) (result, reason string) {
	switch on := e.applies(ctx); {
	case on && ctx.Cond.Op == eval.Else:
		return "applies", "no branch before it applies"
	case on:
		return "applies", e.comparison(ctx)
	case !e.r.Known(ctx.Cond.Field):
		return "undecided", "not known of a refused request"
	case ctx.Parent != nil && ctx.Parent.ID != 0 && !e.applies(ctx.Parent):
		return "ruled out", fmt.Sprintf("block %d around it does not apply", ctx.Parent.ID)
	case e.earlier(ctx) != nil:
		return "ruled out", fmt.Sprintf("block %d before it applies", e.earlier(ctx).ID)
	}
	return "does not apply", e.comparison(ctx)
}

// earlier is the branch before ctx that applies, or nil.
func (e *explainer) earlier(ctx *eval.Context) *eval.Context {
	for ctx = ctx.Prev; ctx != nil; ctx = ctx.Prev {
		if e.applies(ctx) {
			return ctx
		}
	}
	return nil
}

// comparison tells what was compared.
func (e *explainer) comparison(ctx *eval.Context) string {
	return ctx.Cond.Name + " is " + configQuote(e.texts[ctx.ID])
}

// conditionPath is a block's condition behind those of the blocks around it.
func conditionPath(ctx *eval.Context) string {
	text := conditionText(ctx)
	if ctx.Parent != nil && ctx.Parent.ID != 0 {
		return conditionPath(ctx.Parent) + " / " + text
	}
	return text
}

func conditionText(ctx *eval.Context) string {
	c := &ctx.Cond
	if c.Op == eval.Else {
		return "else"
	}
	text := fmt.Sprintf(`$%s["%s"] %s %s`, c.Object, c.Name, c.Op, configQuote(c.Text))
	if ctx.Prev != nil {
		return "else " + text
	}
	return text
}

// placeText is file:line, "" for no place.
func placeText(r parser.Range) string {
	if r.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", r.File, r.Start.Line)
}

// collect finds what is in force of an owner's directives: what the last
// block that applies says.
func (e *explainer) collect(into map[string]inForce, owner Owner) {
	for _, ctx := range e.s.Config.Contexts {
		var applies, decided bool
		for _, row := range owner.Rows {
			setting, ok := ctx.Get(row.Name)
			if !ok || row.Scope == PerServer && ctx.ID != 0 || row.Scope == PerSocket && ctx.ID != 0 && !isSocketBlock(ctx) {
				continue
			}
			if !decided {
				applies, decided = ctx.ID == 0 || e.applies(ctx), true
			}
			if applies {
				into[row.Name] = inForce{setting, ctx.ID}
			}
		}
	}
}

// settings lists what is in force, in the order of tables: the core's, then
// those of the modules.
func (e *explainer) settings() {
	core := Owner{"core", nil}
	for _, owner := range coreRows()[:2] {
		e.collect(e.core, owner)
	}
	for _, owner := range coreRows() {
		core.Rows = append(core.Rows, owner.Rows...)
	}
	e.list(e.core, core)
	for _, loaded := range e.s.modules {
		owner := Owner{loaded.Name, e.s.catalog.built[loaded.Name].rows}
		found := map[string]inForce{}
		e.collect(found, owner)
		e.list(found, owner)
	}
}

func (e *explainer) list(found map[string]inForce, owner Owner) {
	for _, row := range owner.Rows {
		f, ok := found[row.Name]
		if !ok {
			continue
		}
		e.out.Settings = append(e.out.Settings, ExplainedSetting{
			Name: row.Name, Value: valueText(f.setting.Value), Place: placeText(f.setting.Range),
			Block: f.block, Owner: owner.Name,
		})
	}
}

// valueText is a value as it would be written, on one line.
func valueText(v eval.Value) string {
	switch v.Kind {
	case eval.String:
		return configQuote(v.Str)
	case eval.Integer:
		return fmt.Sprint(v.Int)
	}
	if len(v.List) == 0 {
		return "()"
	}
	parts := make([]string, len(v.List))
	for i, el := range v.List {
		parts[i] = valueText(el.Value)
		if el.Keyed {
			parts[i] = configQuote(el.Key) + " => " + parts[i]
		}
	}
	return "( " + strings.Join(parts, ", ") + " )"
}
