package main

// explainOptions are the options of --explain.
type explainOptions struct {
	url                      string
	headers                  []string
	remoteIP, method, socket string
	json                     bool
}

// incomplete reports whether anything was said that needs --explain.
func (o *explainOptions) incomplete() bool {
	return len(o.headers) > 0 || o.remoteIP != "" || o.method != "" || o.socket != "" || o.json
}

func (c *command) runExplain() int { return exitFailed }
