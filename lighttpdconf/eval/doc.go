// Package eval folds parsed configuration files into a tree of condition
// blocks, and answers for one request at a time which of them are in force.
//
// Load reads a configuration with everything it includes and returns a
// Config: an ordered list of contexts, each with its settings. The package
// knows variables, conditions and scopes, and no directive by name.
//
// Config.Check asks whether a block applies to a request. Answers are kept in
// a Results until something invalidates them, because lighttpd evaluates a
// condition when somebody first asks for settings of its block, and admins
// can see when that was.
package eval
