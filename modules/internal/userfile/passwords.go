package userfile

import "strings"

// Passwords is a file of lines "user:secret": a plain file, where the secret
// is the password, or an htpasswd file, where it is a hash.
type Passwords struct{ file file[map[string]string] }

// NewPasswords names a file, and reads nothing yet.
func NewPasswords(path string) *Passwords {
	return &Passwords{file[map[string]string]{path: path, parse: parsePasswords}}
}

// Secret returns what stands behind a user's name. The first line of a user
// counts. An error tells why the file cannot be read, or which lines of it
// were skipped.
func (p *Passwords) Secret(user string) (secret string, ok bool, err error) {
	secrets, err := p.file.get()
	secret, ok = secrets[user]
	return secret, ok, err
}

func parsePasswords(path, text string) (map[string]string, error) {
	bad := complaints{path: path, phrase: "parsed error in %s expected 'username:password'"}
	secrets := map[string]string{}
	for n, line := range records(text) {
		user, secret, ok := strings.Cut(line, ":")
		if !ok {
			bad.add(n)
		} else if _, taken := secrets[user]; !taken {
			secrets[user] = secret
		}
	}
	return secrets, bad.err()
}
