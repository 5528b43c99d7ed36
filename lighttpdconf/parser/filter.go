package parser

// filter is the push-down filter between lexer and grammar. lighttpd's parser
// drops every token that does not fit where it stands, without a word; what
// filter keeps is a sentence of the grammar as far as it goes.
type filter struct {
	stack []position // what is open, innermost last
}

// verdict is the filter's decision on one token.
type verdict struct {
	at   position // where the token was judged
	kept bool
}

// position is a place in the grammar.
type position uint8

const (
	atTop          position = iota // statement start, outside braces
	atBlock                        // statement start, inside braces
	atAssign                       // behind the key of an assignment
	atValue                        // a value must follow
	atMore                         // behind a value, where only + continues
	atFirst                        // behind (
	atElementValue                 // behind + in an element without =>
	atElementMore                  // behind an element's first value
	atBetween                      // between elements
	atComma                        // behind a comma
	atObject                       // behind $
	atField                        // behind the name of a condition
	atFieldEnd                     // behind the field
	atOp                           // behind ]
	atBody                         // behind a whole condition
	atGlobal                       // behind the word global
	atBodyEnd                      // behind the } of a condition's body
	atBodyLine                     // behind the newline behind that
	atElse                         // behind the word else
	atElseBody                     // behind an else that has no condition
	positions                      // how many there are
)

// step replaces the current position by others, the next one last. A nil step
// means that the token does not fit.
type step []position

// rule says what may stand at a position.
type rule struct {
	on [kinds]step
	// others tells what happens to a token that on does not list: it is
	// dropped, or the position is replaced and the token judged again.
	others step
	ends   bool // others counts, even if empty
}

var done = step{}

var rules = [positions]rule{
	atTop: {on: [kinds]step{
		kEOF: done,
		kEOL: {atTop}, kKey: {atTop, atAssign}, kGlobal: {atTop, atGlobal},
		kDollar: {atTop, atObject}, kInclude: {atTop, atValue}, kIncludeShell: {atTop, atValue},
	}},
	atBlock: {on: [kinds]step{
		kRBrace: done,
		kEOL:    {atBlock}, kKey: {atBlock, atAssign}, kGlobal: {atBlock, atGlobal},
		kDollar: {atBlock, atObject}, kInclude: {atBlock, atValue}, kIncludeShell: {atBlock, atValue},
	}},
	atAssign: {on: [kinds]step{kAssign: {atValue}, kForce: {atValue}, kAppend: {atValue}}},
	atValue: {on: [kinds]step{
		kKey: {atMore}, kString: {atMore}, kInteger: {atMore}, kLParen: {atMore, atFirst},
	}},
	atMore: {on: [kinds]step{kPlus: {atValue}}, ends: true},
	atFirst: {on: [kinds]step{
		kKey: elementMore, kString: elementMore, kInteger: elementMore,
		kLParen: {atBetween, atElementMore, atFirst}, kRParen: done,
	}},
	atElementValue: {on: [kinds]step{
		kKey: {atElementMore}, kString: {atElementMore}, kInteger: {atElementMore},
		kLParen: {atElementMore, atFirst},
	}},
	atElementMore: {on: [kinds]step{kPlus: {atElementValue}, kArrow: {atValue}}, ends: true},
	atBetween:     {on: [kinds]step{kComma: {atComma}, kRParen: done}},
	atComma: {on: [kinds]step{
		kKey: elementMore, kString: elementMore, kInteger: elementMore,
		kLParen: {atBetween, atElementMore, atFirst},
	}, ends: true, others: step{atBetween}},
	atObject:   {on: [kinds]step{kName: {atField}}},
	atField:    {on: [kinds]step{kLBracket: {atFieldEnd, atValue}}},
	atFieldEnd: {on: [kinds]step{kRBracket: {atOp}}},
	atOp:       {on: [kinds]step{kOp: {atBody, atValue}}},
	atBody:     {on: [kinds]step{kLBrace: {atBodyEnd, atBlock}}},
	atGlobal:   {on: [kinds]step{kLBrace: {atBlock}}},
	atBodyEnd:  {on: [kinds]step{kEOL: {atBodyLine}, kElse: {atElse}}},
	atBodyLine: {on: [kinds]step{kElse: {atElse}}, ends: true},
	atElse:     {on: [kinds]step{kDollar: {atObject}}, ends: true, others: step{atElseBody}},
	atElseBody: {on: [kinds]step{kLBrace: {atBodyEnd, atBlock}}},
}

var elementMore = step{atBetween, atElementMore}

func newFilter() filter { return filter{stack: []position{atTop}} }

// judge decides on a token of kind k and moves on.
func (f *filter) judge(k kind) verdict {
	for {
		last := len(f.stack) - 1
		at := f.stack[last]
		r := &rules[at]
		if s := r.on[k]; s != nil {
			f.stack = append(f.stack[:last], s...)
			return verdict{at: at, kept: true}
		}
		if !r.ends {
			return verdict{at: at}
		}
		f.stack = append(f.stack[:last], r.others...)
	}
}
