// Package stress is the home of the tests that wear the server down: thousands
// of slow clients, aborted requests, bodies larger than memory, full disks, and
// files that change or are no files. They drive the built program from outside
// and look at what the kernel knows of it: descriptors, memory, its last words.
//
//	go test -race -tags full ./conformance/stress
//
// STRESS=N makes the counts N times as large, for runs by hand: with 20, the
// aborted requests are 100,000.
package stress
