package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// conf is a generated configuration: main.conf and what it may include.
type conf map[string]string

// generator writes random configurations: statements from the grammar, with
// tokens that do not belong sprinkled in.
type generator struct {
	*rand.Rand
	b     strings.Builder
	depth int
	// wild makes mistakes, as a percentage; most are of the kind that stops
	// at the first, so some configurations have few.
	wild  int
	names int // set so far
}

// generate makes the configuration of one seed.
func generate(seed uint64) conf {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 7))}
	c := conf{}
	g.wild = []int{0, 2, 10, 50}[g.IntN(4)]
	for _, name := range []string{"main.conf", "one.inc", "two.inc"} {
		g.b.Reset()
		g.depth = 0
		statements := 1 + g.IntN(7)
		if name != "main.conf" {
			statements = g.IntN(3)
		}
		g.statements(statements, name == "main.conf")
		text := g.b.String()
		if g.mistake() {
			text = g.damage(text)
		}
		c[name] = text
	}
	return c
}

func (g *generator) pick(list []string) string { return list[g.IntN(len(list))] }

func (g *generator) mistake() bool { return g.IntN(100) < g.wild }

// from takes a word of the good ones, or of all when a mistake is due.
func (g *generator) from(good, bad []string) string {
	if g.mistake() {
		return g.pick(bad)
	}
	return g.pick(good)
}

func (g *generator) put(parts ...string) {
	for _, p := range parts {
		g.b.WriteString(p)
		g.b.WriteString(g.pick(blanks))
	}
}

func (g *generator) statements(n int, includes bool) {
	for range n {
		g.statement(includes)
		g.b.WriteString(g.pick(ends))
	}
}

func (g *generator) statement(includes bool) {
	switch r := g.IntN(100); {
	case r < 50:
		g.assignment()
	case r < 80 && g.depth < 4:
		g.chain(includes)
	case r < 84 && g.depth < 4 && (g.depth == 0 || g.mistake()):
		g.put("global")
		g.block(includes)
	case r < 90 && includes:
		g.put("include")
		g.put(g.from(files, badFiles))
	case r < 91 && includes && g.mistake():
		g.put("include_shell", g.pick(commands))
	case r < 96 && g.mistake():
		g.put(g.pick(junk))
	default:
		g.put("#", g.pick(junk), "\n")
	}
}

// assignment mostly sets a name that was not set before.
func (g *generator) assignment() {
	key := g.from(keys, badKeys)
	switch {
	case g.mistake():
		g.put(key, g.pick(badAssignments))
	case g.IntN(3) == 0:
		g.put(key, g.pick([]string{":=", ":=", "+="}))
	default:
		g.names++
		g.put(fmt.Sprintf("%s%d", key, g.names), "=")
	}
	g.expr(0)
}

func (g *generator) block(includes bool) {
	g.depth++
	g.put("{")
	g.statements(g.IntN(4), includes)
	g.put("}")
	g.depth--
}

func (g *generator) chain(includes bool) {
	g.cond()
	g.block(includes)
	for g.IntN(2) == 0 {
		g.b.WriteString(g.pick([]string{"", "\n", " # c\n", "\n\n"}))
		g.put("else")
		if g.IntN(3) > 0 {
			g.cond()
		}
		g.block(includes)
	}
}

func (g *generator) cond() {
	field := fields[g.IntN(len(fields))]
	if g.mistake() {
		field = badFields[g.IntN(len(badFields))]
	}
	g.put("$" + field.object)
	g.put("[")
	if g.mistake() {
		g.expr(0)
	} else {
		g.put(`"` + field.name + `"`)
	}
	g.put("]", g.from(operators, badOperators))
	if g.mistake() {
		g.expr(0)
		return
	}
	g.put(`"` + g.pick(field.values) + `"`)
}

func (g *generator) expr(depth int) {
	lists := depth < 3 && g.IntN(3) == 0
	g.value(depth, lists)
	for g.IntN(4) == 0 {
		g.put("+")
		g.value(depth, lists != g.mistake())
	}
}

func (g *generator) value(depth int, list bool) {
	switch r := g.IntN(12); {
	case list && depth < 4:
		g.array(depth + 1)
	case r < 6:
		g.put(g.pick(texts))
	case r < 10:
		g.put(g.from(numbers, badNumbers))
	case r < 11:
		g.put(g.from([]string{"env.HOME", "var.CWD"}, keys))
	default:
		g.put("1")
	}
}

func (g *generator) array(depth int) {
	g.put("(")
	for range g.IntN(7 - depth) {
		if keyed := g.IntN(2) == 0; keyed {
			g.names++
			g.put(fmt.Sprintf("%q", fmt.Sprint("n", g.names)))
			if g.IntN(4) == 0 {
				g.put("+", g.from(numbers, keys))
			}
			g.put("=>")
		} else if g.mistake() {
			g.expr(depth)
			g.put("=>")
		}
		g.expr(depth)
		g.put(g.pick([]string{",", ",", ",", ",\n", ", ,", "", ", # c\n"}))
	}
	g.put(")")
}

// damage removes, repeats or inserts a few bytes.
func (g *generator) damage(s string) string {
	for range 1 + g.IntN(3) {
		if s == "" {
			return s
		}
		i := g.IntN(len(s))
		n := min(1+g.IntN(4), len(s)-i)
		switch g.IntN(3) {
		case 0:
			s = s[:i] + s[i+n:]
		case 1:
			s = s[:i] + s[i:i+n] + s[i:]
		default:
			s = s[:i] + g.pick(bytesOfNote) + s[i:]
		}
	}
	return s
}

// String is the configuration as one text, for reports.
func (c conf) String() string {
	var b strings.Builder
	for _, name := range []string{"main.conf", "one.inc", "two.inc"} {
		fmt.Fprintf(&b, "-- %s --\n%s\n", name, c[name])
	}
	return b.String()
}
