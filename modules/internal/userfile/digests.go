package userfile

import (
	"encoding/hex"
	"strings"
)

// Digests is an htdigest file: lines "user:realm:digest", with the hash of
// user and realm as a fourth field for clients that hide the name (RFC 7616
// userhash).
type Digests struct{ file file[digests] }

// Digest is one line of an htdigest file.
type Digest struct {
	User string
	Sum  []byte // hash of "user:realm:password"
}

// digests are the lines of a file by name, and by hash of the name.
type digests struct{ byName, byHash map[account][]Digest }

// account is whom a line is for.
type account struct{ user, realm string }

// NewDigests names a file, and reads nothing yet.
func NewDigests(path string) *Digests {
	return &Digests{file[digests]{path: path, parse: parseDigests}}
}

// Lookup returns the first line for a user in a realm whose digest has size
// bytes. With hashed, the user is given as the hash of the name. An error
// tells why the file cannot be read, or which lines of it were skipped.
func (d *Digests) Lookup(user, realm string, hashed bool, size int) (found Digest, ok bool, err error) {
	all, err := d.file.get()
	lines := all.byName[account{user, realm}]
	if hashed {
		lines = all.byHash[account{strings.ToLower(user), realm}]
	}
	for _, line := range lines {
		if len(line.Sum) == size {
			return line, true, err
		}
	}
	return Digest{}, false, err
}

func parseDigests(path, text string) (digests, error) {
	bad := complaints{path: path, phrase: "parse error in %s expected 'username:realm:digest[:userhash]'"}
	all := digests{map[account][]Digest{}, map[account][]Digest{}}
	for n, line := range records(text) {
		fields := strings.SplitN(line, ":", 4)
		if len(fields) < 3 {
			bad.add(n)
			continue
		}
		sum, err := hex.DecodeString(fields[2])
		if err != nil {
			bad.add(n)
			continue
		}
		entry := Digest{User: fields[0], Sum: sum}
		name := account{fields[0], fields[1]}
		all.byName[name] = append(all.byName[name], entry)
		if len(fields) == 4 {
			hash := account{fields[3], fields[1]}
			all.byHash[hash] = append(all.byHash[hash], entry)
		}
	}
	return all, bad.err()
}
