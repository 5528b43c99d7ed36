package parser

// kind is the kind of a token (the TK_ constants of configparser.y).
type kind uint8

const (
	kEOF kind = iota
	kEOL
	kKey
	kName
	kString
	kInteger
	kAssign
	kForce
	kAppend
	kPlus
	kArrow
	kComma
	kLParen
	kRParen
	kLBrace
	kRBrace
	kLBracket
	kRBracket
	kDollar
	kOp
	kInclude
	kIncludeShell
	kGlobal
	kElse
	kinds // how many there are
)

// kindNames are the symbols of the grammar.
var kindNames = [kinds]string{
	kEOF: "EOF", kEOL: "EOL", kKey: "Key", kName: "Name", kString: "String",
	kInteger: "Integer", kAssign: "Assign", kForce: "Force", kAppend: "Append",
	kPlus: "Plus", kArrow: "Arrow", kComma: "Comma", kLParen: "LParen",
	kRParen: "RParen", kLBrace: "LBrace", kRBrace: "RBrace",
	kLBracket: "LBracket", kRBracket: "RBracket", kDollar: "Dollar", kOp: "Op",
	kInclude: "Include", kIncludeShell: "IncludeShell", kGlobal: "Global",
	kElse: "Else",
}

// keywords are the words that are no keys. They match whole words only, lower
// case only. "if" is not here: it yields no token at all.
var keywords = map[string]kind{
	"include": kInclude, "include_shell": kIncludeShell, "global": kGlobal,
	"else": kElse, "elif": kElse, "elsif": kElse, "elseif": kElse,
}

// token is one token of a source.
type token struct {
	kind       kind
	raw        string // as it stands in the source; an inserted EOL has none
	start, end Pos
	after      place // where lighttpd's tokenizer stands behind it
}

// place is a position as lighttpd counts: the line counts newlines outside
// strings, pos the bytes since the last counted newline.
type place struct{ line, pos int }

// text is the token as lighttpd's messages show it.
func (t *token) text() string {
	switch t.kind {
	case kEOL, kEOF:
		return "(EOL)"
	case kComma:
		return "(COMMA)"
	case kString:
		return unquote(t.raw)
	}
	return t.raw
}
