package daemon

import "github.com/lighttpd-go/lighttpd-go/server"

// Addresses resolves what a configuration listens on, as a start does, and
// returns the canonical texts, the global one first. It opens nothing.
func Addresses(s *server.Server) ([]string, error) {
	all, err := resolveAll(s, activated())
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(all))
	for i := range all {
		texts[i] = all[i].token
	}
	return texts, nil
}

// Address is the canonical text of a listening address, written as in
// $SERVER["socket"] == "…"; without a port it has that of s.
func Address(s *server.Server, text string) (string, error) {
	a, err := resolve(text, s.Opts.Port, false)
	return a.token, err
}
