package rewrite

import (
	"fmt"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/modules/internal/keyvalue"
	"github.com/lighttpd-go/lighttpd-go/server"
)

const (
	// maxVisits ends loops of rules.
	maxVisits = 100
	// maxTarget bounds, in bytes, what rules arrive at that make a URL longer
	// and longer. No request is that long.
	maxTarget = 128 << 10
)

// state is what is remembered of a request that was rewritten.
type state struct {
	finished bool // by a rule that ends rewriting
	visits   int  // how often a list was looked at since
}

// process applies a list to the request. A new target starts the request
// over; mistakes of the rules drop it.
func (m *module) process(r *server.Request, all list) server.Result {
	rules, block := all.inForce()
	if rules.len() == 0 {
		return server.GoOn
	}
	st := m.state.Of(r)
	if st != nil {
		if st.finished {
			return server.GoOn
		}
		if st.visits++; st.visits > maxVisits {
			r.Errorf("%s", endlessLoop(block))
			return server.Failed
		}
	}
	target, once, outcome, err := rules.apply(r)
	switch {
	case err != nil:
		keyvalue.LogError(r, err)
		return server.Failed
	case outcome != keyvalue.Match:
		return server.GoOn
	case target == "" || target[0] != '/':
		r.Errorf("mod_rewrite invalid result (not beginning with '/') while processing uri: %s", r.Target)
		return server.Failed
	case len(target) > maxTarget:
		r.Errorf("mod_rewrite invalid result (%d bytes) while processing uri: %.100s", len(target), r.Target)
		return server.Failed
	}
	if st == nil {
		st = &state{}
		m.state.Set(r, st)
	}
	st.finished = once
	r.Target = target
	r.Physical.Path = ""
	return server.Comeback
}

// endlessLoop is lighttpd's message, which names the block's condition.
func endlessLoop(block *eval.Context) string {
	const text = "ENDLESS LOOP IN rewrite-rule DETECTED ... aborting request"
	if block.ID == 0 {
		return text
	}
	c := &block.Cond
	return fmt.Sprintf(`%s, perhaps you want to use url.rewrite-once instead of url.rewrite-repeat ($%s["%s"] %s "%s")`,
		text, c.Object, c.Name, c.Op, c.Text)
}
