package parser

// Pos is a place in a source: Line and Column count from 1, Column and Offset
// count bytes.
type Pos struct{ Line, Column, Offset int }

// Range is a stretch of one source. End is the position just behind it.
type Range struct {
	File       string
	Start, End Pos
}

// Severity tells whether a diagnostic stops the load.
type Severity uint8

// Severities, mildest first.
const (
	Warning Severity = iota
	Error
)

// Diagnostic is one thing to tell the admin about the configuration.
type Diagnostic struct {
	Severity Severity
	Range    Range // what it is about; File is empty when there is no place
	// Summary is lighttpd's stable phrase where it has one, so that scripts
	// that search for it still match.
	Summary string
	// Detail says what was expected and what to type instead.
	Detail string
	// Trail holds the lines that lighttpd prints after its first one
	// ("source: … line: … pos: … parser failed somehow near here: …").
	Trail []string
	// Via is the chain of includes that led to Range.File, innermost first.
	Via []Range
	// Related points at other places, such as a first definition.
	Related []Note
}

// Note is a second place that belongs to a diagnostic.
type Note struct {
	Range Range
	Text  string
}

// Diagnostics is what one run has to say, in the order it was found.
type Diagnostics []Diagnostic

// HasErrors reports whether any of d is an error.
func (d Diagnostics) HasErrors() bool {
	for i := range d {
		if d[i].Severity == Error {
			return true
		}
	}
	return false
}
