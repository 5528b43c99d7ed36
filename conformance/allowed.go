package conformance

// Difference is a probe in which this server is meant to do something else than
// lighttpd.
type Difference struct {
	File, Request string // the table, without ".txt", and the request as it stands there
	Outcome       string // what this server does
	Reason        string
}

// Allowed are the differences we accept. A test fails when one is stale.
var Allowed = []Difference{}
