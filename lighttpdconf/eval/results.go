package eval

// Result is what is known of a condition block for one request
// (cond_result_t).
type Result uint8

// The four results.
const (
	Unset Result = iota // not asked yet, or the field is not available yet
	Skip                // ruled out by its parent or an earlier branch
	False
	True
)

// Results is one request's condition cache (cond_cache_t). The zero value is
// ready after Reset and can be used for any number of requests, one at a time.
type Results struct {
	// Trace, if set, gets the lines of debug.log-condition-handling.
	Trace func(string)

	entries  []entry
	epoch    uint64
	captures [][]string // by context, for those whose captures are used
}

// entry is the result of one context. whole counts the parents and earlier
// branches in; own is the condition alone and survives when only those change.
type entry struct{ whole, own Result }

// Reset forgets everything (config_cond_cache_reset); n is the number of
// contexts.
func (rs *Results) Reset(n int) {
	rs.epoch++
	if cap(rs.entries) < n {
		rs.entries = make([]entry, n)
		return
	}
	rs.entries = rs.entries[:n]
	clear(rs.entries)
}

// Epoch changes whenever results were dropped. It is never 0 after Reset.
func (rs *Results) Epoch() uint64 { return rs.epoch }

// Captures are %0 to %9 for the block of that context: the text its condition
// matched and the groups, an unset group being "". They are nil for a block
// that does not apply, that has no regular expression, or whose captures
// nobody asked for with NeedCaptures. The slice is reused by the next Check.
func (rs *Results) Captures(id int) []string {
	if id >= len(rs.captures) || id >= len(rs.entries) || rs.entries[id].whole != True {
		return nil
	}
	return rs.captures[id]
}

// Check reports whether the block of context id applies (config_check_cond).
// rs must have been Reset with the number of contexts. An answer stays what
// it is until it is invalidated, whatever happens to the request meanwhile.
func (c *Config) Check(id int, rs *Results, s Subject) bool {
	if known := rs.entries[id].whole; known != Unset {
		return known == True
	}
	if rs.Trace != nil {
		rs.Trace("=== start of condition block ===")
	}
	return c.decide(c.Contexts[id], rs, s) == True
}

// decide works a result out and remembers it.
func (c *Config) decide(x *Context, rs *Results, s Subject) Result {
	e := &rs.entries[x.ID]
	e.whole = c.evaluate(x, rs, s)
	if e.whole == False || e.whole == True {
		e.own = e.whole
	}
	if rs.Trace != nil {
		rs.traceResult(x, "uncached")
	}
	return e.whole
}

// known is the result of a parent or an earlier branch, worked out if need be.
func (c *Config) known(x *Context, rs *Results, s Subject) Result {
	known := rs.entries[x.ID].whole
	if known == Unset {
		return c.decide(x, rs, s)
	}
	if rs.Trace != nil {
		rs.traceResult(x, "cached")
	}
	return known
}

// evaluate applies the rules of section 14.2: the parent must be true, the
// earlier branch must have been evaluated and false, and the condition itself
// must hold.
func (c *Config) evaluate(x *Context, rs *Results, s Subject) Result {
	if x.ID == 0 {
		return True
	}
	if ruled := c.ruledBy(x, rs, s); ruled != True {
		return ruled
	}
	if !s.Known(x.Cond.Field) {
		if rs.Trace != nil {
			rs.Trace(traceUnknown(x))
		}
		return Unset
	}
	if own := rs.entries[x.ID].own; own != Unset {
		return own
	}
	if x.Cond.Op == Else || c.holds(x, rs, s) {
		return True
	}
	return False
}

// ruledBy is True when parent and earlier branch leave the decision to the
// condition itself.
func (c *Config) ruledBy(x *Context, rs *Results, s Subject) Result {
	if x.Parent != nil && x.Parent.ID != 0 {
		if rs.Trace != nil {
			rs.Trace("go parent " + x.Parent.Key)
		}
		switch c.known(x.Parent, rs, s) {
		case Unset:
			return Unset
		case Skip, False:
			return Skip
		}
	}
	if x.Prev != nil {
		if rs.Trace != nil {
			rs.Trace("go prev " + x.Prev.Key)
		}
		switch c.known(x.Prev, rs, s) {
		case Unset:
			return Unset
		case Skip, True:
			return Skip
		}
	}
	return True
}

// holds compares, and keeps the captures where somebody uses them.
func (c *Config) holds(x *Context, rs *Results, s Subject) bool {
	if rs.Trace != nil {
		rs.Trace(traceCompare(x, s))
	}
	if !x.captures {
		return x.Cond.holds(s, c.OnMatchLimit)
	}
	for len(rs.captures) < len(c.Contexts) {
		rs.captures = append(rs.captures, nil)
	}
	groups, ok := x.Cond.capture(s, rs.captures[x.ID][:0], c.OnMatchLimit)
	rs.captures[x.ID] = groups
	return ok
}

// Invalidate forgets the results of conditions on f, and with them the
// results of their inner blocks and later branches
// (config_cond_cache_reset_item). Modules call it where lighttpd's do.
func (c *Config) Invalidate(rs *Results, f Field) {
	rs.epoch++
	if int(f) >= len(c.byField) {
		return
	}
	for _, x := range c.byField[f] {
		rs.entries[x.ID].own = Unset
		rs.forget(x)
	}
}

// forget drops the result of x and of all that depends on it. What depends
// on an unset result is unset already.
func (rs *Results) forget(x *Context) {
	for ; x != nil && rs.entries[x.ID].whole != Unset; x = x.Next {
		rs.entries[x.ID].whole = Unset
		for _, child := range x.Children {
			if child.Prev == nil {
				rs.forget(child)
			}
		}
	}
}
