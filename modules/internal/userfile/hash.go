package userfile

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/GehirnInc/crypt"
	"github.com/GehirnInc/crypt/apr1_crypt"
	"github.com/GehirnInc/crypt/md5_crypt"
	"github.com/GehirnInc/crypt/sha256_crypt"
	"github.com/GehirnInc/crypt/sha512_crypt"
	"golang.org/x/crypto/bcrypt"
)

// errHashKind says that a hash may be right, and cannot be checked here.
var errHashKind = errors.New("its kind of hash is not supported; make a new one with htpasswd -B")

// hashKinds are the forms of a hash in an htpasswd file, by how they begin.
var hashKinds = []struct {
	prefix string
	match  func(hash, password string) (bool, error)
}{
	{"{SHA}", matchSHA},
	{"$apr1$", crypted(apr1_crypt.New)},
	{"$1$", crypted(md5_crypt.New)},
	{"$5$", crypted(sha256_crypt.New)},
	{"$6$", crypted(sha512_crypt.New)},
	{"$2a$", matchBcrypt},
	{"$2b$", matchBcrypt},
	{"$2y$", matchBcrypt},
	{"$1+ntlm$", unsupported},
	{"$y$", unsupported},
	{"$gy$", unsupported},
	{"$7$", unsupported},
}

// Match reports whether a password has the hash that an htpasswd file holds.
// An error says that this server cannot tell.
func Match(hash, password string) (bool, error) {
	for _, kind := range hashKinds {
		if strings.HasPrefix(hash, kind.prefix) {
			return kind.match(hash, password)
		}
	}
	if isDES(hash) {
		return unsupported(hash, password)
	}
	return false, nil
}

func unsupported(string, string) (bool, error) { return false, errHashKind }

// isDES tells the traditional form: two characters of salt and eleven of
// hash.
func isDES(hash string) bool {
	return len(hash) == 13 && strings.Trim(hash, "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// matchSHA checks "{SHA}" and the SHA-1 of the password in base64.
func matchSHA(hash, password string) (bool, error) {
	text := strings.TrimRight(strings.TrimPrefix(hash, "{SHA}"), "=")
	want, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return false, nil
	}
	sum := sha1.Sum([]byte(password))
	return subtle.ConstantTimeCompare(sum[:], want) == 1, nil
}

// crypted checks a hash by making it again from its parameters and salt. They
// are cut off first: the library takes what follows a short salt for a part
// of it.
func crypted(method func() crypt.Crypter) func(string, string) (bool, error) {
	return func(hash, password string) (bool, error) {
		end := strings.LastIndexByte(hash, '$')
		made, err := method().Generate([]byte(password), []byte(hash[:end]))
		if err != nil {
			return false, nil
		}
		return subtle.ConstantTimeCompare([]byte(made), []byte(hash)) == 1, nil
	}
}

func matchBcrypt(hash, password string) (bool, error) {
	return bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil, nil
}
