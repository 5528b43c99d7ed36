package parser

// File is one parsed source: a configuration file, an include, or the output
// of include_shell.
type File struct {
	Name       string // as lighttpd names it in messages
	Source     []byte
	Statements []*Statement

	checkpoints []tokenizer // one every few thousand tokens, in order, for Near
}

// Statement is exactly one of its pointer fields. Range includes the blocks of
// a Global or Chain.
type Statement struct {
	Range   Range
	Assign  *Assignment
	Global  *Global
	Chain   *Chain
	Include *Include
}

// Assignment is KEY op expression.
type Assignment struct {
	Key      string // as written
	KeyRange Range
	Op       AssignOp
	Value    *Expr
}

// AssignOp is the operator of an assignment.
type AssignOp uint8

// The three assignment operators.
const (
	Set    AssignOp = iota // =
	Force                  // :=
	Append                 // +=
)

// Expr is values joined by "+". It has at least one operand.
type Expr struct {
	Range    Range
	Operands []*Operand
}

// Operand is exactly one of a string, a number, a variable or an array.
type Operand struct {
	Range Range
	Kind  OperandKind
	Text  string     // the string's value, the number's digits, or the key as written
	Array []*Element // Kind == Array
}

// OperandKind tells which kind of operand an Operand is.
type OperandKind uint8

// The kinds of operand.
const (
	StringOperand OperandKind = iota
	NumberOperand
	VariableOperand
	ArrayOperand
)

// Element is one element of an array, with or without a key.
type Element struct {
	Range Range
	Key   *Expr // nil without "=>"
	Value *Expr
}

// Global is global { … }.
type Global struct {
	Body []*Statement
	End  Pos // behind the closing brace
	// Unfinished tells that reading stopped before the closing brace. Body
	// has the statements that were complete by then; lighttpd evaluates them
	// too, since it evaluates while it reads. End is where reading stopped.
	Unfinished bool
}

// Chain is a condition with its else branches; Links[0] is the first "if".
type Chain struct{ Links []*Link }

// Link is one member of a chain. Cond is nil for a plain else.
type Link struct {
	Range Range // of the header: the condition, or the word else
	Cond  *Condition
	Body  []*Statement
	End   Pos // behind the closing brace
	// Unfinished is as in Global. Only the last link of a chain can be
	// unfinished, and only in the last statement of its block.
	Unfinished bool
}

// Condition is $OBJECT["field"] OP "value".
type Condition struct {
	Range  Range
	Object string // HTTP, SERVER, REQUEST_HEADER, as written
	Field  *Expr
	Op     string // == != =~ !~ =^ =$
	Value  *Expr
}

// Include is include or include_shell with its argument.
type Include struct {
	Shell bool
	Arg   *Expr
}
