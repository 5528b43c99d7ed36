package conformance

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const modulePath = "github.com/lighttpd-go/lighttpd-go/"

// goPackage is what "go list" tells about a package of this repository.
type goPackage struct {
	ImportPath string
	Doc        string
	Imports    []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Doc,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, modulePath)
		list = append(list, p)
	}
}

func TestEveryPackageHasADocComment(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no doc comment: say what it is for in one sentence", p.ImportPath)
		}
	}
}

// layer is a set of packages with the layers they may import.
type layer struct {
	packages, mayImport *regexp.Regexp
	reason              string
}

// layers are the arrows of the architecture; the first that fits a package counts.
var layers = []layer{
	{regexp.MustCompile(`^lighttpdconf/parser`), regexp.MustCompile(`^lighttpdconf/parser`),
		"the parser knows syntax and nothing else"},
	{regexp.MustCompile(`^lighttpdconf/eval`), regexp.MustCompile(`^lighttpdconf/`),
		"eval knows contexts and conditions, no directive and no server"},
	{regexp.MustCompile(`^server/internal/`), regexp.MustCompile(`^server/internal/`),
		"the engines are leaves: bytes in, bytes out, no configuration"},
	{regexp.MustCompile(`^server`), regexp.MustCompile(`^(server|lighttpdconf)(/|$)`),
		"the server knows no module"},
	{regexp.MustCompile(`^modules/`), regexp.MustCompile(`^(modules/internal/|server(/|$)|lighttpdconf/)`),
		"a module knows the server and the helpers in modules/internal, no other module"},
}

func TestImportDirections(t *testing.T) {
	for _, p := range packages(t) {
		for _, l := range layers {
			if !l.packages.MatchString(p.ImportPath) {
				continue
			}
			for _, imp := range p.Imports {
				local, ok := strings.CutPrefix(imp, modulePath)
				own := local == p.ImportPath || strings.HasPrefix(local, moduleFolder(p.ImportPath)+"/")
				if ok && !own && !l.mayImport.MatchString(local) {
					t.Errorf("%s imports %s: %s", p.ImportPath, local, l.reason)
				}
			}
			break
		}
	}
}

// moduleFolder is "modules/x" for a package below it: a module's own helpers may
// be imported by it.
func moduleFolder(path string) string {
	parts := strings.Split(path, "/")
	if parts[0] != "modules" || len(parts) < 2 || parts[1] == "internal" {
		return path
	}
	return "modules/" + parts[1]
}

func TestEveryModuleIsListed(t *testing.T) {
	list, err := os.ReadFile("../cmd/lighttpd-go/modules.go")
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob("../modules/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no modules (%v)", err)
	}
	for _, dir := range folders {
		name := filepath.Base(dir)
		sources, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		if name != "internal" && len(sources) > 0 && !strings.Contains(string(list), `"`+modulePath+"modules/"+name+`"`) {
			t.Errorf("modules/%s is missing in cmd/lighttpd-go/modules.go", name)
		}
	}
}

// TestReadmeModules keeps the README truthful: no module in its table is missing.
// A new module need not be added there; the generated reference lists them all.
func TestReadmeModules(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob("../modules/*/*.go")
	if err != nil || len(sources) == 0 {
		t.Fatalf("no modules (%v)", err)
	}
	there := map[string]bool{}
	defined := regexp.MustCompile(`server\.Define\("(mod_\w+)"`)
	for _, file := range sources {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if m := defined.FindSubmatch(text); m != nil {
			there["`"+string(m[1])+"`"] = true
		}
	}
	for _, row := range tableRow.FindAllString(string(readme), -1) {
		for _, name := range moduleInText.FindAllString(row, -1) {
			if !there[name] {
				t.Errorf("README.md: %s is not in this server", name)
			}
		}
	}
	for _, name := range moduleInText.FindAllString(notThere.FindString(string(readme)), -1) {
		if there[name] {
			t.Errorf("README.md: %s is there by now", name)
		}
	}
}

var (
	notThere      = regexp.MustCompile(`(?s)\nNot there yet:.*?\n\n`)
	tableRow      = regexp.MustCompile("(?m)^\\| `mod_.*")
	moduleInText  = regexp.MustCompile("`mod_\\w+`")
	brokenExample = regexp.MustCompile("(?s)```broken\n(.*?)```")
	errorsExample = regexp.MustCompile("(?s)```errors\n(.*?)```")
)

// TestDocumentedErrors compares the README's picture of an error with the real one.
func TestDocumentedErrors(t *testing.T) {
	b, err := Ours()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	conf, want := brokenExample.FindSubmatch(readme), errorsExample.FindSubmatch(readme)
	if conf == nil || want == nil {
		t.Fatal("README.md has no ```broken and ```errors")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "lighttpd.conf"), conf[1], 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := b.Check(dir, "-tt", "lighttpd.conf", nil)
	if want := "exit 0\n" + string(want[1]); err != nil || got != want {
		t.Errorf("got %v\n%s\nwant\n%s", err, got, want)
	}
}

var configExample = regexp.MustCompile("(?s)```lighttpd\n(.*?)```")

// TestDocumentedConfigurations checks the examples an admin would copy.
func TestDocumentedConfigurations(t *testing.T) {
	b, err := Ours()
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, doc := range []string{"README.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile("../" + doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range configExample.FindAllStringSubmatch(string(text), -1) {
			texts[doc+": "+m[1]] = m[1]
		}
	}
	example, err := os.ReadFile("../examples/novnc.conf")
	if err != nil {
		t.Fatal(err)
	}
	texts["examples/novnc.conf"] = string(example)
	if len(texts) < 2 {
		t.Error("README.md and CONTRIBUTING.md have no configuration between ```lighttpd and ```")
	}
	for name, text := range texts {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "lighttpd.conf"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := b.Check(dir, "-tt", "lighttpd.conf", nil); err != nil || !strings.HasPrefix(got, "exit 0\n") {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}
