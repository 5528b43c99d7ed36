package parser

import "sort"

// Near is the place that lighttpd reports for a failure.
type Near struct {
	Line  int    // newlines before it, outside strings, plus one
	Pos   int    // bytes since the last such newline
	Token string // the token that was read last, as messages show it
	// Lexical is the failure that lighttpd reports instead, because it met it
	// while it read the token; nil otherwise.
	Lexical *Diagnostic
}

// Failure is lighttpd's line about a failure near n in the source that it
// knows as name: "source: … parser failed somehow near here: …".
func (n Near) Failure(name string) string {
	return sourceLine(name, place{n.Line, n.Pos}, "parser failed somehow near here: "+clip(n.Token, maxTokenText))
}

// Near returns the place that lighttpd reports for a failure of the construct
// that ends at offset. lighttpd notices a failure when it has read the token
// that follows, so that is the place behind the first token that starts at
// offset or later.
func (f *File) Near(offset int) Near {
	lx := f.before(offset)
	for {
		t, err := lx.next()
		switch {
		case err != nil:
			d := err.diagnostic(f.Name)
			return Near{Line: err.at.line, Pos: err.at.pos, Token: err.last, Lexical: &d}
		case lx.ended:
			// The end is no token to lighttpd's tokenizer: its message names
			// the one before.
			return Near{Line: t.after.line, Pos: t.after.pos, Token: lx.last()}
		case t.start.Offset >= offset:
			return Near{Line: t.after.line, Pos: t.after.pos, Token: t.text()}
		}
	}
}

// before returns a lexer that has not yet read the tokens from offset on.
func (f *File) before(offset int) tokenizer {
	i := sort.Search(len(f.checkpoints), func(i int) bool {
		return f.checkpoints[i].at.Offset > offset
	})
	// A checkpoint at offset itself may stand behind an inserted newline that
	// has no width, so take one that is surely before it.
	for i--; i > 0 && f.checkpoints[i].at.Offset >= offset; i-- {
	}
	if i < 0 {
		return newTokenizer(string(f.Source))
	}
	return f.checkpoints[i]
}
