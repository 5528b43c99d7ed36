package burl

import (
	"strings"
	"testing"
)

var fuzzSeeds = []string{
	"/", "/a/../b", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc", "/%252e%252e/", "//a//.././/b", "/a?b#c", "/%00%7f", "%2e%2e/", "..", "a/../../b",
	"/%c0%ae%c0%ae/", "/%", "/%4", "/a%2", "/\xff\xfe", "/.../....//", "/?%20 +", "*", "", "/..;/a", "/%5c..%5c", "/.%2e/", "/%2E./", "/./.././%2e/x/%2e%2e",
}

// safe reports whether a decoded path stays below the root it is appended to.
func safe(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.Contains(path, "//") && !strings.Contains(path+"/", "/../") && !strings.Contains(path+"/", "/./")
}

// FuzzDecodePath: a path never leads out of the root, and simplifying again
// changes nothing.
func FuzzDecodePath(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out, ok := DecodePath(in)
		if ok && !safe(out) {
			t.Fatalf("%q becomes %q", in, out)
		}
		if again := Simplify(out); again != out {
			t.Fatalf("%q becomes %q, then %q", in, out, again)
		}
		if len(out) > len(in) {
			t.Fatalf("%q grows to %q", in, out)
		}
		if back, ok2 := DecodePath(EncodePath(out)); ok && (!ok2 || back != out) && !hasRawControl(out) {
			t.Fatalf("%q comes back as %q", out, back)
		}
		EncodeHTML(in)
	})
}

func hasRawControl(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] == 0x7f {
			return true
		}
	}
	return false
}

// FuzzNormalize, for every combination of options: normalising again changes
// nothing, and nothing unexpected is left.
func FuzzNormalize(f *testing.F) {
	for i, s := range fuzzSeeds {
		f.Add(s, uint16(i*37))
		f.Add(s, uint16(0xffff))
	}
	f.Fuzz(func(t *testing.T, in string, bits uint16) {
		bit := func(n int) bool { return bits>>n&1 == 1 }
		o := Options{true, bit(0), bit(1), bit(2), bit(3), bit(4), bit(5), bit(6), bit(7), bit(8), bit(9)}
		out, ok := Normalize(in, o)
		if !ok {
			return
		}
		if len(out) > 3*len(in) {
			t.Fatalf("%q grows to %q", in, out)
		}
		for i := 0; i < len(out); i++ {
			if c := out[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}[]#", c) >= 0 {
				t.Fatalf("%+v: %q leaves %q", o, in, out)
			}
		}
		again, ok := Normalize(out, o)
		if !ok || again != out {
			t.Fatalf("%+v: %q becomes %q, then %q, %v", o, in, out, again, ok)
		}
		if path, _ := Split(out); o.DotsegRemove && strings.HasPrefix(in, "/") && !safe(path) {
			t.Fatalf("%+v: %q becomes %q", o, in, out)
		}
	})
}
