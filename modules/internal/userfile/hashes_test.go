package userfile

import "strings"

// hashes were made by openssl and by libxcrypt.
var hashes = []struct {
	hash, password string
	ok, unknown    bool
}{
	{hash: "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", password: "secret", ok: true},
	{hash: "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ", password: "secret", ok: true},
	{hash: "{SHA}5en6G6MezRroT3XKqkdPOmY/Bf", password: "secret"},
	{hash: "{SHA}", password: "secret"},
	{hash: "{SHA}!!", password: "secret"},
	{hash: "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/", password: "secret", ok: true},
	{hash: "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1", password: "secret", ok: true},
	{hash: "$1$s$g6MVG540q1A9FJTwmPkOH0", password: "secret", ok: true},
	{hash: "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.", password: "secret", ok: true},
	{hash: "$5$s$oCJQ8pz2oyl6hgzly.hQ0W7Sgcl8Kr7EadnBpVm7huD", password: "secret", ok: true},
	{hash: "$5$rounds=1234$short$w86vPRSxoujJchjw9UEpk6DyDFVU.jRiVWhYviaO/q2", password: "secret", ok: true},
	{hash: "$5$abcdefgh$vJGVe3a3Blf/0h7GBRkFlCWizk3B0zDUnRoj2R7CdbC", password: strings.Repeat("pä", 20), ok: true},
	{hash: "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.",
		password: "secret", ok: true},
	{hash: "$6$abcdefgh$v7sYNA18/BerGOYQLppYLyjH4yJilp8kqe/ef3KYMK9hOIdzH1yzcmP74Ay.m51y1jP3QqxM7Jl75S4CxDhBq.", ok: true},
	{hash: "$6$rounds=5000$sixteencharssalt$Xo2D38FKfhmTKG3N54zuUPlkFlrWB7/uzpqrh7nFKz13pmOoJ3D8Wq7OSlX0zNT3gDDoY1c9XvDZiu8SHrFVe1",
		password: "secret", ok: true},
	{hash: "$6$rounds=1000$x$0iXvTPIWVHkg6yoVSlOTcEY0CyViwhXpPrHUJOuoFLKbBcWM9S03ZrCHmIxN51kGulOHuZE.4YQhTW5l/ghNC.",
		password: "secret", ok: true},
	{hash: "$2a$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a", password: "secret", ok: true},
	{hash: "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a", password: "secret", ok: true},
	{hash: "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a", password: "secret", ok: true},
	{hash: "$2y$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q", password: strings.Repeat("x", 80), ok: true},
	{hash: "$2y$05$short", password: "secret"},
	{hash: "$5$abc", password: "secret"},
	{hash: "$6$rounds=x$abc$def", password: "secret"},
	{hash: "abNANd1rDfiNc", password: "secret", unknown: true},
	{hash: "$y$j9T$abcdefgh$IUWJt2doU4Kf6E/JP1UkAT3S5O3Q7SSA8SJirXIlEu9", password: "secret", unknown: true},
	{hash: "$1+ntlm$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1", password: "secret", unknown: true},
	{hash: "secret", password: "secret"},
	{hash: "plaintextpassword", password: "plaintextpassword"},
	{hash: "", password: ""},
}
