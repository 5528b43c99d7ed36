//go:build race

package server

// poolsForget: under the race detector sync.Pool drops things at random.
const poolsForget = true
