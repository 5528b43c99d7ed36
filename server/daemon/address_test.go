package daemon

import "testing"

func TestResolve(t *testing.T) {
	for _, tt := range []struct {
		text    string
		ipv6    bool
		network string
		token   string
		fails   bool
	}{
		{text: "", network: "tcp4", token: "0.0.0.0:80"},
		{text: ":81", network: "tcp4", token: "0.0.0.0:81"},
		{text: "*:81", network: "tcp4", token: "0.0.0.0:81"},
		{text: "127.0.0.1", network: "tcp4", token: "127.0.0.1:80"},
		{text: "127.0.0.1:81", network: "tcp4", token: "127.0.0.1:81"},
		{text: "localhost:81", network: "tcp4", token: "127.0.0.1:81"},
		{text: "[::1]:81", network: "tcp6", token: "[::1]:81"},
		{text: "[0:0::1]", network: "tcp6", token: "[::1]:80"},
		{text: "[]:81", network: "tcp6", token: "[::]:81"},
		{text: "", ipv6: true, network: "tcp6", token: "[::]:80"},
		{text: "/run/s", network: "unix", token: "/run/s"},
		{text: `\x00name`, network: "unix", token: `\x00name`},
		{text: "/dev/stdin", network: "stdin", token: "/dev/stdin"},
		{text: "::1", fails: true},
		{text: ":0", fails: true},
		{text: ":70000", fails: true},
		{text: "[nonsense]:80", fails: true},
	} {
		a, err := resolve(tt.text, 80, tt.ipv6)
		if (err != nil) != tt.fails || a.network != tt.network || a.token != tt.token {
			t.Errorf("%q: %+v, %v", tt.text, a, err)
		}
	}
}
