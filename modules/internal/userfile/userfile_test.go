package userfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t testing.TB, text string, age time.Duration) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users")
	rewrite(t, path, text, age)
	return path
}

func rewrite(t testing.TB, path, text string, age time.Duration) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	when := time.Now().Add(-age)
	if err := os.Chtimes(path, when, when); err != nil {
		t.Fatal(err)
	}
}

func TestPasswords(t *testing.T) {
	p := NewPasswords(write(t, "# ann:comment\n\nann:first\nann:second\r\nbob:a:b \r\n :blank\nnocolon\n"+
		"long:"+strings.Repeat("x", 1024)+"\n:nobody\nlast:line", time.Hour))
	for user, want := range map[string]string{
		"ann": "first", "bob": "a:b ", " ": "blank", "": "nobody", "last": "line",
		"nocolon": "-", "long": "-", "# ann": "-", "ANN": "-",
	} {
		secret, ok, _ := p.Secret(user)
		if !ok {
			secret = "-"
		}
		if secret != want {
			t.Errorf("%q has %q, want %q", user, secret, want)
		}
	}
}

func TestDigests(t *testing.T) {
	md5, sha := strings.Repeat("0a", 16), strings.Repeat("0B", 32)
	d := NewDigests(write(t, "ann:R:"+sha+"\nann:R:"+md5+":5ECRET\nann:S:"+md5+"\nann:R:"+strings.Repeat("ff", 16)+
		"\nbad:R\nodd:R:abc\nx:R:zz\n", time.Hour))
	for _, c := range []struct {
		user, realm string
		hashed      bool
		size        int
		want        string
	}{
		{"ann", "R", false, 16, "ann 0a"},
		{"ann", "R", false, 32, "ann 0b"},
		{"ann", "S", false, 16, "ann 0a"},
		{"ann", "S", false, 32, ""},
		{"ann", "T", false, 16, ""},
		{"odd", "R", false, 16, ""},
		{"ann", "R", true, 16, ""},
		{"5ecret", "R", false, 16, ""},
		{"5ECRET", "R", true, 16, ""}, // the file's hash has to be in lower case
	} {
		line, ok, _ := d.Lookup(c.user, c.realm, c.hashed, c.size)
		got := ""
		if ok {
			got = fmt.Sprintf("%s %02x", line.User, line.Sum[0])
		}
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestDigestsByHashedName(t *testing.T) {
	d := NewDigests(write(t, "ann:R:"+strings.Repeat("0a", 16)+":5ec0de\n", time.Hour))
	line, ok, err := d.Lookup("5EC0DE", "R", true, 16)
	if !ok || err != nil || line.User != "ann" {
		t.Errorf("%+v %v %v", line, ok, err)
	}
}

func TestComplaintsNameLines(t *testing.T) {
	path := write(t, "a\nb:c\nd\n"+strings.Repeat("e\n", 10), time.Hour)
	_, _, err := NewPasswords(path).Secret("b")
	want := "parsed error in " + path + " expected 'username:password' in line 1, 3, 4, 5, 6 and 7 more"
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
	_, _, err = NewDigests(write(t, "a:b", time.Hour)).Lookup("a", "b", false, 16)
	if err == nil || !strings.HasSuffix(err.Error(), "expected 'username:realm:digest[:userhash]' in line 1") {
		t.Errorf("%v", err)
	}
}

func TestUnreadableFiles(t *testing.T) {
	if _, ok, err := NewPasswords("/nonexistent/file").Secret("a"); ok || err == nil {
		t.Error("a missing file has users")
	}
	if _, ok, err := NewPasswords(t.TempDir()).Secret("a"); ok || err == nil {
		t.Error("a directory has users")
	}
	big := write(t, "a:b\n", 0)
	if err := os.Truncate(big, maxFile+1); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := NewPasswords(big).Secret("a"); ok || err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("a huge file: %v %v", ok, err)
	}
}

// TestReadAgainWhenChanged counts how often a file is parsed.
func TestReadAgainWhenChanged(t *testing.T) {
	path := write(t, "ann:1\n", 0)
	parses := 0
	f := file[string]{path: path, parse: func(_, text string) (string, error) { parses++; return text, nil }}
	ask := func(want string, wantParses int) {
		t.Helper()
		got, err := f.get()
		if got != want || err != nil || parses != wantParses {
			t.Errorf("%q, %v, parsed %d times; want %q, %d", got, err, parses, want, wantParses)
		}
	}
	ask("ann:1\n", 1)
	ask("ann:1\n", 2) // it has just been written, and may be again within a clock tick
	// The time of change cannot be set back, so the file is as if read later.
	f.parsed = true
	ask("ann:1\n", 2)
	ask("ann:1\n", 2)
	rewrite(t, path, "ann:2\n", time.Hour) // same size
	ask("ann:2\n", 3)
	f.parsed = true
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := f.get(); err == nil {
		t.Error("a removed file is still used")
	}
	rewrite(t, path, "ann:3\n", time.Hour)
	ask("ann:3\n", 4)
}

// TestLargeFileIsParsedOnce looks ten thousand users up.
func TestLargeFileIsParsedOnce(t *testing.T) {
	var text strings.Builder
	for i := range 10000 {
		fmt.Fprintf(&text, "user%d:{SHA}hash%d\n", i, i)
	}
	p := NewPasswords(write(t, text.String(), time.Hour))
	parses := 0
	p.file.parse = func(path, text string) (map[string]string, error) { parses++; return parsePasswords(path, text) }
	p.Secret("nobody")
	p.file.parsed = true
	for i := range 10000 {
		if secret, ok, err := p.Secret(fmt.Sprintf("user%d", i)); !ok || err != nil || secret != fmt.Sprintf("{SHA}hash%d", i) {
			t.Fatalf("user%d: %q %v %v", i, secret, ok, err)
		}
	}
	if parses != 1 {
		t.Errorf("parsed %d times", parses)
	}
}

// TestMatch has hashes of "secret" and of other passwords made by htpasswd,
// openssl and libc.
func TestMatch(t *testing.T) {
	for _, c := range hashes {
		ok, err := Match(c.hash, c.password)
		if ok != c.ok || (err != nil) != c.unknown {
			t.Errorf("%s %q: %v %v", c.hash, c.password, ok, err)
		}
		if ok, _ := Match(c.hash, "!"+c.password); ok {
			t.Errorf("%s: a wrong password passed", c.hash)
		}
	}
}

func FuzzMatch(f *testing.F) {
	for _, c := range hashes {
		f.Add(c.hash)
	}
	f.Fuzz(func(t *testing.T, hash string) {
		if strings.Contains(hash, "rounds=") || strings.HasPrefix(hash, "$2") {
			return // the admin's choice of how long a check takes
		}
		if ok, _ := Match(hash, "not the password of any hash here"); ok {
			t.Errorf("%q fits", hash)
		}
	})
}

func FuzzFiles(f *testing.F) {
	f.Add("ann:R:00ff\nann:R:00:11\n#\n::::\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		parsePasswords("p", text)
		parseDigests("p", text)
	})
}
