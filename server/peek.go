package server

// Peek returns the settings of a table whose directives belong to another
// module, which checks them: mistakes in them are not reported again. A
// module uses it for what two modules of lighttpd share, such as the user
// files of mod_authn_file that mod_auth reads. The other module must be
// loaded, too.
func Peek[C any](l *Loader, t Table[C]) *Settings[C] {
	before := len(l.diags)
	s := resolve(l, t)
	l.diags = l.diags[:before]
	return s
}
