package eval

import (
	"strings"
	"testing"
)

func str(s string) Value { return StringValue(s) }

func num(n int32) Value { return IntegerValue(n) }

func list(e ...Element) Value { return ArrayValue(e) }

func item(v Value) Element { return Element{Value: v} }

func keyed(k string, v Value) Element { return Element{Key: k, Keyed: true, Value: v} }

// dump writes a value on one line.
func dump(v Value) string {
	switch v.Kind {
	case Array:
		var parts []string
		for _, e := range v.List {
			text := dump(e.Value)
			if e.Keyed {
				text = e.Key + "=>" + text
			}
			parts = append(parts, text)
		}
		return "(" + strings.Join(parts, " ") + ")"
	case Broken:
		return "broken"
	case String:
		return `"` + v.Str + `"`
	}
	text, _ := v.text()
	return text
}

func TestAdd(t *testing.T) {
	for _, tc := range []struct {
		a, b  Value
		sum   string
		clash string
		fails bool
	}{
		{str("a"), str("b"), `"ab"`, "()", false},
		{str("a"), num(-1), `"a-1"`, "()", false},
		{num(1), str("a"), `"1a"`, "()", false},
		{num(2147483647), num(1), "-2147483648", "()", false},
		{num(-2147483648), num(-1), "2147483647", "()", false},
		{list(item(num(1))), list(item(num(1))), "(1 1)", "()", false},
		{list(keyed("k", num(1))), list(keyed("l", num(2)), item(num(3))), "(k=>1 l=>2 3)", "()", false},
		{list(keyed("k", num(1))), list(keyed("K", num(2)), item(num(3))), "(k=>1 3)", "(K=>2)", false},
		{list(keyed("é", num(1))), list(keyed("É", num(2))), "(é=>1 É=>2)", "()", false},
		{list(), list(keyed("k", num(1)), keyed("K", num(1))), "(k=>1)", "(K=>1)", false},
		{list(), str("a"), "broken", "()", true},
		{num(1), list(), "broken", "()", true},
		{broken, list(), "broken", "()", false},
		{num(1), broken, "broken", "()", false},
	} {
		sum, clash, ok := add(tc.a, tc.b)
		if dump(sum) != tc.sum || dump(ArrayValue(clash)) != tc.clash || ok == tc.fails {
			t.Errorf("%s + %s = %s, clash %s, %v", dump(tc.a), dump(tc.b), dump(sum), dump(ArrayValue(clash)), ok)
		}
	}
}

// TestAddKeepsOperands checks that values are not changed once they exist.
func TestAddKeepsOperands(t *testing.T) {
	a := list(item(num(1)))
	b, _, _ := add(a, list(item(num(2))))
	c, _, _ := add(b, list(item(num(3))))
	d, _, _ := add(b, list(item(num(4))))
	if dump(a) != "(1)" || dump(b) != "(1 2)" || dump(c) != "(1 2 3)" || dump(d) != "(1 2 4)" {
		t.Error(dump(a), dump(b), dump(c), dump(d))
	}
}

func TestFold(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"abc", "ABC", true}, {"abc", "abd", false}, {"k", "\u212a", false}, {"é", "É", false},
		{"[", "{", false}, {"\xff", "\xff", true}, {"", "a", false},
	} {
		if equalFold(tc.a, tc.b) != tc.same || (asciiLower(tc.a) == asciiLower(tc.b)) != tc.same {
			t.Errorf("%q and %q", tc.a, tc.b)
		}
	}
}

func TestSimplify(t *testing.T) {
	for in, want := range map[string]string{
		"^/a": "=^ /a", "/a$": "=$ /a", "^/a$": "== /a", `\.a$`: "=$ .a", `\.$`: "=$ .", "^": "=^ ", "$": "=$ ", "^$": "== ",
		"": "=~ ", "a": "=~ a", `^\.a$`: `=~ ^\.a$`, `a\.b$`: `=~ a\.b$`, `\.a`: `=~ \.a`, "^^": "=~ ^^", "$$": "=~ $$", "a.b$": "=~ a.b$",
		`\.`: `=~ \.`, `\$`: `=~ \$`, "^é": "=^ é",
	} {
		op, text := simplify(in)
		if got := op.String() + " " + text; got != want {
			t.Errorf("simplify(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abcd", 1}, {"abc", "xbc", 1}, {"kitten", "sitting", 3},
	} {
		if got := distance(tc.a, tc.b); got != tc.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tc.a, tc.b, got, tc.want)
		}
	}
}

// TestEmptyEnv loads with nothing around.
func TestEmptyEnv(t *testing.T) {
	for _, text := range []string{"include \"x\"\n", "include_shell \"x\"\n", "a = env.X\n"} {
		_, diags := Load("a", Env{ReadFile: func(string) ([]byte, error) { return []byte(text), nil }})
		if !diags.HasErrors() {
			t.Errorf("%s: no error", text)
		}
	}
	if _, diags := Load("a", Env{}); firstError(diags).Summary != "opening configfile a failed: No such file or directory" {
		t.Error(diags)
	}
}
