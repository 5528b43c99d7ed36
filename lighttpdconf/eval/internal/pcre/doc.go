// Package pcre gives PCRE2 patterns the meaning they have in lighttpd: UTF
// mode without further options.
//
// A pattern is parsed into a tree in which flags, escapes and classes are
// already resolved. From the tree come three ways to match: a comparison of
// text where the pattern is plain, Go's regexp where it means the same there,
// and a backtracking machine with a limit on its steps for everything else.
// regexp2 would be a ready-made backtracker, but it knows neither recursion
// nor \K nor a limit that does not depend on the clock.
//
// What is not supported is an error with the place of the construct, never a
// different meaning.
package pcre
