//go:build !race

package server

const poolsForget = false
