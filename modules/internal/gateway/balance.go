package gateway

// Balance is an algorithm that chooses among the hosts of a key.
type Balance uint8

// The algorithms of *.balance.
const (
	// LeastConnection takes the host with the fewest sessions ("fair",
	// "least-connection", "").
	LeastConnection Balance = iota
	// RoundRobin takes the next host after the one used last.
	RoundRobin
	// Hash keeps a URL with a host.
	Hash
	// Sticky keeps a client with a host.
	Sticky
)

// balances are the names an admin can write; case matters.
var balances = map[string]Balance{
	"": LeastConnection, "fair": LeastConnection, "least-connection": LeastConnection,
	"round-robin": RoundRobin, "hash": Hash, "sticky": Sticky,
}

// ParseBalance reads the value of *.balance. An unknown one means least
// connection, and an error message to log.
func ParseBalance(directive, s string) (b Balance, complaint string) {
	b, ok := balances[s]
	if !ok {
		complaint = directive + " has to be one of: least-connection, round-robin, hash, sticky, but not: " + s
	}
	return b, complaint
}

// choose returns the host for a request, or nil if none is up. Layer.mu is
// held.
func (k *Backend) choose(b Balance, req *Request) *Host {
	if len(k.Hosts) == 1 {
		if h := k.Hosts[0]; h.up() {
			return h
		}
		return nil
	}
	switch b {
	case RoundRobin:
		return k.next()
	case Hash:
		return k.highest(hash(hash(hashSeed, req.Path), req.Authority))
	case Sticky:
		return k.highest(hash(hashSeed, req.Client))
	default:
		return k.leastLoaded()
	}
}

// leastLoaded is the first host with the smallest load.
func (k *Backend) leastLoaded() *Host {
	var best *Host
	for _, h := range k.Hosts {
		if h.up() && (best == nil || h.load < best.load) {
			best = h
		}
	}
	return best
}

// next is the up host that follows the one used last.
func (k *Backend) next() *Host {
	for i := range k.Hosts {
		n := (k.last + 1 + i) % len(k.Hosts)
		if k.Hosts[n].up() {
			k.last = n
			return k.Hosts[n]
		}
	}
	return nil
}

// highest is the up host with the largest score; of equal ones the last.
func (k *Backend) highest(base uint32) *Host {
	var best *Host
	for _, h := range k.Hosts {
		if h.up() && (best == nil || base^h.key >= base^best.key) {
			best = h
		}
	}
	return best
}

// hashSeed begins a hash.
const hashSeed = 5381

// hash continues h over s (djb2 with xor).
func hash(h uint32, s string) uint32 {
	for i := range len(s) {
		h = h*33 ^ uint32(s[i])
	}
	return h
}
