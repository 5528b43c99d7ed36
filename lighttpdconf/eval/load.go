package eval

import "github.com/lighttpd-go/lighttpd-go/lighttpdconf/parser"

// Load reads the configuration at path with everything it includes and folds
// it into contexts. The first error, if any, is the one lighttpd stops at;
// the others are what it would have found after that. With errors the Config
// holds what could be understood.
func Load(path string, env Env) (*Config, parser.Diagnostics) { return nil, nil }
