package parser

import (
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar of one statement or block header. It is left-factored, so that
// nested lists take linear time, and it sees only what the filter keeps. Blocks
// are paired by the builder, because the statements before a mistake count even
// if their block never ends.

type assignNode struct {
	Tokens []lexer.Token
	Value  exprNode `parser:"Key ( Assign | Force | Append ) @@"`
}

type includeNode struct {
	Tokens []lexer.Token
	Arg    exprNode `parser:"( Include | IncludeShell ) @@"`
}

// headerNode is what stands before a "{".
type headerNode struct {
	Global *lexer.Token   `parser:"(   @Global"`
	Else   *lexer.Token   `parser:"| @Else"`
	Cond   *conditionNode `parser:"@@? | @@ )"`
}

type conditionNode struct {
	Tokens []lexer.Token
	Field  exprNode    `parser:"Dollar Name LBracket @@ RBracket"`
	Op     lexer.Token `parser:"@Op"`
	Value  exprNode    `parser:"@@"`
}

type exprNode struct {
	Operands []operandNode `parser:"@@ ( Plus @@ )*"`
}

// operandNode is a string, number, variable or list. Its first token tells
// which.
type operandNode struct {
	Tokens   []lexer.Token
	Elements []elementNode `parser:"String | LParen @@? ( Comma @@? )* RParen | Key | Integer"`
}

type elementNode struct {
	First  exprNode  `parser:"@@"`
	Second *exprNode `parser:"( Arrow @@ )?"`
}

// One parser a statement: its first token tells which, so none is tried in
// vain.
var (
	assignGrammar  = participle.MustBuild[assignNode](participle.Lexer(definition{}))
	includeGrammar = participle.MustBuild[includeNode](participle.Lexer(definition{}))
	headerGrammar  = participle.MustBuild[headerNode](participle.Lexer(definition{}))
)

// parseTokens has participle parse the tokens of one statement or header.
func parseTokens[G any](g *participle.Parser[G], tokens []lexer.Token) (*G, error) {
	lx, err := lexer.Upgrade(&keptTokens{tokens})
	if err != nil {
		return nil, err
	}
	n, err := g.ParseFromLexer(lx)
	if err != nil {
		return nil, fmt.Errorf("internal error: filter and grammar disagree: %w", err)
	}
	return n, nil
}

// definition presents the lexer to participle.
type definition struct{}

// Symbols names the kinds of token.
func (definition) Symbols() map[string]lexer.TokenType {
	m := make(map[string]lexer.TokenType, kinds)
	for k, name := range kindNames {
		m[name] = tokenType(kind(k))
	}
	return m
}

// Lex reads all of r and returns what the filter keeps of it, up to the first
// byte that is no token.
func (definition) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	src, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	lx, f, kept := newTokenizer(string(src)), newFilter(), &keptTokens{}
	for {
		t, bad := lx.next()
		switch {
		case bad != nil:
			return nil, errors.New(sourceLine(name, bad.at, bad.text))
		case t.kind == kEOF:
			return kept, nil
		case f.judge(t.kind).kept && t.kind != kEOL:
			kept.tokens = append(kept.tokens, t.node())
		}
	}
}

// keptTokens is the lexer that participle reads one statement from.
type keptTokens struct{ tokens []lexer.Token }

// Next returns the next token of the statement, then EOF without end.
func (k *keptTokens) Next() (lexer.Token, error) {
	if len(k.tokens) == 0 {
		return lexer.EOFToken(lexer.Position{}), nil
	}
	t := k.tokens[0]
	k.tokens = k.tokens[1:]
	return t, nil
}

func tokenType(k kind) lexer.TokenType {
	if k == kEOF {
		return lexer.EOF
	}
	return lexer.TokenType(k)
}

// node is t as participle carries it: the text as written, and our position.
func (t *token) node() lexer.Token {
	return lexer.Token{
		Type: tokenType(t.kind), Value: t.raw,
		Pos: lexer.Position{Offset: t.start.Offset, Line: t.start.Line, Column: t.start.Column},
	}
}
