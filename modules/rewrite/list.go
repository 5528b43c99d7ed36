package rewrite

import (
	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/modules/internal/keyvalue"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// list is one of the two lists of rules: the four directives are four parts
// of one, in this order, wherever they stand in the file.
type list [4]*keyvalue.Rules

// repeatPart is the part whose rules let rewriting go on.
const repeatPart = 3

// inForce returns the parts of the block that counts, which is the last to set
// any of them: it replaces all that outer blocks say.
func (l list) inForce() (list, *eval.Context) {
	var block *eval.Context
	for _, rules := range l {
		if rules != nil && (block == nil || rules.Context.ID > block.ID) {
			block = rules.Context
		}
	}
	for i, rules := range l {
		if rules != nil && rules.Context.ID != block.ID {
			l[i] = nil
		}
	}
	return l, block
}

// len is the number of rules.
func (l list) len() int {
	n := 0
	for _, rules := range l {
		n += rules.Len()
	}
	return n
}

// apply returns the new target by the first rule that fits. once tells that
// no rule may follow.
func (l list) apply(r *server.Request) (target string, once bool, outcome keyvalue.Outcome, err error) {
	for i, rules := range l {
		if rules.Len() == 0 {
			continue
		}
		target, outcome, err := rules.Apply(r)
		if err != nil || outcome != keyvalue.NoMatch {
			return target, i != repeatPart, outcome, err
		}
	}
	return "", false, keyvalue.NoMatch, nil
}
