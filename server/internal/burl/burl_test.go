package burl

import (
	"strings"
	"testing"
)

// options make Options from short words.
func options(words string) Options {
	o := Options{Normalize: true}
	for _, w := range strings.Fields(words) {
		switch w {
		case "off":
			o.Normalize = false
		case "default":
			o = Default()
		case "unreserved":
			o.Unreserved = true
		case "required":
			o.Required = true
		case "ctrls":
			o.CtrlsReject = true
		case "2f":
			o.Path2FDecode = true
		case "2f-reject":
			o.Path2FReject = true
		case "dot":
			o.DotsegRemove = true
		case "dot-reject":
			o.DotsegReject = true
		case "plus":
			o.Query20Plus = true
		case "utf8":
			o.InvalidUTF8Reject = true
		default:
			panic(w)
		}
	}
	return o
}

const status400 = "(400)"

func TestNormalize(t *testing.T) {
	for _, test := range []struct{ options, in, want string }{
		// Section 7.1.
		{"default", "/", "/"},
		{"default", "/sub?a=%41%7e%2f%20+%2b%3d&b=%c3%a4", "/sub?a=A~%2F%20+%2B%3D&b=%C3%A4"},
		{"required", "/sub?a=%41%7e%2f%20+%2b%3d&b=%c3%a4", "/sub?a=A~/%20+%2B%3D&b=%C3%A4"},
		{"required unreserved", "/%41%21?%3d%3f", "/A!?%3D?"},
		{"unreserved", "/%41%21?%3d%3f", "/A%21?%3D%3F"},
		{"", "/%41%21", "/A%21"},
		{"required", "/%2f%3f%26%3d%3b%2b%25%23", "/%2F%3F&=;+%25%23"},
		{"required", "/?%2f%3f%26%3d%3b%2b%25%23", "/?/?%26%3D%3B%2B%25%23"},
		{"default", "/%", "/%25"},
		{"default", "/%4", "/%254"},
		{"default", "/%zz%4g%", "/%25zz%254g%25"},
		{"default", "/%%30%30", "/%2500"},
		{"default", "/!$&'()*+,-.:;=@_~", "/!$&'()*+,-.:;=@_~"},
		{"default", "/ \"<>\\^`{|}[]", "/%20%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D"},
		{"default", "/lat\xe4", "/lat%E4"},
		{"default", "/a#b?c", "/a"},
		{"default", "/a?b#c?d", "/a?b"},
		{"default", "/a%23b", "/a%23b"},
		{"default", "/q%3f.txt?z", "/q%3F.txt?z"},
		{"default", "/??a?", "/??a?"},
		{"default", "", ""},
		{"off", "/a/../%41%2f%00 \xff?#b", "/a/../%41%2f%00 \xff?"},
		// Section 7.2, in order.
		{"utf8", "/%c0", status400},
		{"utf8", "/\xc1", status400},
		{"utf8", "/?x=%f5", status400},
		{"utf8", "/%FF", status400},
		{"utf8", "/%f4%bf\x80", "/%F4%BF%80"},
		{"", "/%c0\xff", "/%C0%FF"},
		{"ctrls", "/%00", status400},
		{"ctrls", "/\x1f", status400},
		{"ctrls", "/?%7f", status400},
		{"ctrls", "/%80 ", "/%80%20"},
		{"", "/%00\x7f", "/%00%7F"},
		{"2f", "/a%2fb%2F?c%2fd", "/a/b/?c%2Fd"},
		{"", "/a%2fb", "/a%2Fb"},
		{"2f-reject", "/a%2Fb", status400},
		{"2f 2f-reject", "/a%2Fb", status400},
		{"2f-reject", "/a?%2F", "/a?%2F"},
		{"required 2f", "/a%2fb", "/a/b"},
		{"dot", "/a//b/./c/../d?//../", "/a/b/d?//../"},
		{"dot", "/a%2f../b", "/a%2F../b"},
		{"dot", "/%2e%2E/a", "/a"},
		{"dot", "/..", "/"},
		{"dot", "/.../..a", "/.../..a"},
		{"2f dot", "/sub%2f..%2fa.txt", "/a.txt"},
		{"", "/a//b/../c", "/a//b/../c"},
		{"dot-reject", "/a//b", status400},
		{"dot-reject", "/a/./b", status400},
		{"dot-reject", "/a/%2e%2e/b", status400},
		{"dot-reject dot", "/a/..", status400},
		{"dot-reject", "/.well-known/a", "/.well-known/a"},
		{"dot-reject", "/a?//", "/a?//"},
		{"plus", "/a%20b c?d%20e f+g", "/a%20b%20c?d+e+f+g"},
		{"", "/?a%20b c", "/?a%20b%20c"},
	} {
		got, ok := Normalize(test.in, options(test.options))
		if !ok {
			got = status400
		}
		if got != test.want {
			t.Errorf("%s: %q: got %q, want %q", test.options, test.in, got, test.want)
		}
	}
}

// TestRequests is the table of section 7.3: target to path.
func TestRequests(t *testing.T) {
	for _, test := range []struct{ target, path, query string }{
		{"/sub/%2e%2e/a.txt", "/a.txt", ""},
		{"/../../a.txt", "/a.txt", ""},
		{"//a.txt", "/a.txt", ""},
		{"/sub%2f..%2fa.txt", "/a.txt", ""},
		{"/sub/%252e%252e/a.txt", "/sub/%2e%2e/a.txt", ""},
		{"/a%00.txt", status400, ""},
		{"/a.txt?x=%0a", status400, ""},
		{"/a.txt?x=%ff", status400, ""},
		{"/sub\\b.txt", "/sub\\b.txt", ""},
		{"/sub%5cb.txt", "/sub\\b.txt", ""},
		{"/q%3f.txt?z", "/q?.txt", "z"},
		{"/pct%.txt", "/pct%.txt", ""},
		{"/lat%e4.txt", "/lat\xe4.txt", ""},
		{"/...", "/...", ""},
		{"/..a", "/..a", ""},
		{"/a?b?c", "/a", "b?c"},
	} {
		path, query := status400, ""
		if target, ok := Normalize(test.target, Default()); ok {
			path, query = Split(target)
			path, _ = DecodePath(path)
		}
		if path != test.path || query != test.query {
			t.Errorf("%q: got %q, %q", test.target, path, query)
		}
	}
}

func TestDecodePath(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"/", "/"},
		{"/a+b", "/a+b"},
		{"/a%20b", "/a b"},
		{"/%2541", "/%41"},
		{"/%00%1f%7f%0a", "/____"},
		{"/%80\x01", "/\x80\x01"},
		{"/%", "/%"},
		{"/%4", "/%4"},
		{"/%4g%41", "/%4gA"},
		{"/%2e%2e%2fa", "/a"},
		{"%2Ffoo", "/foo"},
		{"./a", "/a"},
		{"../a", "/a"},
		{"a/..", "/"},
		{"a/../b", "/b"},
		{"", status400},
		{"foo", status400},
		{".", status400},
		{"..", status400},
		{"a/.", status400},
		{"a/b/../c", status400},
		{"*", status400},
	} {
		got, ok := DecodePath(test.in)
		if !ok {
			got = status400
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func TestSimplify(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", ""}, {"/", "/"}, {"/a", "/a"}, {"/a/", "/a/"}, {"//", "/"}, {"///a//b///", "/a/b/"},
		{"/./a/./b/.", "/a/b/"}, {"/.", "/"}, {"/..", "/"}, {"/../..", "/"}, {"/a/..", "/"},
		{"/a/b/..", "/a/"}, {"/a/../..//b/./c/.", "/b/c/"}, {"/a..", "/a.."}, {"/..a", "/..a"},
		{"/.a", "/.a"}, {"/...", "/..."}, {"/a/..b/.c", "/a/..b/.c"}, {"/.a/../b", "/b"}, {"/../", "/"},
		{"/a//../b", "/b"}, {"/a/./../b", "/b"},
	} {
		if got := Simplify(test.in); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func TestEncode(t *testing.T) {
	if got := EncodePath("/sp dir/!()*-._~$&'+,;=:@\xe4\n?"); got != "/sp%20dir/!()*-._~%24%26%27%2B%2C%3B%3D%3A%40%E4%0A%3F" {
		t.Errorf("got %q", got)
	}
	if got := string(AppendEncodedPart([]byte("x"), "a/b c")); got != "xa%2Fb%20c" {
		t.Errorf("got %q", got)
	}
	if got := EncodeHTML("`<a href=\"x\">'&\x01\x7f\xe4</a>"); got != "&#x60;&#x3C;a href=&#x22;x&#x22;&#x3E;&#x27;&#x26;&#x01;&#x7F;\xe4&#x3C;/a&#x3E;" {
		t.Errorf("got %q", got)
	}
}

// TestAllocations: what needs no change costs none.
func TestAllocations(t *testing.T) {
	const target = "/static/css/site.min.css?v=20240131&x=a+b"
	n := testing.AllocsPerRun(100, func() {
		s, _ := Normalize(target, Default())
		path, _ := Split(s)
		path, _ = DecodePath(path)
		EncodePath(path)
		EncodeHTML(path)
		Simplify("/.well-known/x/..y")
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkNormalize(b *testing.B) {
	for name, target := range map[string]string{"plain": "/static/css/site.min.css?v=20240131", "encoded": "/a%20b/%7euser/../x?q=%c3%a4"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s, _ := Normalize(target, Default())
				path, _ := Split(s)
				DecodePath(path)
			}
		})
	}
}
