// Package gateway is what the modules that talk to backends share
// (gw_backend): the *.server directives and their host options, the choice
// of a host, its up and down, connecting with fail-over, and backends that
// the server starts itself.
//
// A module parses its directive with Parse into Backends, adds those to the
// one Layer it owns, matches a request with Backends.Match and takes a host
// with Layer.Choose. The Session it gets connects, and counts in the host's
// load until it is released. The module's Start, Trigger and Close hooks call
// the Layer's.
package gateway
