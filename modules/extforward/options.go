package extforward

import (
	"fmt"
	"strings"

	"github.com/lighttpd-go/lighttpd-go/lighttpdconf/eval"
	"github.com/lighttpd-go/lighttpd-go/server"
)

// params is extforward.params: what else to take from Forwarded.
type params struct{ host, remoteUser bool }

// paramSwitches are the values of an entry of extforward.params.
var paramSwitches = map[string]bool{"enable": true, "1": true, "true": true, "disable": false, "0": false, "false": false}

func parseParams(_ server.At, v eval.Value) (params, error) {
	var p params
	for _, e := range v.List {
		var field *bool
		switch e.Key {
		case "host":
			field = &p.host
		case "remote_user":
			field = &p.remoteUser
		default:
			return p, fmt.Errorf("extforward.params keys must be one of: host, remote_user, but not: %s", e.Key)
		}
		on, ok := paramSwitches[strings.ToLower(e.Value.Str)]
		if e.Value.Kind == eval.Integer {
			on, ok = e.Value.Int != 0, true
		}
		if !ok {
			return p, fmt.Errorf("extforward.params values must be one of: 0, 1, enable, disable; error for key: %s", e.Key)
		}
		*field = on
	}
	return p, nil
}

func parseHeaders(_ server.At, v eval.Value) (*[]string, error) {
	names := make([]string, len(v.List))
	for i, e := range v.List {
		names[i] = e.Value.Str
	}
	return &names, nil
}
