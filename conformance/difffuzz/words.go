package main

// The words that random configurations are made of.
var (
	blanks         = []string{" ", " ", " ", " ", "", "\t", "  ", " , "}
	ends           = []string{"\n", "\n", "\n", "\n", "\r\n", "\n\n# c\n", "\r", " ", ",\n"}
	keys           = []string{"a", "b", "c", "d", "A", "var.a", "var.B", "VAR.c", "x.y", "X.y", "x.y.z", ".k", "-m", "x-y_z.9"}
	badKeys        = []string{"env.HOME", "env.NO_SUCH", "var.CWD", "global.x", "include.d", "undefined", "9.x"}
	badAssignments = []string{"=", "+=", ":=", "= =", "=="}
	texts          = []string{
		`"x"`, `"y"`, `""`, `"X"`, `"k"`, `"K"`, `"q\"q"`, `"a b"`, "\"l1\nl2\"", `"é"`, `"\\d"`, `"80"`,
	}
	numbers    = []string{"0", "1", "2", "80", "010", "2147483647", "2147483648", "4294967297"}
	badNumbers = []string{"9223372036854775808", "99999999999999999999", "(1)"}
	junk       = []string{"]", "[", "}", ")", "(", "+", "=>", "=", "{", "1", `"s"`, "x.y", "$", "!", ":", ";", "else", "global", "\x00", "\xa0", "\xc2\xa0", "?"}
	files      = []string{`"one.inc"`, `"two.inc"`, `"*.inc"`, `"no*.inc"`, `"o" + "ne.inc"`, `"{two,one}.inc"`}
	badFiles   = []string{`"no.inc"`, `("one.inc")`, "1", "a"}
	commands   = []string{`"echo a = 1"`, `"echo b = 2; exit 3"`, `"printf c"`, `"true"`}

	operators    = []string{"==", "==", "==", "!=", "=~", "=~", "!~", "=^", "=$"}
	badOperators = []string{"!^", "=", "=>", "!$"}

	bytesOfNote = []string{
		`"`, "(", ")", "{", "}", "[", "]", "$", "=", "+", ",", "\n", " ", "#", "\\", ">", "~", "^", "1", "a", ".",
		"\x00", "\xc2\xa0", "\xff", "else ", "\r", "+=", ":=", "=>",
	}
)

// field is what a condition compares, with values to compare it with.
type field struct {
	object, name string
	values       []string
}

var fields = []field{
	{"HTTP", "host", hosts},
	{"HTTP", "host", hosts},
	{"HTTP", "url", patterns},
	{"HTTP", "url", patterns},
	{"HTTP", "querystring", patterns},
	{"HTTP", "remoteip", peers},
	{"HTTP", "remote-ip", peers},
	{"HTTP", "useragent", patterns},
	{"HTTP", "user-agent", patterns},
	{"HTTP", "scheme", []string{"http", "https"}},
	{"HTTP", "request-method", []string{"GET", "^(GET|HEAD)$"}},
	{"HTTP", "cookie", patterns},
	{"REQUEST_HEADER", "X-Any", patterns},
	{"REQUEST_HEADER", "x-any", patterns},
	{"SERVER", "socket", sockets},
}

var badFields = []field{
	{"HTTP", "host", badHosts},
	{"HTTP", "host", badHosts},
	{"HTTP", "remoteip", badPeers},
	{"SERVER", "socket", badSockets},
	{"HTTP", "url", badPatterns},
	{"HTTP", "Host", hosts},
	{"HTTP", "foo", hosts},
	{"SERVER", "name", patterns},
	{"PHYSICAL", "path", patterns},
	{"http", "url", patterns},
}

var (
	hosts = []string{
		"a", "b", "A", "", "h:80", "h:0x50", "h:", "[::1]", "[0:0::1]:80", "127.0.0.1", "^www", "^www\\.",
		"example\\.org$", "\\.org$", "^(www)?$", "[fe80::1%lo]", "h: 80", "1.2.3", "01.2.3.4", "h:+80",
	}
	badHosts = []string{"h:0", "h:99999", ":80", "::1", "[]", "[::1", "[::1]x", "127.0.0.1:08", "h:80x", "h:-1", "h:0x", "[::1%lo", "[x]"}

	peers = []string{
		"127.0.0.1", "10.0.0.0/8", "::1", "[::1]", "fe80::/10", "[fe80::]/10", "/tmp/sock", "::ffff:1.2.3.4", "10.0.0.0/ 8",
		"10.0.0.0/33", "10.0.0.0/0", "::/0", "1.2.3.4:80", "10.0.0.0/", "10.0.0.0/x", "::g", "[::1", "::1/129", "1.2.3.4/-8",
	}
	badPeers = []string{"10.0.0", "10.", "localhost", "", "^10", "[127.0.0.1]", "[127.0.0.1", "[x]", "x/0", "[]", "1.2.3.4.5", "01.2.3.4", "x/8", "10.0/8", " 1.2.3.4"}

	sockets    = []string{":80", "127.0.0.1:80", "[::1]:80", "[]:80", "*:80", "/tmp/s", "\\x00s", "h", ":", ":80$"}
	badSockets = []string{"", "localhost:99999", "^127", "::1", "h:x", "[::1]:", "[::", "127.0.0.1:0"}
)

var patterns = []string{
	"/a", "/A", "^/a", "/a$", "^/a$", "\\.php$", "\\.$", "^", "$", "^$", "", "a|b", "(a)(b)", "[a-z]+", "^/a\\.b$", "a{2}",
	"(?!x)", "(?<n>a)\\k<n>", "\\d+", "^^", "$$", "\\\\.a$", "a\\.b$",
	"^\\.a$", "x.y$", "\\.a.b$", "é", "^é$",
}

var badPatterns = []string{"(", "a)", "*", "[z-a]", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)", "a{2,1}", "[a", "\\k<x>", "(?<=a*)", "\xff", "(?z)"}
