//go:build !linux

package tunnel

// relay exists on Linux only; elsewhere every tunnel has its goroutines.
type relay struct{}

func (s *Set) attach(*Tunnel, func(Cause)) bool { return false }

func (*relay) check(int64) {}
func (*relay) stop()       {}
func (*relay) close()      {}
func (*relay) len() int    { return 0 }
