//go:build race

package conformance

// raceEnabled: the tests run with the race detector, so the server does, too.
const raceEnabled = true
